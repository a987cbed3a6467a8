"""Jobs that run a stranger's code with the repository's own rights."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.workflows import Job, Step, Workflow, Workflows
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

EVENTS = ("pull_request_target", "workflow_run")
"""Events that run with the base repository's secrets and write access for anybody's change."""

_HEAD = regex(
    r"github\.event\.pull_request\.head\.|github\.head_ref|github\.event\.workflow_run\.head_"
    r"|github\.event\.workflow_run\.pull_requests|refs/pull/|merge_commit_sha"
)
_FETCH = regex(r"\bgh\s{1,9}pr\s{1,9}checkout\b|\bgit\s{1,9}(?:fetch|pull)\b[^\n]{0,200}\bpull/")
# Conditions that let only the repository's own branches through.
_OWN_ONLY = regex(
    r"head\.repo\.full_name\s{0,9}==\s{0,9}github\.repository"
    r"|github\.repository\s{0,9}==\s{0,9}github\.event\.pull_request\.head\.repo"
    r"|head_repository\.full_name\s{0,9}==\s{0,9}github\.repository"
    r"|head\.repo\.fork\s{0,9}(?:==|!=)|!\s{0,9}github\.event\.pull_request\.head\.repo\.fork"
    r"|workflow_run\.event\s{0,9}==\s{0,9}'(?:push|schedule|workflow_dispatch|release)'"
    r"|workflow_run\.event\s{0,9}!=\s{0,9}'pull_request'"
)


class UntrustedCheckout(NamedTuple):
    """One step that fetches a stranger's code."""

    job: Job
    """The job."""
    step: Step
    """The step."""
    event: str
    """The event that brings the stranger."""
    line: int
    """1-based line of the reference."""
    reference: str
    """What is checked out, as written."""


class UntrustedCheckouts(Struct, frozen=True, kw_only=True):
    """All of them."""

    found: tuple[UntrustedCheckout, ...]
    """By workflow, job and step."""


@fact
def untrusted_checkouts(workflows: Workflows) -> UntrustedCheckouts | NotApplicable:
    """Return the checkouts of strangers' code in workflows that have something to lose."""
    risky = [workflow for workflow in workflows.files if workflow.on(*EVENTS)]
    if not risky:
        return NotApplicable(reason="no workflow runs on pull_request_target or workflow_run")
    found = [one for workflow in risky for one in _of_workflow(workflow)]
    return UntrustedCheckouts(found=tuple(found))


def _of_workflow(workflow: Workflow) -> Iterator[UntrustedCheckout]:
    event = workflow.on(*EVENTS)[0].event
    for job in workflow.jobs:
        if job.condition is not None and _OWN_ONLY.search(job.condition.text):
            continue
        for step in job.steps:
            if step.condition is not None and _OWN_ONLY.search(step.condition.text):
                continue
            reference = _reference(step)
            if reference is not None:
                line, text = reference
                yield UntrustedCheckout(job, step, event, line, text)


def _reference(step: Step) -> tuple[int, str] | None:
    """Return line and text of what a step checks out, if that is a stranger's."""
    if step.action == "actions/checkout" and step.inputs is not None:
        for name in ("ref", "repository"):
            text = step.input(name) or ""
            if _HEAD.search(text):
                return step.inputs.key_line(name), text
    if step.run is not None:
        for index, line in enumerate(step.run.text.split("\n")):
            found = _FETCH.search(line)
            if found and not line.lstrip().startswith("#"):
                return step.line_of(index), found[0]
    return None
