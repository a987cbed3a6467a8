"""What the rules say of a snapshot under the guide in force, and the report that comes of it."""

from collections.abc import Callable, Iterator
from time import perf_counter

from autodevops import __version__
from autodevops.engine.judge import Bench
from autodevops.engine.run import Outcomes, run
from autodevops.engine.score import summarize
from autodevops.guide.load import GuideInForce
from autodevops.guide.waivers import WaiverLedger, WaiverUse
from autodevops.model.finding import AppliedWaiver, Violation
from autodevops.model.report import GuideStamp, Report
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.policy import accepted, planned
from autodevops.request import Request
from autodevops.rules._api import Rule


def outcomes_of(
    request: Request, in_force: GuideInForce, snapshot: Snapshot, step: Callable[[str], None]
) -> Outcomes:
    """Ask the rules that run; waivers and the baseline count."""
    from autodevops.facts.catalog import FACTS

    settings = in_force.configuration
    ledger = WaiverLedger(settings.waivers, snapshot.now.date())

    def waive(rule: Rule, violation: Violation) -> AppliedWaiver | None:
        paths = {place.path for place in violation.locations if place.path is not None}
        return ledger.waive(rule.id, violation.subject, paths)

    bench = Bench(
        severities=settings.severities,
        baseline=accepted(request, in_force, snapshot),
        waive=waive,
    )
    return run(
        snapshot,
        in_force.guide,
        planned(request, in_force),
        bench=bench,
        providers=FACTS,
        late={WaiverUse: ledger.use},
        step=step,
    )


def report_of(
    snapshot: Snapshot, in_force: GuideInForce, outcomes: Outcomes, began: float
) -> Report:
    """Return the report; `began` is when the work on it began."""
    from autodevops.fixing.offers import with_offers

    guide = in_force.guide
    gaps = (*snapshot.gaps, *outcomes.gaps)
    notes = (*snapshot.notes, *_history_notes(snapshot), *(gap.reason for gap in gaps))
    scanner = snapshot.secrets
    left_out = None if isinstance(scanner, Unavailable) else scanner.left_out()
    return Report(
        tool_version=__version__,
        target=snapshot.target,
        guide=GuideStamp(name=guide.name, version=guide.version, digest=guide.digest),
        started_at=snapshot.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=perf_counter() - began,
        summary=summarize(outcomes.verdicts, outcomes.findings, complete=not notes),
        rules=outcomes.verdicts,
        findings=with_offers(outcomes.findings),
        notes=tuple(dict.fromkeys((*notes, left_out) if left_out else notes)),
    )


def _history_notes(snapshot: Snapshot) -> Iterator[str]:
    """Yield what keeps the history from being whole."""
    history = snapshot.history
    if isinstance(history, Unavailable):
        return
    if history.shallow:
        yield "this is a shallow clone: older commits are missing (`git fetch --unshallow`)"
    if history.partial:
        yield "this is a partial clone: some objects are missing and were not fetched"
