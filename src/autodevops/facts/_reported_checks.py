"""The names under which jobs report checks: matrices expanded, calls of other workflows followed.

A job that calls a workflow reports nothing itself: each job there reports as `caller / job`
(GitHub's documentation, "Reusing workflows"). A workflow that can only be called reports where it
is called.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autodevops.facts._workflow_parts import Job, Workflow
from autodevops.facts.workflows import Workflows

MAX_NAMES = 5000
"""Most names that are followed; beyond it any name may be reported."""
_DEEPEST = 4


class ReportedCheck(NamedTuple):
    """What one job reports, once for each way to it."""

    job: Job
    """The job, also when it calls another workflow whose jobs report."""
    name: str
    """Its name, or how it begins."""
    is_whole: bool
    """Whether that is the whole name; the rest of it only a run can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChecks:
    """Everything that the repository's workflows report."""

    by_job: Mapping[str, tuple[ReportedCheck, ...]]
    """By the job's subject."""

    def of(self, job: Job) -> tuple[ReportedCheck, ...]:
        """Return what a job reports, or the jobs that it calls."""
        return self.by_job.get(job.subject, ())

    @property
    def names(self) -> frozenset[str]:
        """Return the names that are known."""
        every = (check for checks in self.by_job.values() for check in checks)
        return frozenset(check.name for check in every if check.is_whole)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Return how the names begin that only a run can tell."""
        every = (check for checks in self.by_job.values() for check in checks)
        return tuple({check.name: None for check in every if not check.is_whole})


def reported_checks(workflows: Workflows) -> ReportedChecks:
    """Return what jobs report."""
    found: dict[str, list[ReportedCheck]] = {}
    left = MAX_NAMES
    for callers, check in _all(workflows):
        if left <= 0:
            check = ReportedCheck(check.job, "", is_whole=False)  # noqa: PLW2901 - cut short
        for job in (*callers, check.job):
            found.setdefault(job.subject, []).append(check)
        if left <= 0:
            break
        left -= 1
    return ReportedChecks(by_job={subject: tuple(checks) for subject, checks in found.items()})


def _all(workflows: Workflows) -> Iterator[tuple[tuple[Job, ...], ReportedCheck]]:
    for workflow in workflows.files:
        if any(trigger.event != "workflow_call" for trigger in workflow.triggers):
            yield from _of(workflow, workflows, "", ())


def _of(
    workflow: Workflow, workflows: Workflows, prefix: str, callers: tuple[Job, ...]
) -> Iterator[tuple[tuple[Job, ...], ReportedCheck]]:
    for job in workflow.jobs:
        for name, is_whole in _own(job):
            whole = f"{prefix}{name}"
            if job.uses is None or not is_whole:
                yield callers, ReportedCheck(job, whole, is_whole)
                continue
            called = workflows.called_by(job)
            if called is None or len(callers) >= _DEEPEST:
                yield callers, ReportedCheck(job, f"{whole} / ", is_whole=False)
            else:
                yield from _of(called, workflows, f"{whole} / ", (*callers, job))


def _own(job: Job) -> Sequence[tuple[str, bool]]:
    """Return the names of a job itself; of one that only a run can tell, how it begins."""
    if job.check_names is not None:
        return [(name, True) for name in job.check_names]
    beginning, has_expression, _ = (job.name or "").partition("${{")
    return [(beginning if has_expression else f"{job.name or job.id} (", False)]
