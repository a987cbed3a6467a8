"""What hostile text becomes in each kind of output."""

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from autodevops.render import escape
from tests.support.made_up import texts
from tests.support.samples import HOSTILE


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain", "plain"),
        ("größe/日本", "größe/日本"),
        ("caf\udce9", r"caf\xe9"),
        ("lone\ud800", r"lone\ud800"),
    ],
)
def test_utf8_shows_bytes_that_never_were_utf8(given_text: str, shown: str) -> None:
    assert escape.utf8(given_text) == shown


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("größe 日本 ✓", "größe 日本 ✓"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\u202eb", r"a\u202eb"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("csi\x9b2J", r"csi\x9b2J"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("byte\udcff", r"byte\xff"),
        ("[red]markup[/red]", "[red]markup[/red]"),
    ],
)
def test_terminal_text_is_one_harmless_line(given_text: str, shown: str) -> None:
    assert escape.terminal(given_text) == shown


@given(texts)
def test_terminal_text_is_printable_whatever_came(text: str) -> None:
    shown = escape.terminal(text)
    assert shown.isprintable()
    shown.encode()
    assert escape.ascii_only(shown).isascii()


@given(texts)
def test_json_text_keeps_the_data_and_no_controls(text: str) -> None:
    clean = escape.utf8(text)
    encoded = escape.json_text(json.dumps(clean, ensure_ascii=False))
    assert json.loads(encoded) == clean
    assert "\x9b" not in encoded
    assert "\u202e" not in encoded


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a b/c#d?.yml", "a%20b/c%23d%3F.yml"),
        ("c:/x", "c%3A/x"),
        ("grö\udcff", "gr%C3%B6%FF"),
        ("lone\ud800", "lone%5Cud800"),
        ("100%", "100%25"),
    ],
)
def test_uri_is_percent_encoded(path: str, shown: str) -> None:
    assert escape.uri(path) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://github.com/acme/shop", "https://github.com/acme/shop"),
        ("http://localhost:8080/x?y=1#z", "http://localhost:8080/x?y=1#z"),
        ("javascript:alert(1)", None),
        ('https://x/"onclick=', None),
        ("https://x/ y", None),
        ("git@github.com:acme/shop", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked(text: str | None, shown: str | None) -> None:
    assert escape.web_address(text) == shown


def _rendered(markdown: str) -> str:
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))


@pytest.mark.parametrize(
    "text",
    [
        "a *b* _c_ `d` ~~e~~ [f](g) ![h](i)",
        "<b>bold</b> & &lt;",
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "1) item",
        "> quote",
        "a | b",
        "=====",
        "-----",
        r"back\slash \* star",
        "<!-- comment -->",
    ],
)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    rendered = _rendered(escape.markdown(text))
    paragraph = ET.fromstring(rendered)  # noqa: S314 - our own text
    assert paragraph.tag == "p"
    assert len(paragraph) == 0
    assert paragraph.text == text


@pytest.mark.parametrize(
    "text", ["@acme/team", "see #12", "https://evil.example", "www.evil.example"]
)
def test_markdown_mentions_and_links_nothing(text: str) -> None:
    escaped = escape.markdown(text)
    assert text not in escaped
    shown = _rendered(escaped).replace("<!-- -->", "")
    assert shown == f"<p>{text}</p>\n"


@pytest.mark.parametrize("text", ["plain", "a`b", "``x``", "`", " ", "a|b", "<b>"])
def test_markdown_code_holds_any_text(text: str) -> None:
    rendered = _rendered(escape.markdown_code(text))
    paragraph = ET.fromstring(rendered)  # noqa: S314 - our own text
    assert [child.tag for child in paragraph] == ["code"]
    assert (paragraph[0].text or "").strip() == text.strip()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_csv_cells_are_no_formulas(text: str) -> None:
    assert escape.csv_cell(text) == "'" + text


def test_csv_cells_are_one_line() -> None:
    assert escape.csv_cell("\t=1\n\x1b") == r"\t=1\n\x1b"


def test_csv_leaves_other_text_alone() -> None:
    assert escape.csv_cell("feature/x=1") == "feature/x=1"


@given(texts)
def test_xml_text_is_well_formed_in_text_and_attribute(text: str) -> None:
    shown = escape.xml_text(text)
    element = ET.fromstring(f'<a b="{shown}">{shown}</a>')  # noqa: S314 - our own text
    assert element.text == element.get("b") or not text


def test_annotations_escape_what_github_reads() -> None:
    assert escape.annotation_text("50%\r\nx\x1b") == r"50%25\r%0Ax\x1b"
    assert escape.annotation_property("a:b,c\n") == "a%3Ab%2Cc%0A"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("::error::x", "- ::error::x"),
        ("  ::error::x", "-   ::error::x"),
        ("a\n::error::x", r"a\n::error::x"),
        ("a ##[error]x", "a # #[error]x"),
    ],
)
def test_log_lines_are_no_commands(text: str, shown: str) -> None:
    assert escape.log_line(text) == shown


def test_html_inside_markdown_is_escaped() -> None:
    shown = escape.markdown_html("<b> @team #1")
    assert shown == "&lt;b&gt; @<!-- -->team #<!-- -->1"


def test_the_hostile_name_becomes_one_terminal_line() -> None:
    assert "\n" not in escape.terminal(HOSTILE)
    assert "\x1b" not in escape.terminal(HOSTILE)
