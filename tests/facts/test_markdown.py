"""Markdown as parts with lines: headings, tables, code, and a budget for floods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._markdown import Row, parse
from tests.support.examples import few


def test_headings_have_level_and_line() -> None:
    document = parse("# One\n\ntext\n\n## Two `three`\n\nOther\n-----\n")
    assert [(h.level, h.text, h.line) for h in document.headings] == [
        (1, "One", 1),
        (2, "Two three", 5),
        (2, "Other", 7),
    ]


def test_a_heading_inside_code_is_none() -> None:
    assert parse("```\n# no\n```\n\n    # no\n").headings == ()


def test_tables_have_rows_with_lines() -> None:
    document = parse("text\n\n| A | `B` |\n|---|---|\n| 1 | **x** |\n| 2 |\n")
    (table,) = document.tables
    assert table.header == ("A", "B")
    assert table.line == 3
    assert table.rows == (Row(("1", "x"), 5), Row(("2", ""), 6))


def test_code_blocks_have_language_and_first_line() -> None:
    document = parse("```Bash title=x\none\ntwo\n```\n\n    indented\n")
    assert [(b.language, b.content, b.line) for b in document.code_blocks] == [
        ("bash", "one\ntwo\n", 2),
        ("", "indented\n", 6),
    ]


def test_items_and_paragraphs() -> None:
    document = parse("Hello\nworld\n\n- **one**\n- two\n  - three\n")
    assert [(item.text, item.line) for item in document.items] == [
        ("one", 4),
        ("two", 5),
        ("three", 6),
    ]
    assert document.paragraphs[0] == ("Hello\nworld", 1)


def test_sections_hold_their_text() -> None:
    document = parse("# A\nintro\n## B\ninner\n## C\n# D\n\nlast\n")
    texts = {section.heading.text: section.whole.strip() for section in document.sections}
    assert texts == {"A": "intro\n## B\ninner\n## C", "B": "inner", "C": "", "D": "last"}


def test_front_matter_is_no_heading() -> None:
    document = parse("---\ntitle: x\n---\n# A\n")
    assert [(h.text, h.line) for h in document.headings] == [("A", 4)]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert parse("---\n# A\n").headings[0].line == 2


@pytest.mark.parametrize("unit", ["[", "* a\n", "[a\n", "!["])
def test_a_flood_is_cut_and_said(unit: str) -> None:
    document = parse("# A\n" + unit * 100_000)
    assert document.cut is not None
    assert [heading.text for heading in document.headings] == ["A"]


def test_an_ordinary_long_document_is_whole() -> None:
    document = parse("## Heading\n\nSome [link](a.md) and words that go on for a while.\n" * 2_000)
    assert document.cut is None
    assert len(document.headings) == 2_000


_SNIPPETS = st.sampled_from(
    [
        "# ",
        "- ",
        "> ",
        "[",
        "](",
        ")",
        "`",
        "```\n",
        "|",
        "|-|-|\n",
        "\n",
        "  ",
        "<a href='",
        "---\n",
    ]
)


@few(200)
@given(st.lists(_SNIPPETS | st.text(max_size=4), max_size=40))
def test_of_any_text_headings_come_in_the_order_of_its_lines(parts: list[str]) -> None:
    text = "".join(parts)
    lines = [heading.line for heading in parse(text).headings]
    assert lines == sorted(lines)
    assert all(1 <= line <= len(text.splitlines()) for line in lines)
