"""SLOs/SLIs & On-Call Routing: who is called, and how."""

import re

from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing.profile import profile_of
from autodevops.fixing.rendering import rendered
from autodevops.fixing.runbooks import tidied
from autodevops.guide.model import RunbookPolicy, SloPolicy

_FEW_LINES = 12
"""A playbook longer than this that names nobody still says something."""
_ALERTING = re.compile(r"^(?:grafana|ops|infra|monitoring|docs)/")


@fixer("SL006", title="write the on-call playbook from CODEOWNERS", safety=Safety.UNSAFE)
def write_playbook(finding: Finding, site: Site) -> Answer:
    """Name the owners of each service, and the products that the alerts go to."""
    path = finding.subject
    if site.has(path) and "stub" not in finding.message and finding.evidence.get("who"):
        return Refusal("it names somebody already: how they are called only they know")
    profile = profile_of(site)
    if not profile.services or not all(one.owners for one in profile.services):
        return Refusal("nobody is named in CODEOWNERS who could be called")
    runbooks = site.guide(RunbookPolicy)
    if site.has(path) and (site.text(path) or "").strip().count("\n") > _FEW_LINES:
        return Refusal("what it holds already would be lost: add the owners to it by hand")
    general = next((one.path for one in runbooks.runbooks if one.name == "runbook"), "the runbook")
    text = rendered(
        "oncall_playbook.md.j2",
        profile=profile,
        routes=_routes(site),
        runbook=general,
        parts=[one.name.replace("-", " ") for one in runbooks.postmortem_sections],
    )
    return site.write(path, tidied(text))


def _routes(site: Site) -> tuple[str, ...]:
    """Return the products that the repository's own files name; without any, those of the guide."""
    routes = site.guide(SloPolicy).alert_routes
    texts = [
        (site.text(path) or "").lower()
        for path in sorted(site.paths)
        if _ALERTING.search(path) and path.endswith((".yml", ".yaml", ".md", ".tf", ".json"))
    ]
    named = tuple(one for one in routes if any(one.lower() in text for text in texts))
    return named or routes
