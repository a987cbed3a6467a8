"""Whatever is written into a report, a parser of its format reads the same words out of it."""

import csv
import io
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autodevops.render import escape
from tests.support.made_up import texts

MARKED = st.text("ab `*_[]()<>|~&$\\#-+=1.!@:/\n", max_size=16)
"""Text of what means something to Markdown."""
WORDS = texts | MARKED


def words_of(tokens: list[Any] | None) -> str:
    """Return the text that a reader sees, HTML comments left out."""
    return "".join(
        words_of(token.children) if token.children else token.content
        for token in tokens or ()
        if token.type not in {"html_inline", "softbreak"}
    )


def paragraph(text: str) -> str:
    """Return the words of what GitHub takes for one paragraph."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    assert [token.type for token in tokens] in (
        [],
        ["paragraph_open", "inline", "paragraph_close"],
    ), tokens
    for token in tokens:
        assert {one.type for one in token.children or ()} <= {"text", "html_inline", "code_inline"}
    return words_of(tokens)


@given(WORDS)
@example("1. a")
@example("- a")
@example("# a")
@example("=")
@example("| a |\n|---|")
@example("<b>&amp;</b>")
@example("[a](b) ![c](d) @me #1 https://x www.x")
def test_markdown_shows_the_words(text: str) -> None:
    assert paragraph(escape.markdown(text)) == escape.terminal(text).strip()


@given(WORDS)
@example("`")
@example(" a` ")
@example("``")
@example(" ")
def test_code_shows_the_words(text: str) -> None:
    shown = escape.terminal(text)
    if shown:
        assert paragraph(f"x {escape.markdown_code(text)} y") == f"x {shown} y"


@given(WORDS)
def test_html_in_markdown_shows_the_words(text: str) -> None:
    (block,) = MarkdownIt().parse(f"<details><summary>{escape.markdown_html(text)}</summary>")
    assert block.type == "html_block"
    assert read_html(block.content) == escape.terminal(text)


def read_html(page: str) -> str:
    read: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            read.append(data)

    reader = Reader()
    reader.feed(page)
    reader.close()
    return "".join(read)


@given(WORDS)
def test_xml_holds_the_words(text: str) -> None:
    told = escape.xml_text(text)
    expected = "\n".join(map(escape.terminal, text.split("\n")))
    element = ET.fromstring(f'<a b="{told}">{told}</a>')  # noqa: S314 - our own
    assert (element.text or "", element.get("b")) == (expected, expected)


@given(st.lists(WORDS, min_size=1, max_size=4))
@example(["=1+1", "-a", "'x", '"', ","])
def test_a_spreadsheet_holds_the_words(cells: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written).writerow(map(escape.csv_cell, cells))
    (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    for cell, text in zip(row, cells, strict=True):
        shown = escape.terminal(text)
        assert cell == (f"'{shown}" if shown[:1] in tuple("=+-@") else shown)


@given(texts)
@example("a b/é\udcff#?%:x")
def test_an_address_leads_to_the_path(path: str) -> None:
    address = escape.uri(path)
    assert unquote_to_bytes(address) == path.encode("utf-8", "surrogateescape")
    assert set(address).isdisjoint(" #?:\\")
