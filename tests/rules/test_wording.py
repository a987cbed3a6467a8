"""Words for counts, times and lists."""

from datetime import timedelta

import pytest

from autodevops.rules._wording import counted, in_days, lasting, listed


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (1, "commit", "1 commit"),
        (0, "commit", "0 commits"),
        (3, "branch", "3 branches"),
        (2, "box", "2 boxes"),
    ],
)
def test_counts(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(days=9, hours=23), "9 days"),
        (timedelta(hours=36, minutes=59), "36 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(minutes=30), "0 hours"),
        (timedelta(minutes=-30), "0 hours"),
    ],
)
def test_times_are_never_more_than_they_are(time: timedelta, said: str) -> None:
    assert lasting(time) == said


def test_days_for_evidence() -> None:
    assert in_days(timedelta(hours=36)) == 1.5


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_lists_stay_short(names: list[str], said: str) -> None:
    assert listed(names) == said
