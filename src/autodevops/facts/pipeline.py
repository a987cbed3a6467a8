"""The guide's jobs as the repository has them, and what waits for what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._expressions import Plain, calls_in, evaluate, names_in, truth
from autodevops.facts.services import Services
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import Job as GuideJob
from autodevops.guide.model import JobKind, WorkflowPolicy, job_key
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

MAX_JOBS = 50
"""Most jobs of one name that are judged."""

_EXPRESSION = regex(r"\$\{\{.{0,500}?\}\}|\([^()]{0,200}\)")
_TELLING = frozenset({JobKind.UNIT_TEST, JobKind.LINT})
_UNGATED = frozenset({"always", "cancelled", "failure"})


class GuideRole(Struct, frozen=True, kw_only=True):
    """One of the guide's jobs."""

    wanted: GuideJob
    """As the guide has it."""
    jobs: tuple[Job, ...]
    """The repository's jobs of that name."""
    is_demanded: bool
    """Whether what it serves is there."""
    certain: tuple[Job, ...]
    """Of the jobs, those that are the guide's and don't just happen to have such a name.

    In a platform these are all; elsewhere `build` or `deploy` count only in the guide's `ci.yml` or
    beside a job with a name that nobody has by chance.
    """


class Pipeline(Struct, frozen=True, kw_only=True, dict=True):
    """The guide's jobs, found by id or name, letters' case and dashes aside."""

    roles: tuple[GuideRole, ...]
    """One for each job of the guide, in its order."""
    workflows: Workflows
    """Everything that GitHub would run."""

    @cached_property
    def roles_of(self) -> Mapping[str, tuple[GuideRole, ...]]:
        """Return a job's roles by its subject: a matrix can make one job several of the guide's."""
        found: dict[str, tuple[GuideRole, ...]] = {}
        for role in self.roles:
            for job in role.jobs:
                found[job.subject] = (*found.get(job.subject, ()), role)
        return found

    def of_kind(self, *kinds: JobKind) -> tuple[GuideRole, ...]:
        """Return the roles of these kinds."""
        return tuple(role for role in self.roles if role.wanted.kind in kinds)

    def waits_for(self, job: Job) -> frozenset[str]:
        """Return the subjects of all jobs that must have ended well before a job starts.

        A failure reaches everything behind it in the chain of `needs`, also past jobs that run all
        the same ("Using jobs in a workflow", on `needs`). Jobs of a called workflow count with the
        job that calls it, and those of a workflow that is followed (`workflow_run`) when the job
        or its workflow looks at how that ended.
        """
        if job.subject not in self._waits:
            self._waits[job.subject] = frozenset(self._awaited_by(job))
        return self._waits[job.subject]

    @cached_property
    def _waits(self) -> dict[str, frozenset[str]]:
        return {}

    def _awaited_by(self, job: Job) -> set[str]:
        found: set[str] = set()
        waiting = [(job, ignores_failures(job))]
        entered: set[str] = set()
        while waiting:
            current, is_gate = waiting.pop()
            if current.subject in entered:
                continue
            entered.add(current.subject)
            needed = [*self._awaited(current, only_asked=is_gate)]
            found.update(other.subject for other in needed)
            waiting += [(other, False) for other in needed]
            # A called job waits for what its caller waits for, but not for the caller.
            waiting += [(other, ignores_failures(other)) for other in self._callers(current)]
        return found - {job.subject}

    def _awaited(self, job: Job, *, only_asked: bool) -> Iterator[Job]:
        """Yield the jobs right before a job, those of called workflows in their place."""
        workflow = self.workflows.by_path[job.path]
        names = [need.text for need in job.needs]
        needed = [
            workflow.job(name) for name in names if not only_asked or not _runs_after(job, name)
        ]
        for other in [*filter(None, needed), *self._followed(job, workflow)]:
            yield other
            called = self.workflows.called_by(other)
            yield from called.jobs if called is not None else ()

    def _callers(self, job: Job) -> Sequence[Job]:
        return self.workflows.callers_of(self.workflows.by_path[job.path])

    def _followed(self, job: Job, workflow: Workflow) -> Iterator[Job]:
        names = {name for trigger in workflow.on("workflow_run") for name in trigger.workflows}
        if not names or not _asks_for_success(job, workflow):
            return
        for other in self.workflows.files:
            if (other.name or other.path) in names and other is not workflow:
                yield from other.jobs


def ignores_failures(job: Job) -> bool:
    """Tell whether a job may run although something that it needs failed.

    `always()`, `failure()` and `!cancelled()` do that, unless the condition asks for the results.
    """
    return any(_runs_after(job, need.text) for need in job.needs)


def _runs_after(job: Job, failed: str) -> bool:
    """Tell whether a job's condition may let it run after one of its needs has failed."""
    if job.condition is None or not calls_in(job.condition.text) & _UNGATED:
        return False
    known: dict[str, Plain] = {f"needs.{need.text}.result".lower(): "success" for need in job.needs}
    known |= {f"needs.{failed}.result".lower(): "failure", "needs.*.result": "failure"}
    known |= {"success()": False, "failure()": True}
    return truth(evaluate(job.condition.text, known)) is not False


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
    own = {
        job.path
        for wanted in policy.jobs
        if wanted.kind in _TELLING
        for job in by_key.get(job_key(wanted.name), ())
    } | {workflow.path for workflow in policy.workflows}
    found: list[GuideRole] = []
    for wanted in policy.jobs:
        jobs = tuple(by_key.get(job_key(wanted.name), ())[:MAX_JOBS])
        certain = tuple(job for job in jobs if services.is_platform or job.path in own)
        is_demanded = _is_demanded(wanted, services, snapshot)
        found.append(GuideRole(wanted=wanted, jobs=jobs, certain=certain, is_demanded=is_demanded))
    return Pipeline(roles=tuple(found), workflows=workflows)


def _keys(job: Job) -> set[str]:
    """Return the keys of a job's id and name, values of a matrix aside, also without a plural.

    The names that a matrix makes count too: `${{ matrix.service }}-test` is `frontend-test`.
    """
    names = [job.id, _EXPRESSION.sub("", job.name or "")]
    if "${{" in (job.name or ""):
        names += job.check_names or ()
    keys = {*map(job_key, names)}
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
