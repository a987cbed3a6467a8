"""Columns of blocks that show how a figure changed over time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

HEIGHT = 6
"""Rows of a chart."""
_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII = " ....####"


class Reading(NamedTuple):
    """A figure at a time."""

    at: float
    """Seconds since any moment."""
    value: float | None
    """The figure; None when there is none."""


def rows(readings: Sequence[Reading], top: float, width: int, *, unicode: bool) -> tuple[str, ...]:
    """Return the rows of a chart, the upper one first, each so many columns wide.

    A figure stands until the next one: a column shows the last that is known at its end.
    """
    blocks = _BLOCKS if unicode else _ASCII
    heights = [_height(value, top) for value in columns(readings, width)]
    return tuple(
        "".join(blocks[min(max(height - 8 * row, 0), 8)] for height in heights)
        for row in reversed(range(HEIGHT))
    )


def columns(readings: Sequence[Reading], width: int) -> Iterator[float | None]:
    """Yield the figure at the end of each of so many equal parts of the time."""
    start, end = readings[0].at, readings[-1].at
    timed = readings if end > start else [Reading(at, one.value) for at, one in enumerate(readings)]
    start, end = timed[0].at, timed[-1].at
    place = 0
    for column in range(1, width + 1):
        until = start + (end - start) * column / width
        while place + 1 < len(timed) and (column == width or timed[place + 1].at <= until):
            place += 1
        yield timed[place].value


def _height(value: float | None, top: float) -> int:
    """Return a height in eighths of a row; what is not nothing can be seen."""
    if value is None or value <= 0 or top <= 0:
        return 0
    return max(round(min(value / top, 1) * HEIGHT * 8), 1)
