"""Whether workflows that deploy take turns, and whether a newer push cancels what they do."""

from collections.abc import Iterator
from dataclasses import dataclass

from autodevops.facts._api import fact
from autodevops.facts._expressions import evaluate, truth
from autodevops.facts._yaml_nodes import Mapping
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.tag_deploys import TagDeploys
from autodevops.facts.workflows import Job, Workflow, Workflows

_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Disorder:
    """A workflow whose deploys get in each other's way."""

    path: str
    """The workflow."""
    ungrouped: tuple[Job, ...]
    """Deploy jobs without a `concurrency` group."""
    cancelled: tuple[Job, ...]
    """Deploy jobs that a newer push cancels while they run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployTurns:
    """How the deploys of all workflows follow each other."""

    disorders: tuple[Disorder, ...]
    """Workflows in which something is wrong, in the order of the files."""


@fact
def deploy_turns(deploys: TagDeploys, occasions: Occasions) -> DeployTurns:
    """Return which deploys run beside each other or are cut short; previews may be."""
    found = []
    for path in dict.fromkeys(job.path for job in deploys.jobs):
        workflow = occasions.workflows.by_path[path]
        if {trigger.event for trigger in workflow.triggers} <= _PULL_REQUESTS:
            continue  # a preview: the newest is the one that counts
        jobs = [job for job in deploys.jobs if job.path == path]
        disorder = Disorder(
            path=path,
            ungrouped=tuple(
                job for job in jobs if next(_groups(job, occasions.workflows), None) is None
            ),
            cancelled=tuple(job for job in jobs if _is_cancelled(job, occasions)),
        )
        if disorder.ungrouped or disorder.cancelled:
            found.append(disorder)
    return DeployTurns(disorders=tuple(found))


def _groups(job: Job, workflows: Workflows) -> Iterator[object]:
    """Yield the `concurrency` of a job, its workflow and those that call it, as written."""
    own = workflows.by_path[job.path]
    yield from _written(job, own)
    if own.is_reusable:
        for caller in workflows.jobs:
            if workflows.called_by(caller) is own:
                yield from _written(caller, workflows.by_path[caller.path])


def _written(job: Job, workflow: Workflow) -> Iterator[object]:
    yield from (node for node in (job.concurrency, workflow.concurrency) if node is not None)


def _is_cancelled(job: Job, occasions: Occasions) -> bool:
    """Tell whether a newer push cancels a running deploy."""
    for group in _groups(job, occasions.workflows):
        node = group.get("cancel-in-progress") if isinstance(group, Mapping) else None
        text = None if node is None else node.as_text
        if text is not None and truth(evaluate(text, occasions.known(Occasion.PUSH))):
            return True
    return False
