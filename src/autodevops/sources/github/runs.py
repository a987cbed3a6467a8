"""How long CI took on the default branch."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from autodevops.facts.settings import ACTIONS
from autodevops.model.settings import CiLimit, CiRuns, Run
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer

WAITED = Unavailable(
    "CI runs wait for an approval, so their length does not tell how long CI takes",
    "CI runs that wait for nobody",
)
"""Stands for runs whose time is mostly somebody's who was asked to approve."""
UNREAD = Unavailable(
    "a run of CI lasted long, and whether it worked or waited was not read", ACTIONS
)
"""Stands for the jobs of a slow run that were not asked for."""


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    path: str
    event: str
    conclusion: str | None = None
    updated_at: datetime
    created_at: datetime
    run_started_at: datetime | None = None


class _Runs(msgspec.Struct, frozen=True, kw_only=True):
    workflow_runs: tuple[_Run, ...]


class _Job(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    started_at: datetime | None = None
    completed_at: datetime | None = None
    conclusion: str | None = None


class _Jobs(msgspec.Struct, frozen=True, kw_only=True):
    jobs: tuple[_Job, ...]


def query(branch: str) -> dict[str, str | int]:
    """Return what to ask `/actions/runs` for: what pushes to the trunk set off and what passed."""
    return {"branch": branch, "event": "push", "status": "success", "exclude_pull_requests": "true"}


def ci_runs(answer: Answer) -> CiRuns | Unavailable:
    """Return the last successful runs of CI, newest first.

    Nightly runs, and those that somebody or GitHub itself started, keep nobody waiting.
    """
    said = answer.read(_Runs)
    if isinstance(said, Unavailable):
        return said
    found = [
        one
        for one in said.workflow_runs
        if one.event == "push"
        and one.conclusion == "success"
        and not one.path.startswith("dynamic/")
    ]
    found.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    return CiRuns(runs=tuple(_run(one) for one in found))


def judged(runs: CiRuns | Unavailable, jobs: Answer | None, limit: CiLimit) -> CiRuns | Unavailable:
    """Return the runs with the slow one's longest job, or why their lengths tell nothing.

    A run lasts on while it waits for the approval of a deployment, its jobs don't; so without them
    a slow run proves nothing.
    """
    if isinstance(runs, Unavailable) or (slow := runs.slow(limit)) is None:
        return runs
    said = UNREAD if jobs is None else jobs.read(_Jobs)
    if isinstance(said, Unavailable):
        return said
    times = {
        one.name: (one.started_at, one.completed_at)
        for one in said.jobs
        if one.started_at and one.completed_at and one.conclusion != "skipped"
    }
    if not times or _working(times.values()) < limit.duration:
        return WAITED
    longest = max(times, key=lambda name: times[name][1] - times[name][0])
    named = replace(slow, slowest_job=longest)
    return CiRuns(runs=tuple(named if one.id == slow.id else one for one in runs.runs))


def _run(one: _Run) -> Run:
    began = one.run_started_at or one.created_at
    return Run(
        id=one.id,
        # GitHub adds the ref to the path of a workflow that another one requires.
        workflow=one.path.partition("@")[0],
        duration=max(one.updated_at - began, timedelta()),
    )


def _working(times: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """Return how long at least one job was at work."""
    total = timedelta()
    until: datetime | None = None
    for began, ended in sorted(times):
        start = began if until is None else max(began, until)
        total += max(ended - start, timedelta())
        until = ended if until is None else max(until, ended)
    return total
