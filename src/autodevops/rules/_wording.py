"""Words for counts, times and lists in the messages of rules."""

from collections.abc import Sequence
from datetime import timedelta

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_SHOWN_IN_HOURS = timedelta(days=2)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 commit`, `2 commits`, `3 branches`."""
    ending = "es" if noun.endswith(("s", "x", "ch", "sh")) else "s"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{ending}"


def lasting(time: timedelta) -> str:
    """Return a length of time as people say it: `36 hours`, `9 days`; never more than it is."""
    if time % _DAY and time < _SHOWN_IN_HOURS:
        return counted(max(0, time // _HOUR), "hour")
    return counted(time // _DAY, "day")


def in_days(time: timedelta) -> float:
    """Return a length of time in days, to one decimal, for evidence."""
    return round(time / _DAY, 1)


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return names as a list that stays short: `a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names[:-1]) + (" and " if names[1:] else "") + "".join(names[-1:])
    return f"{', '.join(names[:most])} and {len(names) - most} more"
