"""With what a batch ends: the code that tells most of what became of its targets."""

from dataclasses import dataclass

import pytest

from autodevops.batch.folder import Entry
from autodevops.cli.judging import Verdicts, code_of_batch
from autodevops.guide.settings import Threshold
from autodevops.model.finding import Severity
from autodevops.model.report import Report, Result
from tests.support.samples import failure, finding, report

CLEAN = report()
FAULTY = report([], [finding(severity=Severity.LOW)])


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A batch as far as its code is decided by it."""

    results: tuple[Result, ...]
    entries: tuple[Entry, ...]


def entry(result: Result, *, fail_on: str | None = "medium", ended_early: bool = False) -> Entry:
    return Entry(
        number=0,
        file="",
        known_by="",
        is_report=isinstance(result, Report),
        code=0,
        fail_on=fail_on,
        ended_early=ended_early,
    )


def code(*targets: tuple[Result, Entry], fail_on: Threshold | None = None) -> int:
    done = Ended(
        results=tuple(result for result, _ in targets), entries=tuple(one for _, one in targets)
    )
    wanted = Verdicts(fail_on=fail_on, strict=False, exit_zero=False)
    return code_of_batch(done, wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fail_on", "option", "expected"),
    [
        ("low", None, 1),
        ("medium", None, 0),
        (None, None, 0),
        ("medium", Threshold.LOW, 1),
        ("low", Threshold.NEVER, 0),
    ],
)
def test_each_target_s_own_threshold_counts_unless_there_is_an_option(
    fail_on: str | None, option: Threshold | None, expected: int
) -> None:
    targets = ((CLEAN, entry(CLEAN)), (FAULTY, entry(FAULTY, fail_on=fail_on)))
    assert code(*targets, fail_on=option) == expected


def test_an_audit_that_ended_early_makes_it_partial() -> None:
    faulty = (FAULTY, entry(FAULTY, fail_on="low"))
    assert code(faulty, (CLEAN, entry(CLEAN, ended_early=True))) == 4


def test_a_target_that_failed_makes_it_partial_and_only_such_make_it_nothing() -> None:
    gone = failure()
    assert code((FAULTY, entry(FAULTY, fail_on="low")), (gone, entry(gone))) == 4
    assert code((gone, entry(gone)), (gone, entry(gone))) == 3
