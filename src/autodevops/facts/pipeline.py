"""The guide's jobs as the repository has them, and what waits for what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from autodevops.facts._api import fact
from autodevops.facts._expressions import calls_in, names_in
from autodevops.facts.services import Services
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import Job as GuideJob
from autodevops.guide.model import JobKind, WorkflowPolicy, job_key
from autodevops.model.snapshot import Snapshot

_EXPRESSION = re.compile(r"\$\{\{.{0,500}?\}\}|\([^()]{0,200}\)")
_UNGATED = frozenset({"always", "cancelled", "failure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRole:
    """One of the guide's jobs."""

    wanted: GuideJob
    """As the guide has it."""
    jobs: tuple[Job, ...]
    """The repository's jobs of that name."""
    is_demanded: bool
    """Whether what it serves is there."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The guide's jobs, found by id or name, letters' case and dashes aside."""

    roles: tuple[GuideRole, ...]
    """One for each job of the guide, in its order."""
    workflows: Workflows
    """Everything that GitHub would run."""

    @cached_property
    def role_of(self) -> Mapping[str, GuideRole]:
        """Return the role of a job by its subject."""
        return {job.subject: role for role in self.roles for job in role.jobs}

    def of_kind(self, *kinds: JobKind) -> tuple[GuideRole, ...]:
        """Return the roles of these kinds."""
        return tuple(role for role in self.roles if role.wanted.kind in kinds)

    def waits_for(self, job: Job) -> frozenset[str]:
        """Return the subjects of all jobs that must have ended well before a job starts.

        Jobs of a called workflow count with the job that calls it, and those of a workflow that is
        followed (`workflow_run`) when the job or its workflow looks at how that ended.
        """
        found: set[str] = set()
        waiting = [job]
        entered: set[str] = set()
        while waiting:
            current = waiting.pop()
            if current.subject in entered:
                continue
            entered.add(current.subject)
            needed = [*self._awaited(current)]
            found.update(other.subject for other in needed)
            waiting += needed
            # A called job waits for what its caller waits for, but not for the caller.
            waiting += self._callers(current)
        return frozenset(found - {job.subject})

    def _awaited(self, job: Job) -> Iterator[Job]:
        """Yield the jobs that must have ended well, those of called workflows in their place."""
        workflow = self.workflows.by_path[job.path]
        needed = [] if ignores_failures(job) else [workflow.job(need.text) for need in job.needs]
        for other in [*filter(None, needed), *self._followed(job, workflow)]:
            yield other
            called = self.workflows.called_by(other)
            yield from called.jobs if called is not None else ()

    def _callers(self, job: Job) -> list[Job]:
        workflow = self.workflows.by_path[job.path]
        if not workflow.is_reusable:
            return []
        return [caller for caller in self.workflows.jobs if self._calls(caller, workflow)]

    def _calls(self, caller: Job, workflow: Workflow) -> bool:
        return caller.path != workflow.path and self.workflows.called_by(caller) is workflow

    def _followed(self, job: Job, workflow: Workflow) -> Iterator[Job]:
        names = {name for trigger in workflow.on("workflow_run") for name in trigger.workflows}
        if not names or not _asks_for_success(job, workflow):
            return
        for other in self.workflows.files:
            if (other.name or other.path) in names and other is not workflow:
                yield from other.jobs


def ignores_failures(job: Job) -> bool:
    """Tell whether a job runs although something that it needs failed.

    `always()`, `failure()` and `!cancelled()` do that, unless the condition asks for the results.
    """
    if job.condition is None or not calls_in(job.condition.text) & _UNGATED:
        return False
    names = names_in(job.condition.text)
    return not any(name.startswith("needs.") and name.endswith(".result") for name in names)


def _asks_for_success(job: Job, workflow: Workflow) -> bool:
    conditions = [job.condition, *(other.condition for other in workflow.jobs)]
    asked = "github.event.workflow_run.conclusion"
    return any(asked in names_in(text.text) for text in conditions if text is not None)


@fact
def pipeline(
    workflows: Workflows, policy: WorkflowPolicy, services: Services, snapshot: Snapshot
) -> Pipeline:
    """Find the guide's jobs."""
    by_key: dict[str, list[Job]] = {}
    for job in workflows.jobs:
        for key in _keys(job):
            by_key.setdefault(key, []).append(job)
    roles = tuple(
        GuideRole(
            wanted=wanted,
            jobs=tuple(by_key.get(job_key(wanted.name), ())),
            is_demanded=_is_demanded(wanted, services, snapshot),
        )
        for wanted in policy.jobs
    )
    return Pipeline(roles=roles, workflows=workflows)


def _keys(job: Job) -> set[str]:
    """Return the keys of a job's id and name, values of a matrix aside, also without a plural."""
    keys = {job_key(job.id), job_key(_EXPRESSION.sub("", job.name or ""))}
    return {form for key in keys for form in (key, key.removesuffix("s"))}


def _is_demanded(wanted: GuideJob, services: Services, snapshot: Snapshot) -> bool:
    if not services.is_platform:
        return False
    if wanted.services:
        return any(services.has(service) for service in wanted.services)
    return not wanted.paths or any(_is_there(path, snapshot) for path in wanted.paths)


def _is_there(pattern: str, snapshot: Snapshot) -> bool:
    if pattern.endswith("/"):
        return pattern.rstrip("/") in snapshot.folders
    stem = pattern.rstrip("*")
    return any(entry.path.startswith(stem) for entry in snapshot.entries)
