"""Whether the guide's jobs can fail, and by which of their work."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._expressions import evaluate, truth
from autodevops.facts.pipeline import GuideRole, Pipeline
from autodevops.facts.work import CHECKS, SCANS, Fate, Task, Work, Works
from autodevops.facts.workflows import Job
from autodevops.guide.model import JobKind

_OWN_TASKS = {
    JobKind.SCAN: SCANS,
    JobKind.UNIT_TEST: frozenset({Task.TEST}),
    JobKind.INTEGRATION: frozenset({Task.TEST}),
    JobKind.LINT: frozenset({Task.LINT, Task.SCAN_CODE, Task.SCAN_IMAGE}),
    JobKind.BUILD: frozenset({Task.BUILD}),
    JobKind.DEPLOY: frozenset({Task.DEPLOY}),
}
_CHORES = frozenset({Task.SETUP, Task.REPORT})


class Weakness(StrEnum):
    """How much of a job can't fail."""

    WHOLE = "whole"
    """Nothing of its work can fail it."""
    PART = "part"
    """A part of its work can't, and nothing else does that part."""
    ASIDE = "aside"
    """What it does beside its own work can't."""


class WeakJob(NamedTuple):
    """A job that can't fail as it should."""

    job: Job
    """The job."""
    weakness: Weakness
    """How much of it."""
    hidden: tuple[Work, ...]
    """The work whose failure is hidden."""
    ignored_line: int | None = None
    """1-based line of the whole job's `continue-on-error`."""


class Strength(Struct, frozen=True, kw_only=True):
    """The guide's jobs by whether they can fail."""

    judged: tuple[Job, ...]
    """Every job that was looked at."""
    weak: tuple[WeakJob, ...]
    """Those that can't fail, wholly or in part."""


@fact
def strength(pipeline: Pipeline, works: Works) -> Strength:
    """Judge the guide's jobs."""
    judged: list[Job] = []
    weak: list[WeakJob] = []
    for role in pipeline.roles:
        for job in role.jobs:
            judged.append(job)
            found = _weakness(role, job, works.of(job))
            if found is not None:
                weak.append(found)
    return Strength(judged=tuple(judged), weak=tuple(weak))


def _weakness(role: GuideRole, job: Job, works: Sequence[Work]) -> WeakJob | None:
    ignored = job.continue_on_error
    own = _own(role.wanted.kind, works)
    hidden = _unenforced(own)
    if ignored is not None and truth(evaluate(ignored.text, {})) is True:
        return WeakJob(job, Weakness.WHOLE, hidden, ignored.line)
    if hidden and not _some_can_fail(own) and not any(map(_is_verdict, works)):
        return WeakJob(job, Weakness.WHOLE, hidden)
    # That a scanner only lists what it finds is a report, as long as another one can fail.
    hidden = tuple(work for work in hidden if not work.is_blunt and work.task is not Task.OTHER)
    if hidden:
        return WeakJob(job, Weakness.PART, hidden)
    beside = [work for work in works if work.task in CHECKS and work not in own]
    hidden = tuple(work for work in _unenforced(beside) if not work.is_blunt)
    return WeakJob(job, Weakness.ASIDE, hidden) if hidden else None


def _own(kind: JobKind, works: Sequence[Work]) -> list[Work]:
    """Return what does the job's work: what it is for, else scripts of the team, else any check."""
    own = [work for work in works if work.task in _OWN_TASKS[kind]]
    scripts = [work for work in works if work.task not in _CHORES | CHECKS]
    return own or scripts or [work for work in works if work.task in CHECKS]


def _some_can_fail(works: Sequence[Work]) -> bool:
    return any(work.fate is not Fate.HIDDEN for work in works)


def _is_verdict(work: Work) -> bool:
    """Tell whether a script of the team's own decides to fail: `exit 1` after a look of its own."""
    run = work.run
    is_exit = run is not None and run.name == "exit" and run.argv[1:] not in ((), ("0",))
    return is_exit and work.fate is Fate.SEEN


def _unenforced(works: Sequence[Work]) -> tuple[Work, ...]:
    """Return the hidden work of tools that no other work of the job lets fail."""
    enforced = {work.tool for work in works if work.fate is not Fate.HIDDEN}
    return tuple(work for work in works if work.fate is Fate.HIDDEN and work.tool not in enforced)
