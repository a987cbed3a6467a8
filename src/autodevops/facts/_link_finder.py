"""Finds relative links in Markdown quickly: candidates first, a look at where they stand later."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from autodevops.facts._line_counter import LineCounter
from autodevops.facts._prose import without_blocks, without_inline_code
from autodevops.model.patterns import regex

# `](target)`, `](<target>)`, `](target "title")`; what begins with a scheme is left out early.
_INLINE = regex(
    r"\]\([ \t]{0,5}(?!https?:|mailto:|#[ )])"
    r"(?:<([^<>\n]{1,500})>|([^\s()<>]{1,500}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,300})?))"
    r"(?=\)|[ \t]{1,5}[\"'(])"
)
_DEFINITION = regex(
    r"^ {0,3}\[([^\]\[\n^]{1,200})\]:[ \t]{1,9}(?!https?:|mailto:)<?([^\s<>]{1,500})", re.MULTILINE
)
_HTML = regex(
    r"<(?:a|img)\b[^<>]{0,500}?\s(?:href|src)\s{0,3}=\s{0,3}[\"'](?!https?:|mailto:)"
    r"([^\"'<>\s]{1,500})[\"']",
    re.IGNORECASE,
)
_SCHEME = regex(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:|//")
_TEMPLATE = regex(r"[{}$*<>|\\`^\x00-\x1f]|\.\.\.|…|%7B|%24|path/to/|your[-_]", re.IGNORECASE)
_SLOT = regex(
    r"(?:url|link|path|href|here|todo|tbd|target|uri|source|src|filename|file|image|img|xxx+|x"
    r"|y|example|placeholder|my-?\w{1,20})(?:\.\w{1,4})?",
    re.IGNORECASE,
)
_TEXT_LENGTH = 1_000


class RelativeLink(NamedTuple):
    """One link that leads to a place in the repository."""

    target: str
    """As written."""
    at: int
    """Position in the text."""

    @property
    def path(self) -> str:
        """Return the part before `?` and `#`, percent signs decoded."""
        return unquote(self.target.partition("#")[0].partition("?")[0])

    @property
    def fragment(self) -> str:
        """Return the part behind `#`, percent signs decoded."""
        return unquote(self.target.partition("#")[2])


def relative_links(text: str) -> Iterator[RelativeLink]:
    """Yield what looks like a link to a place in the repository; some stand in code."""
    if "](" in text:
        for found in _INLINE.finditer(text):
            yield from _link(found[1] or found[2], found.start())
    if "]:" in text:
        for found in _DEFINITION.finditer(text):
            yield from _link(found[2], found.start())
    if "href" in text or "src" in text:
        for found in _HTML.finditer(text):
            yield from _link(found[1], found.start())


def _link(target: str, at: int) -> Iterator[RelativeLink]:
    if _SCHEME.match(target) or _TEMPLATE.search(target) or _SLOT.fullmatch(target):
        return
    link = RelativeLink(target, at)
    if "@" not in link.path.rpartition("/")[2] and not link.fragment.startswith(":~:"):
        yield link


class Surroundings:
    """Tells whether a candidate is a link at all: not in code, not an index followed by a call."""

    def __init__(self, text: str) -> None:
        """Keep the text; it is looked at when the first candidate is asked about."""
        self._text = text
        self._lines = LineCounter(text)
        self._prose: tuple[str, ...] | None = None

    def line_of(self, link: RelativeLink) -> int:
        """Return the 1-based line of a candidate."""
        return self._lines.line_at(link.at)

    def is_link(self, link: RelativeLink) -> bool:
        """Tell whether the candidate stands in prose, behind a text in brackets."""
        if self._prose is None:
            self._prose = tuple(without_inline_code(without_blocks(self._text)).split("\n"))
        line = self._prose[self.line_of(link) - 1]
        if link.target not in line:
            return False
        if not self._text.startswith("](", link.at):
            return True
        opening = self._opening(link.at)
        if opening < 0:
            return False
        before = self._text[opening - 1 : opening] if opening else ""
        if before in {"!", "["} and opening > 1:
            before = self._text[opening - 2 : opening - 1] if before == "!" else " "
        return not (
            before.isascii() and (before.isalnum() or before in {"_", "\\", "]"}) and before
        )

    def _opening(self, closing: int) -> int:
        """Return the position of the bracket that `]` at `closing` closes; -1 without one."""
        depth = 0
        for at in range(closing, max(-1, closing - _TEXT_LENGTH), -1):
            match self._text[at]:
                case "]":
                    depth += 1
                case "[":
                    depth -= 1
                    if not depth:
                        return at
        return -1
