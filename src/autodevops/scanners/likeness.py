"""What a text has that one like it lacks: versions of a file differ in a few of their lines."""

SURROUNDINGS = 2048
"""Bytes on either side of a difference that can belong to a match, or to its judgement.

More than any rule spans over several lines and more than `autodevops.facts` looks around a match;
within a line there is no limit, since whole lines are returned.
"""
_STEP = 256


def news(text: bytes, before: bytes) -> bytes | None:
    """Return the lines of a text that differ from an earlier one, with their surroundings.

    None when that would be most of the text: the two are not versions of each other.
    """
    head = _same_beginning(text, before)
    tail = _same_end(text, before, min(len(text), len(before)) - head)
    first = text.rfind(b"\n", 0, max(0, head - SURROUNDINGS)) + 1
    end = text.find(b"\n", len(text) - tail + SURROUNDINGS)
    last = len(text) if end < 0 else end + 1
    return None if (last - first) * 2 > len(text) else text[first:last]


def _same_beginning(text: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    limit = min(len(text), len(other))
    low, step = 0, _STEP
    while low < limit and other.startswith(text[low : low + step], low):
        low += step
        step *= 2
    high = min(limit, low + step)
    while low < high:
        middle = (low + high + 1) // 2
        if other.startswith(text[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return min(low, limit)


def _same_end(text: bytes, other: bytes, limit: int) -> int:
    """Return how many bytes both end with, at most `limit`."""
    low, step = 0, _STEP
    size, length = len(text), len(other)
    while low + step <= limit and other.endswith(
        text[size - low - step : size - low], 0, length - low
    ):
        low += step
        step *= 2
    high = min(limit, low + step)
    while low < high:
        middle = (low + high + 1) // 2
        if other.endswith(text[size - middle : size - low], 0, length - low):
            low = middle
        else:
            high = middle - 1
    return low
