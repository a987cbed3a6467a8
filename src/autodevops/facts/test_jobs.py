"""Jobs that are named for tests, and those of them that test nothing."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._tools import task_of, words_of
from autodevops.facts.pipeline import Pipeline
from autodevops.facts.work import Task, Work, Works
from autodevops.facts.workflows import Job
from autodevops.guide.model import JobKind
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_NAMED = regex(
    r"(?:unit|integration|e2e|backend|frontend|api|workers?|web|ui|server|client|app|component"
    r"|functional|regression|acceptance)[\s_-]*tests?",
    re.IGNORECASE,
)
_EMPTY_IS_FINE = ("--passWithNoTests", "--pass-with-no-tests")
_TEST_FILE = regex(r"\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)__tests__/|(?:^|/)e2e/|\.cy\.[jt]s$")
# A request that fails with the server's answer is a test of it, if a poor one.
_REQUESTS = frozenset({"curl", "wget", "http"})
_MOST = 20


class IdleJob(NamedTuple):
    """A job that tests nothing."""

    job: Job
    """The job."""
    runs: tuple[str, ...]
    """What it runs instead."""
    reasons: tuple[str, ...]
    """Why what looks like a test is none."""
    places: tuple[tuple[str, int | None], ...]
    """Paths and 1-based lines, the job first or what looks like a test."""


class TestJobs(Struct, frozen=True, kw_only=True):
    """The jobs that are named for tests."""

    jobs: tuple[Job, ...]
    """Every one."""
    idle: tuple[IdleJob, ...]
    """Those that test nothing."""


@fact
def test_jobs(pipeline: Pipeline, works: Works, snapshot: Snapshot) -> TestJobs:
    """Find the jobs that are named for tests."""
    kinds = (JobKind.UNIT_TEST, JobKind.INTEGRATION)
    jobs = {job.subject: job for role in pipeline.of_kind(*kinds) for job in role.jobs}
    for job in pipeline.workflows.jobs:
        if _NAMED.fullmatch(job.id) or _NAMED.fullmatch(job.name or ""):
            jobs.setdefault(job.subject, job)
    files = _TestFiles(snapshot)
    idle = (
        _idle(job, works.of(job), files)
        for job in jobs.values()
        if job.uses is None or pipeline.workflows.called_by(job) is not None
    )
    return TestJobs(jobs=tuple(jobs.values()), idle=tuple(filter(None, idle)))


class _TestFiles:
    """Answers whether a folder holds tests that JavaScript runners look for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return tuple(
            entry.path for entry in self._snapshot.entries if _TEST_FILE.search(entry.path)
        )

    def are_below(self, folder: str) -> bool:
        """Tell whether one of them is there."""
        prefix = f"{folder}/" if folder else ""
        return any(path.startswith(prefix) for path in self.paths)


def _idle(job: Job, works: Sequence[Work], files: _TestFiles) -> IdleJob | None:
    """Return a job that tests nothing; None for one that tests, or may do so in its own way."""
    reasons: list[str] = []
    places: list[tuple[str, int | None]] = []
    for work in works:
        is_test = work.task is Task.TEST
        if is_test and not _may_be_empty(work, files):
            return None
        if is_test:
            reasons.append(f"`{work.text}` may pass without tests, and there are none")
        elif _only_lists(work):
            reasons.append(f"`{work.text}` runs none of them")
        elif _may_test(work):
            return None
        else:
            continue
        places.append((work.path, work.line))
    if not job.steps and job.uses is None:
        return None
    runs = tuple(dict.fromkeys(work.text for work in works))[:_MOST]
    return IdleJob(job, runs, tuple(reasons[:_MOST]), (*places, (job.path, job.line)))


def _may_be_empty(work: Work, files: _TestFiles) -> bool:
    return (
        work.run is not None and work.run.has(*_EMPTY_IS_FINE) and not files.are_below(work.folder)
    )


def _only_lists(work: Work) -> bool:
    """Tell whether work is a test runner that was asked for something else than to run tests."""
    if work.run is None or work.task is not Task.REPORT:
        return False
    bare = work.run._replace(argv=(work.run.name, *words_of(work.run)))
    return task_of(bare) is Task.TEST


def _may_test(work: Work) -> bool:
    """Tell whether work may be a test in a way that no table knows."""
    if work.run is not None and work.run.name in _REQUESTS:
        return True
    return work.task is Task.OTHER
