"""SLOs/SLIs & On-Call Routing: what is promised is written down."""

import re

from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.guide.model import Objective, SloPolicy

_PLACE = "docs/slo.md"
_ROW = re.compile(r"\s*\|.*\|\s*")
_SPLIT = re.compile(r"(?<!\\)\|")
_COLUMNS = 3
_UPPER = frozenset({"api", "ai"})


@fixer("SL001", title="write the objective down", safety=Safety.UNSAFE)
def document_objective(finding: Finding, site: Site) -> Answer:
    """Add the guide's objective to the table of `docs/slo.md`."""
    policy = site.guide(SloPolicy)
    objective = next((one for one in policy.objectives if one.name == finding.subject), None)
    if objective is None:
        return Refusal("the guide in force has no such objective")
    path = next((one for one in sorted(site.paths) if one.lower() == _PLACE), _PLACE)
    text = site.text(path)
    if text is None and site.has(path):
        return Refusal(f"{path} is no text")
    if objective.text in (text or ""):
        return ()
    return site.write(path, _stated(text or "", objective))


def _stated(text: str, objective: Objective) -> str:
    service = (
        objective.service.upper() if objective.service in _UPPER else objective.service.capitalize()
    )
    row = f"| {service} | {objective.text} | {objective.sli} |"
    rows = text.split("\n")
    tables = [at for at, one in enumerate(rows, 1) if _ROW.fullmatch(one)]
    last = next(
        (at for at in reversed(tables) if len(_SPLIT.split(rows[at - 1])) == _COLUMNS + 2), 0
    )
    if last:
        return _lines.inserted(text, last, row)
    head = ("| service | objective | indicator |", "|---|---|---|", row)
    if not text.strip():
        return _lines.appended("", "# Service level objectives", "", *head)
    return _lines.appended(text, *([] if text.endswith("\n\n") else [""]), *head)
