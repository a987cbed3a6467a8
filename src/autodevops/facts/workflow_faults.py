"""What makes GitHub refuse a workflow file before anything runs."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as ByName
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._expressions import names_in
from autodevops.facts._workflow_schema import schema_errors
from autodevops.facts.workflows import Job, Named, Workflow, Workflows
from autodevops.model.snapshot import Snapshot

# Contexts that GitHub does not give to a condition ("Contexts reference", context availability).
_NOT_IN_JOBS = frozenset({"env", "job", "matrix", "runner", "secrets", "steps", "strategy"})
_NOT_IN_STEPS = frozenset({"secrets"})


class Fault(NamedTuple):
    """One reason why a file is refused."""

    path: str
    """The workflow."""
    line: int
    """1-based line."""
    text: str
    """What is wrong."""


class WorkflowFaults(Struct, frozen=True, kw_only=True):
    """Everything that makes GitHub refuse a workflow."""

    faults: tuple[Fault, ...]
    """By path and line."""
    files: int
    """How many workflow files there are."""


@fact
def workflow_faults(workflows: Workflows, snapshot: Snapshot) -> WorkflowFaults:
    """Hold every workflow against the published schema and against itself."""
    found = [Fault(one.path, one.line, one.reason) for one in workflows.invalid]
    for workflow in workflows.files:
        errors = schema_errors(workflow.root)
        if errors is None:
            snapshot.note_gap(workflow.path, f"{workflow.path} is too large for the schema")
        found += (Fault(workflow.path, *error) for error in errors or ())
        found += _duplicates(workflow)
        found += _needs(workflow)
        for job in workflow.jobs:
            found += _conditions(job)
            found += _ids(job)
    count = len(workflows.files) + len(workflows.invalid)
    return WorkflowFaults(faults=tuple(sorted(set(found))), files=count)


def _duplicates(workflow: Workflow) -> Iterator[Fault]:
    for key, first, line in workflow.duplicates:
        yield Fault(workflow.path, line, f"the key `{key}` stands twice, first in line {first}")


def _needs(workflow: Workflow) -> Iterator[Fault]:
    ids = {job.id for job in workflow.jobs}
    for job in workflow.jobs:
        for need in job.needs:
            if need.text not in ids:
                text = f"job {job.id} needs {need.text}, which does not exist"
                yield Fault(workflow.path, need.line, text)
    for job in _in_cycles(workflow):
        yield Fault(workflow.path, job.line, f"job {job.id} needs itself, through other jobs")


def _in_cycles(workflow: Workflow) -> list[Job]:
    """Return the jobs that are left when those without unmet needs are taken away, both ways."""
    ids = {job.id for job in workflow.jobs}
    needs = {job.id: {need.text for need in job.needs} & ids for job in workflow.jobs}
    left = _unmet(_turned(_unmet(needs)))
    return [job for job in workflow.jobs if job.id in left]


def _unmet(needs: ByName[str, set[str]]) -> dict[str, set[str]]:
    """Return what is left when whatever needs nothing is taken away, over and over."""
    waiting = _turned(needs)
    count = {name: len(wanted) for name, wanted in needs.items()}
    free = [name for name, wanted in count.items() if not wanted]
    for done in free:
        for name in waiting[done]:
            count[name] -= 1
            if not count[name]:
                free.append(name)
    left = needs.keys() - free
    return {name: wanted & left for name, wanted in needs.items() if name in left}


def _turned(needs: ByName[str, set[str]]) -> dict[str, set[str]]:
    """Return who waits for each instead of what each waits for."""
    waiting: dict[str, set[str]] = {name: set() for name in needs}
    for name, wanted in needs.items():
        for other in wanted:
            waiting[other].add(name)
    return waiting


def _conditions(job: Job) -> Iterator[Fault]:
    yield from _unknown_contexts(job.path, job.condition, _NOT_IN_JOBS, f"job {job.id}")
    for step in job.steps:
        where = f"step {step.key!r} of job {job.id}"
        yield from _unknown_contexts(step.path, step.condition, _NOT_IN_STEPS, where)


def _unknown_contexts(
    path: str, condition: Named | None, unknown: frozenset[str], where: str
) -> Iterator[Fault]:
    if condition is None:
        return
    used = {name.partition(".")[0] for name in names_in(condition.text) if "." in name}
    for name in sorted(used & unknown):
        yield Fault(path, condition.line, f"the condition of {where} can't use `{name}`")


def _ids(job: Job) -> Iterator[Fault]:
    counts = Counter(step.id for step in job.steps if step.id is not None)
    for step in job.steps:
        if step.id is not None and counts[step.id] > 1:
            text = f"two steps of job {job.id} have the id {step.id}"
            yield Fault(job.path, step.line, text)
            counts[step.id] = 0
