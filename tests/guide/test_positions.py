"""The lines of keys and values agree with what the standard parser reads."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.guide.positions import KeyPath, TooDeepError, positions

EVERYTHING = '''\
top = 1 # [no]
"quoted key" = "a # b = c"
'lit.eral'.x = 'c:\\'

[table]
a . b = [ # comment ] "
  1,
  "two]",
  { x = 1, y = [
    2 ] },
]
text = """
not = "a key"
\\"""" # after
raw = \'\'\'
[no.table]\'\'\'\'
date = 2026-02-20 10:00:00

[[list]]
name = "one"
[list.inner]
z = 1
[[list]]
name = "two"
[[list.more]]
n = 1
[[list.more]]
n = 2
[deep."a.b".c]
k = {}
'''


def paths(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every key and element that the standard parser reads."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*at, key)
            yield from paths(inner, (*at, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield (*at, position)
            yield from paths(inner, (*at, position))


def test_every_key_has_a_line_and_no_more() -> None:
    assert set(positions(EVERYTHING)) == set(paths(tomllib.loads(EVERYTHING)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("quoted key",), 2),
        (("lit.eral", "x"), 3),
        (("table",), 5),
        (("table", "a", "b", 1), 8),
        (("table", "a", "b", 2, "y", 0), 10),
        (("table", "text"), 12),
        (("table", "raw"), 15),
        (("table", "date"), 17),
        (("list", 0, "name"), 20),
        (("list", 0, "inner", "z"), 22),
        (("list", 1), 23),
        (("list", 1, "more", 1, "n"), 28),
        (("deep", "a.b", "c", "k"), 30),
    ],
)
def test_lines_count_from_one(path: KeyPath, line: int) -> None:
    assert positions(EVERYTHING)[path] == line


@given(st.text(alphabet="a=[]{}\",'.# \n\\1", max_size=60))
def test_what_the_standard_parser_takes_is_understood_alike(text: str) -> None:
    try:
        expected = set(paths(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        return
    assert set(positions(text)) == expected


@pytest.mark.parametrize("text", ["a = ", "a", "[a", "[[a]", "a = {b}", 'a = "', "= 1", "a=[1] b"])
def test_what_is_not_toml_ends_at_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"^1$"):
        positions(text)


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 40 + "=1", "a=" + "[" * 40 + "]" * 40, "[a" + ".a" * 40 + "]"]
)
def test_what_is_too_deep_never_reaches_the_standard_parser(text: str) -> None:
    with pytest.raises(TooDeepError):
        positions(text)
