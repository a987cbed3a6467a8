"""The parts of a Markdown document, each with its 1-based line."""

from typing import NamedTuple

from msgspec import Struct


class Heading(NamedTuple):
    """One heading."""

    level: int
    """1 to 6."""
    text: str
    """Its text without markup."""
    line: int
    """1-based line."""


class Row(NamedTuple):
    """One row of a table."""

    cells: tuple[str, ...]
    """Texts without markup, trimmed, as many as the header has."""
    line: int
    """1-based line."""


class Table(NamedTuple):
    """One table."""

    header: tuple[str, ...]
    """Texts of the header."""
    rows: tuple[Row, ...]
    """The rows below it."""
    line: int
    """1-based line of the header."""


class CodeBlock(NamedTuple):
    """One fenced or indented block."""

    language: str
    """First word behind the fence, in lower case; empty without one."""
    content: str
    """The code."""
    line: int
    """1-based line of its first line of code."""


class Paragraph(NamedTuple):
    """One run of text, also in lists and quotes."""

    text: str
    """As written, marks of lists and quotes left out."""
    line: int
    """1-based first line."""


class ListItem(NamedTuple):
    """One item of a list."""

    text: str
    """Its first paragraph without markup; empty when it starts with something else."""
    line: int
    """1-based line."""


class Section(NamedTuple):
    """A heading with the text below it."""

    heading: Heading
    """The heading."""
    whole: str
    """The source up to the next heading of the same or a higher level."""


class Markdown(Struct, frozen=True, kw_only=True):
    """What a document holds, in its order."""

    headings: tuple[Heading, ...]
    """Every heading."""
    tables: tuple[Table, ...]
    """Every table."""
    code_blocks: tuple[CodeBlock, ...]
    """Every block of code."""
    paragraphs: tuple[Paragraph, ...]
    """Every run of text but headings and tables."""
    items: tuple[ListItem, ...]
    """Every item of a list."""
    sections: tuple[Section, ...]
    """Every heading with its text."""
    cut: str | None
    """Why the document was not read to its end."""
