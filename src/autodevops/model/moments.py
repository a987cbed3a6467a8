"""Moments on a calendar that begins with year 1, whatever number of days anybody writes down."""

from datetime import UTC, datetime, timedelta


def days_before(moment: datetime, days: float) -> datetime:
    """Return the moment so many days earlier; the calendar's first one when it begins later."""
    try:
        return moment - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
