"""Where things stand in one text, told in time that grows with the text and not with its square."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

DOCUMENTED_REACH = 1 << 20
"""How far into a text documentation strings are told from code."""


class Content:
    """A UTF-8 text with its lines, columns and documentation strings.

    Each is counted from the offset that was asked before: a thousand matches asked in their order
    cost one reading.
    """

    def __init__(self, text: bytes) -> None:
        """Keep the text."""
        self.text = text
        self._offset, self._line, self._line_start = 0, 1, 0
        self._column_offset, self._column = 0, 1
        self._marks: dict[bytes, list[int]] = {}

    def _move(self, offset: int) -> None:
        if offset >= self._offset:
            breaks = self.text.count(b"\n", self._offset, offset)
            first = self.text.rfind(b"\n", self._offset, offset)
        else:
            breaks = -self.text.count(b"\n", offset, self._offset)
            first = self.text.rfind(b"\n", 0, offset) if breaks else -1
            self._line_start = 0 if breaks else self._line_start
        self._line_start = first + 1 if first >= 0 else self._line_start
        self._line += breaks
        self._offset = offset

    def line(self, offset: int) -> int:
        """Return the 1-based line of a byte."""
        self._move(offset)
        return self._line

    def line_start(self, offset: int) -> int:
        """Return the offset of the first byte of a byte's line."""
        self._move(offset)
        return self._line_start

    def column(self, offset: int) -> int:
        """Return the 1-based column of a byte, in characters."""
        start = self.line_start(offset)
        if not start <= self._column_offset <= offset:
            self._column_offset, self._column = start, 1
        passed = self.text[self._column_offset : offset]
        self._column += len(passed.decode("utf-8", "replace"))
        self._column_offset = offset
        return self._column

    def opened_by(self, mark: bytes, offset: int) -> int | None:
        """Return where the mark stands within whose pair a byte stands; None outside of pairs."""
        if mark not in self._marks:
            head = self.text[: DOCUMENTED_REACH + len(mark)]
            self._marks[mark] = [found.start() for found in re.finditer(mark, head)]
        marks = self._marks[mark]
        before = bisect_right(marks, offset - len(mark))
        return marks[before - 1] if before % 2 else None


class Spans:
    """Stretches of a text that don't overlap, by their beginnings."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        """Begin with these, which may overlap; those that do become one."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        """Tell whether a stretch has something in common with one of these."""
        before = bisect_left(self._starts, end)
        return before > 0 and start < self._ends[before - 1]

    def add(self, start: int, end: int) -> None:
        """Put in a stretch that overlaps none."""
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)
