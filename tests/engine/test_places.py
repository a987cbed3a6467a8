"""When two rules report the same place."""

import pytest

from autodevops.engine.judge import same_place
from autodevops.model.finding import Location, at_ref, at_setting, in_file


@pytest.mark.parametrize(
    ("general", "specific", "same"),
    [
        (at_ref("v1.0.0"), at_ref("v1.0.0"), True),
        (at_ref("v1.0.0"), at_ref("v1.1.0"), False),
        (at_ref("a"), in_file("a"), False),
        (in_file("a"), at_ref("a"), False),
        (at_setting("deletion"), at_setting("deletion"), False),
        (in_file("a"), in_file("a", 3), True),
        (in_file("a", 3), in_file("a", 2, end_line=4), True),
        (in_file("a", 5), in_file("a", 2, end_line=4), False),
        (in_file("a", 3), in_file("b", 3), False),
    ],
)
def test_places(general: Location, specific: Location, same: bool) -> None:
    assert same_place(general, specific) is same
