"""Adds what the guide asks of a new repository and no template brings: what `fix` would write."""

from collections.abc import Callable, Iterator
from pathlib import Path

from autodevops.auditing import opened
from autodevops.fixing.apply import write_edits
from autodevops.fixing.plan import Choice, make_plan
from autodevops.fixing.runbooks import TEMPLATES, runbook_text
from autodevops.fixing.site import Site
from autodevops.guide.model import DocumentPolicy, RunbookPolicy, ServicePolicy
from autodevops.model.edit import Edit
from autodevops.model.report import Report
from autodevops.request import Request

_ROUNDS = 4
"""Documents make room for others; more rounds add nothing."""
_ASKED_LATER = ("SE001", "SE002", "WS")
"""Rules that no template gives a reason for; the last audit asks them, too."""
_OF_EVERY_SERVICE = ("runbook", "verification")
"""Runbooks that a single service has as well, since its alerts lead there."""
_LAST = "readme"
"""The document that names the others."""


def complete(top: Path, guide: str | None, take: Callable[[], None]) -> None:
    """Write what is missing into a working tree; `take` puts all files into the index."""
    for number in range(_ROUNDS):
        take()
        request = Request(
            target=str(top), offline=True, history=False, guide=guide, ignore=_ASKED_LATER
        )
        with opened(request) as found:
            report = found.audit().report
            site = Site(found.snapshot, found.lookup)
            edits = tuple(_missing(report, site, is_first=number == 0))
        write_edits(top, edits)
        if not edits:
            return
    take()


def _missing(report: Report, site: Site, *, is_first: bool) -> Iterator[Edit]:
    last = {one.path for one in site.guide(DocumentPolicy).documents if one.name == _LAST}
    later = frozenset(one.id for one in report.findings if is_first and one.subject in last)
    make_plan(report.findings, site, Choice(unsafe=True, without=later))
    if site.guide(ServicePolicy).declared:
        for runbook in site.guide(RunbookPolicy).runbooks:
            if runbook.name in _OF_EVERY_SERVICE and not site.has(runbook.path):
                text = runbook_text(runbook, TEMPLATES[runbook.name], site)
                site.take(site.write(runbook.path, text))
    yield from site.edits
