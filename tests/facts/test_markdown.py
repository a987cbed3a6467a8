"""Markdown as parts with lines: GitHub's anchors, tables, links, code, and a budget for floods."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodevops.facts._markdown import Link, Row, parse, slug_of


def test_headings_have_level_line_and_slug() -> None:
    document = parse("# One\n\ntext\n\n## Two `three`\n\nOther\n-----\n")
    assert [(h.level, h.text, h.line, h.slug) for h in document.headings] == [
        (1, "One", 1, "one"),
        (2, "Two three", 5, "two-three"),
        (2, "Other", 7, "other"),
    ]


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("API Versioning & SDK", "api-versioning--sdk"),
        ("v1.0.0 (2026)", "v100-2026"),
        ("snake_case - dash", "snake_case---dash"),
        ("Größe", "größe"),
        ("🚀 Start", "-start"),
    ],
)
def test_slugs_are_githubs(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_repeated_headings_are_numbered() -> None:
    document = parse("# A\n# A\n# A-1\n# A\n")
    assert [heading.slug for heading in document.headings] == ["a", "a-1", "a-1-1", "a-2"]


def test_a_heading_inside_code_is_none() -> None:
    assert parse("```\n# no\n```\n\n    # no\n").headings == ()


def test_tables_have_rows_with_lines() -> None:
    document = parse("text\n\n| A | `B` |\n|---|---|\n| 1 | **x** |\n| 2 |\n")
    (table,) = document.tables
    assert table.header == ("A", "B")
    assert table.line == 3
    assert table.rows == (Row(("1", "x"), 5), Row(("2", ""), 6))


def test_links_have_targets_and_lines() -> None:
    text = "a [x](docs/a%20b.md#top)\nand\n![i](i.png)\n\n- [r][ref]\n\n[ref]: https://x.org\n"
    assert parse(text).links == (
        Link("docs/a%20b.md#top", 1, image=False),
        Link("i.png", 3, image=True),
        Link("https://x.org", 5, image=False),
    )


def test_a_link_tells_its_path_and_fragment() -> None:
    (link,) = parse("[x](docs/a%20b.md?plain=1#t%20p)").links
    assert (link.path, link.fragment, link.external) == ("docs/a b.md", "t p", False)


@pytest.mark.parametrize("target", ["https://a.b", "mailto:a@b.c", "//a.b/c"])
def test_other_places_are_external(target: str) -> None:
    assert parse(f"[x]({target})").links[0].external


def test_links_and_anchors_in_html_count() -> None:
    document = parse(
        '<p>\n<a id="here"></a>\n<img\n src="a.png">\n</p>\n\nx <a href="b.md">b</a>\n'
    )
    assert [(link.target, link.line) for link in document.links] == [("a.png", 3), ("b.md", 7)]
    assert document.anchors == {"here"}


def test_comments_and_code_hold_no_links() -> None:
    assert parse("<!-- <a href='x'>\n-->\n\n`[a](b)`\n\n```\n[a](b)\n```\n").links == ()


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
    texts = {section.heading.text: section.text.strip() for section in document.sections}
    assert texts == {"A": "intro", "B": "inner", "C": "", "D": "last"}
    section = document.section("a")
    assert section is not None
    assert section.whole == "intro\n## B\ninner\n## C"
    assert document.section("nowhere") is None


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


@settings(max_examples=200, deadline=None)
@given(st.lists(_SNIPPETS | st.text(max_size=4), max_size=40))
def test_of_any_text_headings_come_in_the_order_of_its_lines(parts: list[str]) -> None:
    text = "".join(parts)
    lines = [heading.line for heading in parse(text).headings]
    assert lines == sorted(lines)
    assert all(1 <= line <= len(text.splitlines()) for line in lines)
