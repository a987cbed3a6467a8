"""Which deploy jobs run when a version is tagged."""

import re
from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import JobKind, ReleasePolicy, WorkflowPolicy, job_key
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_SAMPLE = "1.2.3"
_DEPLOYS = regex(r"deploy", re.IGNORECASE)
# Previews, staging and documentation follow branches by their nature; tests deploy nothing.
_NO_PRODUCTION = regex(
    r"preview|review|staging|docs|documentation|pages|storybook|website|check|notify|cleanup|(?<!la)test",
    re.IGNORECASE,
)
# `if: github.ref == 'refs/heads/main'` lets no tag through, whatever triggers the workflow.
_BRANCH_ONLY = regex(r"refs/heads/|ref_name\s*==|ref_type\s*==\s*'branch'")
_TAGS_TOO = regex(r"tag|startsWith\(\s*github\.ref_name\s*,\s*'v'|release", re.IGNORECASE)


class TagDeploys(Struct, frozen=True, kw_only=True):
    """The deploy jobs and those of them that a version tag starts."""

    jobs: tuple[Job, ...]
    """Every deploy job."""
    on_tags: tuple[Job, ...]
    """Those that run when a version is tagged or a release is published."""


@fact
def tag_deploys(
    workflows: Workflows, policy: WorkflowPolicy, releases: ReleasePolicy
) -> TagDeploys | NotApplicable:
    """Return the deploy jobs."""
    jobs = tuple(job for job in workflows.jobs if _is_deploy(job, policy))
    if not jobs:
        return NotApplicable(reason="no workflow deploys")
    tag = f"{releases.tag_prefix}{_SAMPLE}"
    return TagDeploys(
        jobs=jobs,
        on_tags=tuple(job for job in jobs if _runs_on_tags(job, workflows, tag)),
    )


def _is_deploy(job: Job, policy: WorkflowPolicy) -> bool:
    names = {job_key(job.id), job_key(job.name or "")}
    if any(job_key(wanted.name) in names for wanted in policy.of_kind(JobKind.DEPLOY)):
        return True
    called = f"{job.id} {job.name or ''}"
    return bool(_DEPLOYS.search(called)) and not _NO_PRODUCTION.search(called)


def _runs_on_tags(job: Job, workflows: Workflows, tag: str) -> bool:
    condition = job.condition.text if job.condition else ""
    if _BRANCH_ONLY.search(condition) and not _TAGS_TOO.search(condition):
        return False
    return any(
        trigger.takes_tag(tag) or trigger.event in {"release", "create"}
        for workflow in _started_by(job, workflows)
        for trigger in workflow.triggers
    )


def _started_by(job: Job, workflows: Workflows) -> Iterator[Workflow]:
    """Yield the workflow of a job and those that call it."""
    own = workflows.by_path.get(job.path)
    if own is None:
        return
    yield own
    for caller in workflows.callers_of(own):
        yield workflows.by_path[caller.path]
