"""Figures of service levels in a clause: shares of time that a service answers, and percentiles."""

from collections.abc import Iterator
from typing import NamedTuple

from autodevops.model.patterns import regex

_PERCENT = regex(r"(?<![\d.])(9\d(?:\.\d{1,6})?|100(?:\.0+)?)\s?%")
_AVAILABLE = regex(r"availab|up-?time|success[ -]rate|non-5xx|successful (?:requests|responses)")
_SHARE = regex(
    r"\bp\(?\s?(\d{2}(?:\.\d+)?)\)?(?![\w.]|%)|\b(\d{2}(?:\.\d+)?)(?:th|st|rd|nd)?"
    r"[ -]?(?:percentile|%-?ile|pctl?)|\b(\d{2}(?:\.\d+)?)th\b"
    r"|\b(\d{2}(?:\.\d+)?)\s?% of (?:all )?(?:\w+ )?"
    r"(?:requests|calls|jobs|responses|tasks|completions)"
)
_DURATION = regex(
    r"(?<![\w.])(\d{1,7}(?:[.,]\d{1,3})?)\s?-?(ms|msec|milliseconds?|s|secs?|seconds?|m|mins?|minutes?"
    r"|hours?|h)\b(?!/)"
)
_FACTORS = {"ms": 0.001, "mi": 60.0, "m": 60.0, "s": 1.0, "h": 3600.0}


class Figure(NamedTuple):
    """One figure in a clause."""

    percentile: float | None
    """Percentile of a duration; None for a share of time."""
    value: float
    """Seconds, or percent."""
    text: str
    """As written."""
    at: int
    """Position in the clause."""


class _Mark(NamedTuple):
    at: int
    end: int
    percentile: float | None
    seconds: float
    text: str


def figures(clause: str) -> Iterator[Figure]:
    """Yield the figures of a clause in lower case."""
    if _AVAILABLE.search(clause):
        for found in _PERCENT.finditer(clause):
            if not _SHARE.match(clause, found.start()):
                yield Figure(None, float(found[1]), found[0], found.start())
    marks = sorted([*_shares(clause), *_durations(clause)])
    for at, mark in enumerate(marks):
        if mark.percentile is None:
            continue
        duration = _nearest(marks, at)
        if duration is not None:
            yield Figure(mark.percentile, duration.seconds, duration.text, duration.at)


def _nearest(marks: list[_Mark], at: int) -> _Mark | None:
    """Return the duration that belongs to a percentile: the next one, or the one just before."""
    following = marks[at + 1] if at + 1 < len(marks) else None
    if following is not None and following.percentile is None:
        return following
    before = marks[at - 1] if at else None
    if before is None or before.percentile is not None:
        return None
    taken = at > 1 and marks[at - 2].percentile is not None
    return None if taken else before


def _shares(clause: str) -> Iterator[_Mark]:
    for found in _SHARE.finditer(clause):
        share = next(float(group) for group in found.groups() if group)
        yield _Mark(found.start(), found.end(), share, 0.0, found[0])


def _durations(clause: str) -> Iterator[_Mark]:
    for found in _DURATION.finditer(clause):
        unit = found[2]
        factor = _FACTORS.get(unit[:2]) or _FACTORS[unit[:1]]
        value = float(
            found[1].replace(",", "" if len(found[1].partition(",")[2]) == len("000") else ".")
        )
        yield _Mark(found.start(), found.end(), None, value * factor, found[0])
