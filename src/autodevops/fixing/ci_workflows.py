"""CI Pipelines Per Service: workflows that look the same in every repository."""

from autodevops.facts.commit_lint import CommitLint
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import BranchPolicy, Workflow, WorkflowPolicy

_DASHBOARDS = "grafana"
_FOLDER = ".github/workflows/"


@fixer(
    "CI001",
    title="write the workflow",
    safety=Safety.UNSAFE,
    when=lambda finding: not finding.subject.endswith("/ci.yml"),
)
def write_workflow(finding: Finding, site: Site) -> Answer:
    """Write the workflow that lints commits, or the one that looks at dashboards."""
    policy = site.guide(WorkflowPolicy)
    workflow = next((one for one in policy.workflows if one.path == finding.subject), None)
    if workflow is None or workflow.name not in _OBSTACLES:
        return Refusal("how each service is tested and built only its people know")
    if site.has(workflow.path):
        return ()
    obstacle = _OBSTACLES[workflow.name](site)
    if obstacle is not None:
        return obstacle
    return site.write(workflow.path, _text(workflow, site, policy))


def _text(workflow: Workflow, site: Site, policy: WorkflowPolicy) -> str:
    return rendered(
        f"{workflow.name.replace('-', '_')}.yml.j2",
        branch=site.guide(BranchPolicy).default,
        minutes=min(policy.duration_limit_minutes, 10),
        folder=_DASHBOARDS,
    )


def _commitlint(site: Site) -> Refusal | None:
    lint = site.fact(CommitLint)
    used = lint.used_in if lint else None
    if used is not None and used.startswith(_FOLDER):
        return Refusal(f"{used} lints commits already: rename it")
    return None


def _monitoring(site: Site) -> Refusal | None:
    if any(one.startswith(f"{_DASHBOARDS}/") and one.endswith(".json") for one in site.paths):
        return None
    return Refusal(f"there is no dashboard in {_DASHBOARDS}/ to look at")


_OBSTACLES = {"commitlint": _commitlint, "monitoring-checks": _monitoring}
