"""What a workflow's token may do: nothing but read, unless a job shows that it needs more."""

import re

from autodevops.facts._yaml import Mapping
from autodevops.facts.workflow_pushes import PushingJobs
from autodevops.facts.workflows import Job, Workflows
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._workflow_text import GONE

# What well-known actions say in their own documentation that their token must be able to do.
_NEEDS = (
    ("github/codeql-action/", ("security-events: write",)),
    ("actions/deploy-pages", ("pages: write", "id-token: write")),
    ("actions/labeler", ("pull-requests: write",)),
    ("actions/stale", ("issues: write", "pull-requests: write")),
    ("actions/dependency-review-action", ("pull-requests: write",)),
    ("actions/attest", ("id-token: write", "attestations: write")),
    ("softprops/action-gh-release", ("contents: write",)),
    ("ncipollo/release-action", ("contents: write",)),
    ("goreleaser/goreleaser-action", ("contents: write",)),
    ("peter-evans/create-pull-request", ("contents: write", "pull-requests: write")),
    ("googleapis/release-please-action", ("contents: write", "pull-requests: write")),
    (
        "cycjimmy/semantic-release-action",
        ("contents: write", "issues: write", "pull-requests: write"),
    ),
    ("google-github-actions/auth", ("id-token: write",)),
    ("aws-actions/configure-aws-credentials", ("id-token: write",)),
    ("azure/login", ("id-token: write",)),
    ("pypa/gh-action-pypi-publish", ("id-token: write",)),
)
_TOKEN = re.compile(r"secrets\.GITHUB_TOKEN|github\.token|\bgh\s+(?:pr|issue|release|api|run)\b")
_REGISTRY = "ghcr.io"


@fixer("WS003", title="let the token read and nothing else", safety=Safety.UNSAFE)
def limit_permissions(finding: Finding, site: Site) -> Answer:
    """Set `contents: read` for the workflow, and for single jobs what their actions need."""
    path = finding.subject
    text = site.text(path)
    root = _yaml.find(text or "", ())
    workflows = site.fact(Workflows)
    workflow = None if workflows is None else workflows.by_path.get(path)
    if text is None or not isinstance(root, Mapping) or workflow is None:
        return GONE
    if root.get("permissions") is not None or any(job.permissions for job in workflow.jobs):
        return Refusal("which of the permissions that it asks for are needed can't be told")
    pushing = site.fact(PushingJobs)
    new: str | Refusal = _yaml.insert_key(
        text, (), "permissions:", "  contents: read", "", before=_anchor(root)
    )
    for job in workflow.jobs:
        if isinstance(new, Refusal):
            return new
        needs = _needs(job, text, is_pushing=pushing is None or (path, job.id) in pushing.jobs)
        if isinstance(needs, Refusal):
            return needs
        new = _granted(new, job, needs)
    return new if isinstance(new, Refusal) else site.write(path, new)


def _anchor(root: Mapping) -> str:
    keys = [key for key, _ in root.entries()]
    return next(
        (key for key in ("env", "concurrency", "defaults", "jobs") if key in keys), keys[-1]
    )


def _needs(job: Job, text: str, *, is_pushing: bool) -> tuple[str, ...] | Refusal:
    """Return what a job's token must be able to do beyond reading the repository."""
    if job.uses is not None:
        return Refusal(f"what {job.uses.text} needs is decided in another file")
    found: list[str] = ["contents: write"] if is_pushing else []
    known = True
    lines = text.split("\n")[job.line - 1 : job.node.end_line]
    for step in job.steps:
        needs = next((needs for name, needs in _NEEDS if step.action.startswith(name)), ())
        found += needs
        if needs or step.node is None:
            continue
        own = "\n".join(lines[step.line - job.line : step.node.end_line - job.line + 1])
        if step.action == "docker/login-action" and _REGISTRY in own:
            found.append("packages: write")
        elif _TOKEN.search(own) and not is_pushing:
            known = False
    if not known:
        return Refusal(f"what {job.id} does with the token that it hands on can't be told")
    return tuple(dict.fromkeys(found))


def _granted(text: str, job: Job, needs: tuple[str, ...]) -> str | Refusal:
    if not needs:
        return text
    reads = () if any(one.startswith("contents:") for one in needs) else ("contents: read",)
    lines = ("permissions:", *(f"  {one}" for one in (*reads, *needs)))
    return _yaml.insert_key(text, ("jobs", job.id), *lines, after="runs-on")
