"""Lines of Markdown up to a size, with an honest account of what no longer fitted."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from autodevops.render.outline import plural

_RESERVE = 1_000
"""Kept for what closes the sheet: open folds and the account."""
_CLOSING = "\n</details>\n"


class Sheet:
    """Takes lines, the most important first, until it is full."""

    def __init__(self, limit: int) -> None:
        """Start an empty sheet of at most that many characters, 2,000 or more."""
        self._room = limit - _RESERVE
        self._lines: list[str] = []
        self._left_out: Counter[str] = Counter()

    def add(self, line: str, *, counted: str | None = None) -> None:
        """Take a line unless the sheet is full; `counted` names what is then missing."""
        size = len(line) + 1
        if size > self._room:
            if counted is not None:
                self._left_out[counted] += 1
            return
        self._room -= size
        self._lines.append(line)

    @contextmanager
    def folded(self, opening: str) -> Iterator[None]:
        """Take a part that readers can fold; none at all when nothing of it fits."""
        self._room -= len(opening) + len(_CLOSING) + 2
        start = len(self._lines)
        yield
        if len(self._lines) > start:
            self._lines.insert(start, opening)
            self._lines.append(_CLOSING)

    def text(self) -> str:
        """Return the lines, and below them what was left out."""
        lines = list(self._lines)
        if self._left_out:
            told = ", ".join(_several(count, name) for name, count in self._left_out.items())
            lines.append(f"\n**Cut to fit: {told} left out.** The JSON report holds everything.")
        return "\n".join(lines).strip("\n") + "\n"


def _several(count: int, name: str) -> str:
    if name == "unknown":
        return plural(count, "line") + " about unknown rules"
    if name.startswith("row"):
        return plural(count, "row") + name.removeprefix("row")
    return plural(count, name)
