"""Times as git writes them: any number, since whoever makes a commit says when that was."""

_LATEST = 250_000_000_000
"""Seconds, in the year 9892: the calendar of Python ends soon after."""
_DIGITS = 16
"""Longer ones are nonsense that would only slow arithmetic down."""


def seconds(written: str | bytes) -> int:
    """Return seconds since 1970 that a date can be made of; 0 for what is no such time."""
    if not written.isdigit() or len(written) > _DIGITS:
        return 0
    moment = int(written)
    return moment if moment <= _LATEST else 0
