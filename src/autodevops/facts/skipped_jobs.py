"""What keeps the jobs that the guide runs always from running on some changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from autodevops.facts._api import fact
from autodevops.facts._expressions import Plain, evaluate, truth
from autodevops.facts.occasions import Answer, Occasion, Occasions
from autodevops.facts.pipeline import GuideRole, Pipeline
from autodevops.facts.workflows import Job
from autodevops.guide.model import Trigger

_CHANGES = (Occasion.PUSH, Occasion.PULL_REQUEST)
# Conditions on these keep forks, bots and repeated runs out; they don't choose among changes.
_INNOCENT = (
    "github.repository",
    "github.actor",
    "github.triggering_actor",
    "github.event.action",
    "github.event.head_commit.",
    "github.event.pull_request.base.repo.",
    "github.event.pull_request.head.repo.",
    "github.event.pull_request.title",
    "github.event.pull_request.user.",
    "github.event.repository.",
    "github.event.sender.",
)
# Of changes like these a job may not be kept away; `[skip ci]` and the like are somebody's wish.
_ORDINARY = {
    "github.event.head_commit.message": "feat: a change",
    "github.event.pull_request.title": "feat: a change",
}


class Skip(NamedTuple):
    """A filter or condition that leaves changes out."""

    job: Job
    """The job that it keeps from running."""
    text: str
    """What it is, as code in words."""
    path: str
    """The workflow that it stands in."""
    line: int
    """1-based line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedJobs:
    """The jobs that the guide runs always, and what skips them."""

    judged: int
    """How many of the guide's jobs are there."""
    skips: tuple[tuple[Skip, ...], ...]
    """For each that does not run always, what skips all jobs that do its work."""


@fact
def skipped_jobs(pipeline: Pipeline, occasions: Occasions) -> SkippedJobs:
    """Return what skips the jobs that the guide runs always, on pushes and pull requests."""
    roles = [
        role for role in pipeline.roles if role.wanted.trigger is Trigger.ALWAYS and role.certain
    ]
    found = (
        tuple(skip for occasion in _CHANGES for skip in _skips(role, occasion, occasions))
        for role in roles
    )
    return SkippedJobs(judged=len(roles), skips=tuple(skips for skips in found if skips))


def _skips(role: GuideRole, occasion: Occasion, occasions: Occasions) -> list[Skip]:
    """Return what may skip all jobs of a role on an occasion that starts one of them."""
    found: list[Skip] = []
    for job in role.certain:
        if occasions.starts(occasions.workflows.by_path[job.path], occasion):
            own = list(_skips_of(job, occasion, occasions))
            if not own:
                return []
            found += own
    return [] if _complete_each_other(role, occasions) else found


def _skips_of(job: Job, occasion: Occasion, occasions: Occasions) -> Iterator[Skip]:
    """Yield the path filters and the condition that may skip one job."""
    for path, trigger in occasions.filters(occasions.workflows.by_path[job.path], occasion):
        kind = "paths" if trigger.paths else "paths-ignore"
        yield Skip(job, f"`{kind}` on {trigger.event}", path, trigger.line)
    answer = occasions.runs(job, occasion)
    if _leaves_out_changes(answer, occasions.known(occasion)):
        yield Skip(job, f"`if: {answer.reason.strip()}`", job.path, answer.line or job.line)


def _leaves_out_changes(answer: Answer, known: Mapping[str, Plain]) -> bool:
    """Tell whether a condition leaves out changes, not just forks, bots or repeated runs."""
    if answer.runs is None:
        ordinary = truth(evaluate(answer.reason, {**known, **_ORDINARY}))
        return ordinary is False or not all(name.startswith(_INNOCENT) for name in answer.names)
    return not answer.runs


def _complete_each_other(role: GuideRole, occasions: Occasions) -> bool:
    """Tell whether one workflow runs for some paths and another one for all others.

    GitHub's documentation shows this for required checks: two workflows with jobs of one name.
    """
    workflows = {job.path: occasions.workflows.by_path[job.path] for job in role.certain}
    triggers = [
        trigger
        for workflow in workflows.values()
        for trigger in workflow.on("push", "pull_request")
    ]
    ignored = {trigger.paths_ignore for trigger in triggers if trigger.paths_ignore}
    return any(trigger.paths in ignored for trigger in triggers if trigger.paths)
