"""Markdown as headings, tables, code and lists, each with its 1-based line.

CommonMark with GitHub's tables. The time for a text is estimated from its lines and brackets
first, which is what the parser's time grows with, and a text beyond the budget is cut there.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from autodevops.facts._markdown_parts import (
    CodeBlock,
    Heading,
    ListItem,
    Markdown,
    Paragraph,
    Row,
    Section,
    Table,
)
from autodevops.facts._prose import front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = [
    "CodeBlock",
    "Heading",
    "ListItem",
    "Markdown",
    "Paragraph",
    "Row",
    "Section",
    "Table",
    "parse",
]

BUDGET = 900_000
"""Most cost of one text, in about a microsecond each."""
_LINE_COST = 46
_BRACKET_COST = 20
_CHARACTERS_PER_COST = 2


def parse(text: str) -> Markdown:
    """Return what a Markdown text holds; never raises, whatever the text is."""
    lines = text.split("\n")
    # Blanked, so that the lines below keep their numbers.
    above = front_matter(lines)
    lines[:above] = [""] * above
    kept = _affordable(lines)
    cut = None if kept == len(lines) else f"it takes too long to read beyond line {kept}"
    lines = lines[:kept]
    reader = _Reader()
    reader.read(_parser().parse("\n".join(lines)))
    headings = tuple(reader.headings)
    return Markdown(
        headings=headings,
        tables=tuple(reader.tables),
        code_blocks=tuple(reader.code_blocks),
        paragraphs=tuple(reader.paragraphs),
        items=tuple(reader.items),
        sections=tuple(_sections(headings, reader.heading_ends, lines)),
        cut=cut,
    )


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _affordable(lines: Sequence[str]) -> int:
    """Return how many lines the budget covers."""
    cost = 0
    for number, line in enumerate(lines):
        cost += _LINE_COST + len(line) // _CHARACTERS_PER_COST + _BRACKET_COST * line.count("[")
        if cost > BUDGET:
            return number
    return len(lines)


class _Reader:
    """Collects what the parser's tokens say, in one pass."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.heading_ends: list[int] = []
        self.tables: list[Table] = []
        self.code_blocks: list[CodeBlock] = []
        self.paragraphs: list[Paragraph] = []
        self.items: list[ListItem] = []
        self._rows: list[Row] = []
        self._cells: list[str] = []

    def read(self, tokens: "Sequence[Token]") -> None:
        """Take all tokens of a document."""
        line = 1
        for at, token in enumerate(tokens):
            line = token.map[0] + 1 if token.map else line
            match token.type:
                case "inline":
                    self._inline(token, tokens[at - 1], line)
                case "heading_open":
                    self.heading_ends.append(token.map[1] if token.map else line)
                case "fence" | "code_block":
                    self._code(token, line)
                case "list_item_open":
                    self.items.append(ListItem(_first_text(tokens, at), line))
                case _:
                    self._table(token, line)

    def _table(self, token: "Token", line: int) -> None:
        match token.type:
            case "table_open":
                self._rows = []
            case "tr_open":
                self._cells = []
            case "tr_close":
                self._rows.append(Row(tuple(self._cells), line))
            case "table_close":
                header, *rows = self._rows
                self.tables.append(Table(header.cells, tuple(rows), header.line))

    def _inline(self, token: "Token", parent: "Token", line: int) -> None:
        match parent.type:
            case "heading_open":
                self.headings.append(Heading(int(parent.tag[1:]), _plain_text(token), line))
            case "th_open" | "td_open":
                self._cells.append(_plain_text(token))
            case _:
                self.paragraphs.append(Paragraph(token.content, line))

    def _code(self, token: "Token", line: int) -> None:
        language = token.info.split(maxsplit=1)[0].lower() if token.info.strip() else ""
        start = line + (token.type == "fence")
        self.code_blocks.append(CodeBlock(language, token.content, start))


def _plain_text(token: "Token") -> str:
    """Return an inline token's text without markup, trimmed."""
    parts: list[str] = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline" | "image":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
    return "".join(parts).strip()


def _first_text(tokens: "Sequence[Token]", at: int) -> str:
    """Return the text of a list item's first paragraph, without markup."""
    following = tokens[at + 1 : at + 3]
    if [token.type for token in following] == ["paragraph_open", "inline"]:
        return _plain_text(following[1])
    return ""


def _sections(
    headings: Sequence[Heading], starts: Sequence[int], lines: Sequence[str]
) -> Iterator[Section]:
    """Return each heading with its text; `starts` are the indices of the first lines below them."""
    ends = [len(lines)] * len(headings)
    still_open: list[int] = []
    for at, heading in enumerate(headings):
        while still_open and headings[still_open[-1]].level >= heading.level:
            ends[still_open.pop()] = heading.line - 1
        still_open.append(at)
    for heading, start, end in zip(headings, starts, ends, strict=True):
        yield Section(heading, "\n".join(lines[start:end]))
