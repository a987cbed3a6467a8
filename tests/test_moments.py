"""Days are counted back on a calendar that begins with year 1."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.model.moments import days_before
from tests.support.memory import NOW

FIRST = datetime.min.replace(tzinfo=UTC)
MOST = (NOW - FIRST).days


@given(st.integers(0, MOST))
@example(MOST)
def test_so_many_days_lie_between(days: int) -> None:
    assert NOW - days_before(NOW, days) == timedelta(days=days)


@given(st.integers(MOST + 1) | st.just(10_000_000))
def test_before_the_calendar_there_is_only_its_beginning(days: int) -> None:
    assert days_before(NOW, days) == FIRST
