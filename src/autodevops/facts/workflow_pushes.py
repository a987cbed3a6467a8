"""Jobs that push to the repository, and so need the credentials that a checkout leaves."""

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.workflows import Job, Workflows
from autodevops.model.patterns import regex

_PUSHES = regex(
    r"\bgit\b[^\n]{0,200}\bpush\b|\bgh-deploy\b|\bsemantic-release\b|\bsemantic_release\b"
    r"|\blerna\s+(?:publish|version)\b|\bchangeset\b|\brelease-it\b|\bmike\s+deploy\b"
    r"|\bcargo\s+release\b|\bbump2?version\b|\bgh-pages\b|\bgit\s+(?:fetch|pull|submodule|lfs)\b"
)
_PUSHING_ACTION = regex(
    r"auto-commit|create-pull-request|gh-pages|github-pages-deploy|push|semantic-release"
    r"|changesets/action|add-and-commit|git-auto|bump|tag-action|lerna|release-please|backport"
)
_SCRIPT = regex(r"(?:release|publish|deploy|push|bump|tag)[\w.-]{0,60}\.(?:sh|py|js|mjs|ts)\b")


class PushingJobs(Struct, frozen=True, kw_only=True):
    """Jobs that use git with credentials after the checkout, as far as their steps show."""

    jobs: frozenset[tuple[str, str | None]]
    """Path of the workflow and id of the job."""


@fact
def pushing_jobs(workflows: Workflows) -> PushingJobs:
    """Return the jobs with a step that pushes, or asks the remote again."""
    return PushingJobs(jobs=frozenset((job.path, job.id) for job in workflows.jobs if _pushes(job)))


def _pushes(job: Job) -> bool:
    return any(
        _PUSHING_ACTION.search(step.action)
        or (step.run and (_PUSHES.search(step.run.text) or _SCRIPT.search(step.run.text)))
        for step in job.steps
    )
