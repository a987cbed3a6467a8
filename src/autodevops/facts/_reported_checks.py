"""The names under which jobs report checks: matrices expanded, calls of other workflows followed.

A job that calls a workflow reports nothing itself: each job there reports as `caller / job`
(GitHub's documentation, "Reusing workflows"). A workflow that can only be called reports where it
is called.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._workflow_parts import Job, Workflow
from autodevops.facts.workflows import Workflows

MAX_NAMES = 5000
"""Most names and calls that are followed; beyond it any name may be reported."""
_DEEPEST = 4
_LONGEST = 300


class ReportedCheck(NamedTuple):
    """What one job reports, once for each way to it."""

    job: Job
    """The job, also when it calls another workflow whose jobs report."""
    name: str
    """Its name, or how it begins."""
    is_whole: bool
    """Whether that is the whole name; the rest of it only a run can tell."""


class ReportedChecks(Struct, frozen=True, kw_only=True):
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
    walk = _Walk(workflows)
    for workflow in workflows.files:
        if any(trigger.event != "workflow_call" for trigger in workflow.triggers):
            walk.through(workflow, "", ())
    return ReportedChecks(by_job={subject: tuple(checks) for subject, checks in walk.found.items()})


class _Walk:
    """Goes through the jobs of workflows and of those that they call."""

    def __init__(self, workflows: Workflows) -> None:
        self.found: dict[str, list[ReportedCheck]] = {}
        self._workflows = workflows
        self._left = MAX_NAMES

    def through(self, workflow: Workflow, prefix: str, callers: tuple[Job, ...]) -> None:
        """Note what the jobs of a workflow report whose callers' names are the prefix."""
        for job in workflow.jobs:
            for name, is_whole in _own(job):
                # Calls that are followed count too: they can branch without ever naming a check.
                if self._left < 0:
                    return
                self._left -= 1
                if self._left < 0:
                    self._note(callers, ReportedCheck(job, "", is_whole=False))
                else:
                    self._follow(job, f"{prefix}{name}", callers, is_whole=is_whole)

    def _follow(self, job: Job, name: str, callers: tuple[Job, ...], *, is_whole: bool) -> None:
        called = self._workflows.called_by(job)
        if job.uses is None or not is_whole:
            self._note(callers, ReportedCheck(job, name, is_whole))
        elif called is None or len(callers) >= _DEEPEST:
            self._note(callers, ReportedCheck(job, f"{name} / ", is_whole=False))
        else:
            self.through(called, f"{name} / ", (*callers, job))

    def _note(self, callers: tuple[Job, ...], check: ReportedCheck) -> None:
        for job in (*callers, check.job):
            self.found.setdefault(job.subject, []).append(check)


def _own(job: Job) -> Sequence[tuple[str, bool]]:
    """Return the names of a job itself; of one that only a run can tell, how it begins."""
    if job.check_names is not None:
        return [(name, True) for name in job.check_names]
    beginning, has_expression, _ = (job.name or job.id)[:_LONGEST].partition("${{")
    return [(beginning if has_expression else f"{beginning} (", False)]
