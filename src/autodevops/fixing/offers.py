"""What reports promise: the fix that `autodevops fix` would try for a finding.

Every audit asks this, so only the modules are imported whose fixers its findings need.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace

from autodevops.fixing.beyond_files import deletable, settable
from autodevops.model.finding import Finding, FindingStatus, Fix, Safety

if TYPE_CHECKING:
    from autodevops.fixing._api import Fixer

_RULES = {
    "layout": "LA001 LA006",
    "ignores": "LA008",
    "database": "DB001 DB007",
    "infrastructure": "IN005 IN006",
    "containers": "CO004",
    "image_builds": "CO006",
    "environment": "SE003 SE004 SE005 SE006 SE007",
    "rotation": "SE010",
    "secrets_found": "SE008",
    "branch_workflows": "BR007",
    "release_documents": "RE006",
    "codeowners": "OW001 OW002 OW004 OW007 OW008 OW009",
    "ownership": "OW005 OW010 OW011",
    "ci_workflows": "CI001",
    "ci_jobs": "CI004 CI005",
    "ci_strength": "CI006",
    "ci_hygiene": "CI011 CI012 CI013",
    "workflow_security": "WS001 WS002 WS005 WS007",
    "permissions": "WS003",
    "deploy_flow": "DF001",
    "objectives": "SL001",
    "oncall": "SL006",
    "runbooks": "OP001 OP003",
    "governance": "GV001",
    "commit_lint": "GV003",
    "dependency_updates": "GV004",
    "encodings": "GV008",
}
"""Rules that each module has fixers for; a test holds it against the catalogue."""
MODULES = {rule: module for module, rules in _RULES.items() for rule in rules.split()}
"""The module with a rule's fixers."""


def with_offers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with what `fix` would try; nothing for those that don't count."""
    return tuple(map(_with_offer, findings))


def _with_offer(finding: Finding) -> Finding:
    if finding.status is not FindingStatus.OPEN:
        return finding
    offer = _offer(finding)
    return finding if offer is None else replace(finding, fix=offer)


def _offer(finding: Finding) -> Fix | None:
    """Return what `fix` would do: about files, a branch or a setting of GitHub."""
    if finding.rule in MODULES:
        tries = (one for one in _fixers(finding.rule) if one.when(finding))
        return next((one.offer for one in tries), None)
    if deletable(finding):
        return Fix(title="delete the branch", safety=Safety.UNSAFE)
    if settable(finding):
        return Fix(title="change the setting on GitHub", safety=Safety.UNSAFE)
    return None


@cache
def _fixers(rule: str) -> "tuple[Fixer, ...]":
    """Return a rule's fixers, in the order in which their module declares them."""
    from autodevops.fixing._api import Fixer

    declared = vars(import_module(f"autodevops.fixing.{MODULES[rule]}")).values()
    return tuple(one for one in declared if isinstance(one, Fixer) and one.rule == rule)
