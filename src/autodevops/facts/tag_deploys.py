"""Which deploy jobs run when a version is tagged."""

import re
from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_commands import deploys, publishes, sets_up
from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.occasions import Occasion
from autodevops.facts.work import Works
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
    workflows: Workflows,
    works: Works,
    deployments: Deployments | NotApplicable,
    policy: WorkflowPolicy,
    releases: ReleasePolicy,
) -> TagDeploys | NotApplicable:
    """Return the deploy jobs: by the guide's name for them, or by what they run."""
    named = {
        job.subject
        for job in workflows.jobs
        if _is_deploy(job, policy) and not _only_publishes(job, works)
    }
    if isinstance(deployments, Deployments):
        named |= {
            one.job.subject
            for one in deployments.jobs
            if _ships(one, deployments) and not _is_called_by(one.job, named, workflows)
        }
    jobs = tuple(job for job in workflows.jobs if job.subject in named)
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


def _only_publishes(job: Job, works: Works) -> bool:
    """Tell whether a job brings out a package or pages, whatever it is called."""
    found = works.of(job)
    return any(map(publishes, found)) and not any(map(deploys, found))


def _ships(deployment: Deployment, deployments: Deployments) -> bool:
    """Tell whether a job deploys the trunk or its tags, and more than infrastructure."""
    job = deployment.job
    about = f"{job.id} {job.name or ''} {job.environment.text if job.environment else ''}"
    if _NO_PRODUCTION.search(about) or all(map(sets_up, deployment.works)):
        return False
    occasions = (Occasion.PUSH, Occasion.TAG)
    return any(deployments.occasions.may_run(job, occasion) for occasion in occasions)


def _is_called_by(job: Job, named: set[str], workflows: Workflows) -> bool:
    """Tell whether one of these jobs calls a job's workflow, directly or not."""
    seen: set[str] = set()
    waiting = [job]
    while waiting:
        workflow = workflows.by_path[waiting.pop().path]
        callers = [one for one in workflows.callers_of(workflow) if one.subject not in seen]
        if any(one.subject in named for one in callers):
            return True
        seen |= {one.subject for one in callers}
        waiting += callers
    return False


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
