"""`.mailmap`: the four kinds of lines, as git reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts.mailmap import Person, mailmap, read_mailmap
from tests.support.memory import snapshot_of

TEXT = """\
# people
Ada Proper <ada@example.com>
<grace@example.com> <grace@old.example.com>
Linus P <linus@example.com> <Linus@OLD.example.com>
Joan <joan@example.com> joan c <shared@example.com>   # from the lab
broken line
<>
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (("ada", "ada@example.com"), ("Ada Proper", "ada@example.com")),
        (("ada", "ADA@example.com"), ("Ada Proper", "ADA@example.com")),
        (("Grace H", "grace@old.example.com"), ("Grace H", "grace@example.com")),
        (("lt", "linus@old.example.com"), ("Linus P", "linus@example.com")),
        (("Joan C", "shared@example.com"), ("Joan", "joan@example.com")),
        (("Somebody", "shared@example.com"), ("Somebody", "shared@example.com")),
        (("broken", "line"), ("broken", "line")),
    ],
)
def test_who_is_meant(written: tuple[str, str], meant: tuple[str, str]) -> None:
    assert read_mailmap(TEXT).resolve(*written) == Person(*meant)


def test_two_lines_may_give_name_and_address() -> None:
    people = read_mailmap("Ada <ada@x>\n<ada@example.com> <ada@x>\n")
    assert people.resolve("a", "ada@x") == Person("Ada", "ada@example.com")


def test_without_a_file_everybody_is_who_they_say() -> None:
    assert mailmap(snapshot_of({})).resolve("a", "b@c") == Person("a", "b@c")


@given(st.text(alphabet="<>ab@ #\n", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert read_mailmap(text).resolve("a", "b").name
