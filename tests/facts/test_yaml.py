"""YAML as a tree with marks: typing, lines, duplicate keys, merges, and budgets against floods."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts import _yaml
from autodevops.facts._yaml import Mapping, Node, Scalar, Sequence, parse
from tests.support.examples import few


def root(text: str) -> Mapping:
    """Return the first document of a text that is whole and a mapping."""
    parsed = parse(text)
    assert parsed.problem is None
    assert isinstance(parsed.root, Mapping)
    return parsed.root


def scalar(text: str) -> Scalar:
    """Return the one scalar of a text."""
    node = parse(text).root
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("off", "off"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("3", 3),
        ("-17", -17),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("3.10", 3.1),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2026-02-20", "2026-02-20"),
        ("'true'", "true"),
        ('"3"', "3"),
        ("!!str 3", "3"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_are_typed_as_yaml_1_2_says(text: str, value: object) -> None:
    assert scalar(text).value == value
    assert type(scalar(text).value) is type(value)


def test_a_version_keeps_its_text() -> None:
    assert scalar("3.10").as_text == "3.10"


def test_a_null_has_no_text() -> None:
    assert root("a:\nb: ''\n").get("a").as_text is None  # type: ignore[union-attr]
    assert root("a:\nb: ''\n").get("b").as_text == ""  # type: ignore[union-attr]


def test_lines_and_columns_are_counted_from_one() -> None:
    tree = root("# top\na:\n  - x\n  - {b: 1}\nc: 2\n")
    items = tree.get("a")
    assert isinstance(items, Sequence)
    assert (items.line, items.column, items.end_line) == (3, 3, 4)
    assert [(item.line, item.column) for item in items.items] == [(3, 5), (4, 5)]
    assert tree.key_line("c") == 5
    assert tree.end_line == 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("run: |\n  one\n  two\n", 3),
        ("run: |- # why\n\n  two\n", 3),
        ("run: >\n  one\n  two\n", 2),
        ("run: one two\n", 1),
    ],
)
def test_a_line_of_a_script_maps_to_its_line_in_the_file(text: str, line: int) -> None:
    script = root(text).get("run")
    assert isinstance(script, Scalar)
    assert script.line_at(1) == line


def test_a_block_ends_on_its_last_line() -> None:
    script = root("run: |\n  one\n  two\nnext: 1\n").get("run")
    assert script is not None
    assert script.end_line == 3


def test_line_separators_of_unicode_are_no_line_breaks() -> None:
    assert root("a: x\u2028y\nb: 1\n").key_line("b") == 2


def test_duplicate_keys_are_told_with_both_lines() -> None:
    parsed = parse("a: 1\nb: 2\na: 3\n")
    assert parsed.duplicates == ((("a"), 1, 3),)
    assert parsed.root.get("a").as_text == "3"  # type: ignore[union-attr]


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert parse("x: {a: 1}\ny: {a: 1}\n").duplicates == ()


def test_merge_keys_bring_in_what_is_not_set() -> None:
    tree = root(
        "base: &base {a: 1, b: 2}\nmore: &more {b: 9, c: 3}\nuse:\n  <<: [*base, *more]\n  a: 0\n"
    )
    use = tree.get("use")
    assert isinstance(use, Mapping)
    assert {name: node.as_text for name, node in use.entries()} == {"a": "0", "b": "2", "c": "3"}


def test_aliases_share_what_they_name() -> None:
    tree = root("a: &x [1, 2]\nb: *x\n")
    assert tree.get("b").texts() == ("1", "2")  # type: ignore[union-attr]


def test_documents_are_read_one_by_one() -> None:
    parsed = parse("a: 1\n---\nb: 2\n")
    assert [type(node) for node in parsed.documents] == [Mapping, Mapping]


def test_whole_documents_before_a_mistake_are_kept() -> None:
    parsed = parse("a: 1\n---\nb: [\n")
    assert len(parsed.documents) == 1
    assert parsed.problem is not None


def test_an_empty_text_has_no_document() -> None:
    assert parse("# nothing\n").documents == ()


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("a: {b: {c: 1}}", ("a", "b", "c"), "1"),
        ("a: {b: {c: 1}}", ("a", "x", "c"), None),
        ("a: [b]", ("a", "b"), None),
        ("a: 1", ("a", "b"), None),
    ],
)
def test_a_path_leads_down_or_nowhere(text: str, path: tuple[str, ...], found: str | None) -> None:
    node = root(text).path(*path)
    assert (node and node.as_text) == found


def test_one_text_reads_like_a_list_of_one() -> None:
    assert root("a: x").get("a").texts() == ("x",)  # type: ignore[union-attr]
    assert root("a: [x, {}, y]").get("a").texts() == ("x", "y")  # type: ignore[union-attr]
    assert root("a: {x: 1}").get("a").texts() == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: [\n", 3, "expected node content"),
        ("a:\n\t- b", 2, "cannot start any token"),
        ("a: b: c", 1, "mapping values"),
        ("a: \x00", 1, "U+0000"),
        ("a: 1\nb: \x07", 2, "U+0007"),
        ("a: \ud800", 1, "not UTF-8"),
        ("x: *y", 1, "nothing is anchored as y"),
        ("a: &a [*a]", 1, "holds itself"),
        ("[" * 100_000, 1, "nested deeper"),
        ("- " * 100_000, 1, "nested deeper"),
        ("? " * 100_000, 1, "nested deeper"),
        ("a" * (_yaml.MAX_CHARACTERS + 1), 1, "longer than"),
        ("[" + "a," * 300_000 + "]", 1, "expands to more than"),
    ],
)
def test_bad_text_ends_with_its_line_and_reason(text: str, line: int, reason: str) -> None:
    problem = parse(text).problem
    assert problem is not None
    assert problem.line == line
    assert reason in problem.reason


def test_a_flood_of_aliases_is_refused() -> None:
    lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    problem = parse("\n".join(lines)).problem
    assert problem is not None
    assert "expands" in problem.reason


def test_aliases_that_nest_ever_deeper_are_refused() -> None:
    lines = ["- &a0 " + "[" * 40 + "]" * 40]
    lines += [f"- &a{n} " + "[" * 40 + f"*a{n - 1}" + "]" * 40 for n in range(1, 9)]
    problem = parse("\n".join(lines)).problem
    assert problem is not None
    assert "nest deeper" in problem.reason


def test_the_pure_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "on:\n  push: {branches: [main]}\njobs:\n  a:\n    run: |\n      x\n      y\n"
    fast = parse(text)
    monkeypatch.delattr(yaml, "CLoader")
    assert parse(text) == fast
    assert parse("a: \x07").problem is not None
    assert parse("[" * 100_000).problem is not None


def walk(node: Node) -> int:
    """Return the number of nodes below and with this one."""
    match node:
        case Mapping(pairs=pairs):
            return 1 + sum(walk(pair.key) + walk(pair.value) for pair in pairs)
        case Sequence(items=items):
            return 1 + sum(walk(item) for item in items)
    assert node.value is None or node.as_text is not None
    return 1


_SNIPPETS = st.sampled_from(
    [
        "a: ",
        "- ",
        "&x ",
        "*x",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        "<<: ",
        "|\n",
        ">",
        "'",
        '"',
        "!t ",
        "? ",
        ", ",
        "---\n",
        "\t",
        "#",
    ]
)


@few(300)
@given(st.lists(_SNIPPETS | st.text(max_size=4), max_size=60))
def test_no_text_raises(parts: list[str]) -> None:
    parsed = parse("".join(parts))
    for document in parsed.documents:
        assert walk(document) > 0
