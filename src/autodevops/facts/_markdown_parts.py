"""The parts of a Markdown document, each with its 1-based line."""

from typing import NamedTuple
from urllib.parse import unquote

from msgspec import Struct

from autodevops.model.patterns import regex

_SCHEME = regex(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")


class Heading(NamedTuple):
    """One heading."""

    level: int
    """1 to 6."""
    text: str
    """Its text without markup."""
    line: int
    """1-based line."""
    slug: str
    """GitHub's anchor for it, unique in the document."""


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


class Link(NamedTuple):
    """One link or image."""

    target: str
    """Where it leads, as the parser normalises it."""
    line: int
    """1-based line."""
    image: bool
    """Whether it is shown in place."""

    @property
    def external(self) -> bool:
        """Tell whether it leads out of the repository."""
        return self.target.startswith("//") or _SCHEME.match(self.target) is not None

    @property
    def path(self) -> str:
        """Return the part before `?` and `#`, percent signs decoded."""
        return unquote(self.target.partition("#")[0].partition("?")[0])

    @property
    def fragment(self) -> str:
        """Return the part behind `#`, percent signs decoded."""
        return unquote(self.target.partition("#")[2])


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
    text: str
    """The source up to the next heading of any level."""
    whole: str
    """The source up to the next heading of the same or a higher level."""


class Markdown(Struct, frozen=True, kw_only=True):
    """What a document holds, in its order."""

    headings: tuple[Heading, ...]
    """Every heading."""
    tables: tuple[Table, ...]
    """Every table."""
    links: tuple[Link, ...]
    """Every link and image, those written in HTML too."""
    code_blocks: tuple[CodeBlock, ...]
    """Every block of code."""
    paragraphs: tuple[Paragraph, ...]
    """Every run of text but headings and tables."""
    items: tuple[ListItem, ...]
    """Every item of a list."""
    sections: tuple[Section, ...]
    """Every heading with its text."""
    anchors: frozenset[str]
    """What a link's fragment can name: headings and ids set in HTML."""
    cut: str | None
    """Why the document was not read to its end."""

    def section(self, title: str) -> Section | None:
        """Return the first section of that title, whatever its case and level."""
        wanted = title.casefold()
        for section in self.sections:
            if section.heading.text.casefold() == wanted:
                return section
        return None
