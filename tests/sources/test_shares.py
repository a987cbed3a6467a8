"""Work that is divided among processes comes back in order, or not at all."""

from collections.abc import Sequence

import pytest

from autodevops.sources.shares import in_shares


@pytest.mark.parametrize("count", [0, 1, 9, 10, 39, 40, 1_001])
def test_every_thing_is_worked_on_once_in_order(count: int) -> None:
    things = list(range(count))
    parts = in_shares(list, things, fewest=10)
    assert [one for part in parts for one in part] == things
    assert parts


def test_what_fails_in_a_share_is_raised() -> None:
    def work(share: Sequence[int]) -> int:
        if 99 in share:
            raise ValueError("99")
        return len(share)

    with pytest.raises(ValueError, match="99"):
        in_shares(work, range(100), fewest=10)
