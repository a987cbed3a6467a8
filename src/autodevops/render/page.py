"""Lines of styled text for a terminal, wrapped between words and never cut."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from autodevops.render.escape import ascii_only, terminal
from autodevops.render.interface import RenderOptions

_GLYPHS = {"→": "->", "…": "...", "·": "-", "─": "-", "━": "="}
"""What our own signs become on a screen without Unicode."""
MIN_WIDTH = 20
"""Narrower screens are written to as if they were this wide."""


class Span(NamedTuple):
    """A piece of a line."""

    text: str
    """Any text: what could drive the terminal is shown, not obeyed."""
    style: str = ""
    """Rich's words for a style; nothing else is ever read as markup."""


class Page:
    """Collects lines."""

    def __init__(self, options: RenderOptions) -> None:
        """Start an empty page of that width and colour."""
        self.width = max(options.width, MIN_WIDTH)
        """Columns that lines are wrapped to."""
        self._color = options.color
        self._unicode = options.unicode
        self._lines: list[str] = []

    def text(self) -> str:
        """Return all lines, each with its end."""
        return "".join(f"{line}\n" for line in self._lines)

    def blank(self) -> None:
        """Add an empty line unless the page is empty or the last one is."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def write(self, *spans: Span | str, indent: int = 0, hang: int = 0) -> None:
        """Add a paragraph; its second and further lines are indented by `hang` more."""
        words = [word for span in spans for word in self._words(span)]
        margin = indent
        for line in self._wrapped(words, indent, hang):
            self._lines.append(" " * margin + self._styled(line))
            margin = indent + hang

    def fits(self, *texts: str, indent: int = 0) -> bool:
        """Tell whether these fit on one line with a space between them."""
        shown = " ".join(self._shown(text) for text in texts)
        return indent + cell_len(shown) <= self.width

    def heading(self, title: str, aside: str = "", style: str = "bold") -> None:
        """Add a heading with a rule up to an aside at the right margin."""
        self.blank()
        gap = self.width - cell_len(self._shown(title)) - cell_len(aside) - 2
        if gap < 1 or not aside:
            self.write(Span(title, style))
            if aside:
                self.write(Span(aside, "dim"))
        else:
            self.write(Span(title, style), Span("─" * gap, "dim"), Span(aside, "dim"))

    def _words(self, span: Span | str) -> Iterable[Span]:
        given = Span(span) if isinstance(span, str) else span
        for word in given.text.split(" "):
            yield Span(self._shown(word), given.style)

    def _shown(self, text: str) -> str:
        if self._unicode:
            return terminal(text)
        for glyph, plain in _GLYPHS.items():
            text = text.replace(glyph, plain)
        return ascii_only(terminal(text))

    def _wrapped(self, words: list[Span], indent: int, hang: int) -> Iterable[list[Span]]:
        line: list[Span] = []
        used, room = 0, self.width - indent
        for word in words:
            size = cell_len(word.text)
            if line and used + 1 + size > room:
                yield line
                line, used, room = [], 0, self.width - indent - hang
            if not line and not word.text:
                continue
            used += size + (1 if line else 0)
            line.append(word)
        yield line

    def _styled(self, words: list[Span]) -> str:
        runs: list[Span] = []
        for word in words:
            if runs and runs[-1].style == word.style:
                runs[-1] = Span(f"{runs[-1].text} {word.text}", word.style)
            else:
                runs.append(word)
        return " ".join(self._painted(run) for run in runs).rstrip()

    def _painted(self, run: Span) -> str:
        if not self._color or not run.style:
            return run.text
        return _style(run.style).render(run.text, color_system=ColorSystem.STANDARD)


@cache
def _style(words: str) -> Style:
    return Style.parse(words)
