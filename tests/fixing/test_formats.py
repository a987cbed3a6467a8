"""Changes to YAML, TOML and plain text touch the lines that they mean and no other."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.fixing import _lines, _toml, _yaml
from autodevops.fixing._api import Refusal
from autodevops.model.snapshot import decode

WORKFLOW = """\
# what it is
name: "CI"   # quoted
on: [push, pull_request]

jobs:
    # the tests
    test:
        runs-on: ubuntu-latest   # cheap

        steps:
        -   uses: actions/checkout@v4
        -   run: |
                make test

    lint: {runs-on: ubuntu-latest, steps: [{run: make lint}]}
"""


def changed(text: str | Refusal, before: str = WORKFLOW) -> tuple[list[str], list[str]]:
    """Return the lines that went and that came."""
    assert isinstance(text, str), text
    old, new = before.split("\n"), text.split("\n")
    gone = [line for line in old if line not in new]
    return gone, [line for line in new if line not in old]


def test_a_key_goes_right_below_another() -> None:
    new = _yaml.insert_key(WORKFLOW, ["jobs", "test"], "timeout-minutes: 10", after="runs-on")
    assert changed(new) == ([], ["        timeout-minutes: 10"])
    assert isinstance(new, str)
    assert new.split("\n")[8] == "        timeout-minutes: 10"


def test_a_key_goes_above_another_and_its_comment() -> None:
    new = _yaml.insert_key(WORKFLOW, [], "permissions:", "  contents: read", "", before="jobs")
    assert changed(new) == ([], ["permissions:", "  contents: read"])


def test_a_key_goes_to_the_end_of_a_step_with_a_block_scalar() -> None:
    new = _yaml.insert_key(WORKFLOW, ["jobs", "test", "steps", 1], "env:", "  A: ${{ x }}")
    assert changed(new) == ([], ["            env:", "              A: ${{ x }}"])


def test_a_key_in_a_flow_mapping_is_refused() -> None:
    assert isinstance(_yaml.insert_key(WORKFLOW, ["jobs", "lint"], "timeout-minutes: 1"), Refusal)


def test_an_insertion_that_would_mean_something_else_is_refused() -> None:
    assert isinstance(_yaml.insert_key("a: &x {b: 1}\nc: *x\n", ["c"], "d: 1"), Refusal)


def test_an_item_joins_a_block_list_and_a_flow_list() -> None:
    new = _yaml.append_item(WORKFLOW, ["jobs", "test", "steps"], "run: make docs")
    assert changed(new) == ([], ["        - run: make docs"])
    flow = _yaml.append_item(WORKFLOW, ["on"], "workflow_dispatch")
    assert changed(flow)[1] == ["on: [push, pull_request, workflow_dispatch]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 'it''s' # c\n", "a: new # c\n"),
        ('a: "x\\"y"\n', "a: new\n"),
        ("a: plain text # c\n", "a: new # c\n"),
    ],
)
def test_a_scalar_is_replaced_where_it_stands(text: str, expected: str) -> None:
    assert _yaml.replace_scalar(text, ["a"], "new") == expected


def test_a_key_goes_with_all_its_lines() -> None:
    new = _yaml.remove_key(WORKFLOW, ["jobs", "test", "steps"])
    assert isinstance(new, str)
    assert "make test" not in new
    assert "# cheap" in new


def test_a_round_trip_changes_only_what_is_meant() -> None:
    def alter(document: Any) -> None:
        document["jobs"]["test"]["runs-on"] = "ubuntu-24.04"

    new = _yaml.round_trip(WORKFLOW, alter)
    assert changed(new)[1] == ["        runs-on: ubuntu-24.04    # cheap"]


def test_a_round_trip_into_a_part_that_would_be_reformatted_is_refused() -> None:
    text = "a:   {b:    1,   c: 2}\nd: 1\n"

    def alter(document: Any) -> None:
        document["a"]["b"] = 2

    assert isinstance(_yaml.round_trip(text, alter), Refusal)


def test_toml_keeps_comments_and_spacing() -> None:
    def alter(document: Any) -> None:
        document["a"]["b"] = 2

    assert _toml.change("# c\n[a]\nb   = 1 # d\n", alter) == "# c\n[a]\nb   = 2 # d\n"
    assert isinstance(_toml.change("[a", alter), Refusal)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\r\nb\r\n", "a\nc\nb\n", b"a\r\nc\r\nb\r\n"),
        (b"\xef\xbb\xbfa\n", "a\nb\n", b"\xef\xbb\xbfa\nb\n"),
        (b"a\r\nb\nc", "a\nx\nb\ny\nc", b"a\r\nx\r\nb\ny\nc"),
        (b"\xff\xfea\0\n\0", "a\nb\n", b"\xff\xfea\0\n\0b\0\n\0"),
        (b"a\nb", "a\nb\nc\n", b"a\nb\nc\n"),
        (b"", "a\n", b"a\n"),
        ("a\u2028b\n".encode(), "a\u2028b\nc\n", "a\u2028b\nc\n".encode()),
    ],
)
def test_line_ends_marks_and_encodings_stay(before: bytes, text: str, after: bytes) -> None:
    assert _lines.rewritten(before, text) == after


def test_bytes_that_are_no_text_are_not_rewritten() -> None:
    assert _lines.rewritten(b"a\xff\n", "a\nb\n") is None


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", ""]), st.sampled_from(["\n", "\r\n", "\r"])))


@given(ROWS, st.text("ab\n", max_size=12), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@example([("a", "\n"), ("", "\r"), ("a", "\n"), ("", "\n")], "\n\na", "utf-8")
def test_what_is_written_reads_as_it_was_meant(
    rows: list[tuple[str, str]], wanted: str, encoding: str
) -> None:
    content = "".join(line + end for line, end in rows).encode(encoding)
    read = decode(content)
    assert read is not None
    assert _lines.rewritten(content, read) == content
    new = _lines.rewritten(content, wanted)
    assert new is None or decode(new) == wanted
    if len({end for _, end in rows}) < 2:
        assert new is not None


def test_a_line_is_found_again_after_earlier_edits() -> None:
    assert _lines.moved("a\nb\nc", "x\na\nc", 3) == 3
    assert _lines.moved("a\nb\nc", "x\na\nc", 1) == 2
    assert _lines.moved("a\nb\nc", "x\na\nc", 2) is None
