"""Audits one target from its name to its report: the one place that picks implementations.

The command line, the Python API and batch workers all come through here. The catalogues and what
they import take longer to load than a small repository to read, so they are imported in the
functions below: after the analyser of workflows was started, which works meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops import __version__
from autodevops.engine.judge import Bench
from autodevops.engine.run import Lookup, Outcomes, run
from autodevops.engine.score import summarize
from autodevops.folders import cache_folder, settle_temporary_folder
from autodevops.guide.load import GuideInForce
from autodevops.guide.waivers import WaiverLedger, WaiverUse
from autodevops.inquiries import OFFLINE, Foretold, Inquiry
from autodevops.model.analysis import WorkflowAnalyser
from autodevops.model.detection import SecretScanner
from autodevops.model.finding import AppliedWaiver, Severity, Violation
from autodevops.model.report import GuideStamp, Report
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.policy import accepted, asked, guide_in_force, planned
from autodevops.request import Request, clock, mode_of
from autodevops.rules._api import Rule
from autodevops.scanners.zizmor import Zizmor
from autodevops.targets import Place, find, open_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autodevops.model.background import Background
    from autodevops.model.edit import Edit
    from autodevops.model.settings import Settings
    from autodevops.model.table import Table
    from autodevops.sources.github.shapes import Shape

_ONLY_THE_INDEX = Unavailable("--staged looks at the index only", "an audit without `--staged`")


class Audited(Struct, frozen=True, kw_only=True):
    """A report, and what its judgement depended on."""

    report: Report
    """The report."""
    fail_on: Severity | None
    """The threshold that the configuration sets; None for `never`."""
    fact_seconds: "Mapping[str, float]" = field(default_factory=dict)
    """Time spent in each fact's maker."""
    ended_early: bool = False
    """Whether a limit of GitHub kept something back (exit code 4)."""
    tables: "tuple[Table, ...]" = ()
    """The views that were asked for."""
    background: "Background | None" = None
    """What stands behind the report, if that was asked for."""


def _nothing_known(kind: type) -> object:
    return Unavailable(f"{kind.__name__} is not known before the audit")


def perform(
    request: Request,
    *,
    now: datetime | None = None,
    step: Callable[[str], None] | None = None,
    settings: "Settings | Foretold | Unavailable | None" = None,
) -> Audited:
    """Audit one target.

    `now` is the audit's clock, by default `AUTODEVOPS_NOW` or the machine's; `step` is told what
    comes next; `settings` is what GitHub said, if it was asked already. Raises an AutodevopsError
    when the target can't be audited at all.
    """
    began = perf_counter()
    with opened(request, now=now, step=step, settings=settings) as target:
        return target.audit(began)


@dataclass(slots=True, kw_only=True)
class Opened:
    """A target that can be audited: as it is, and as it would be with edits."""

    request: Request
    """What is to be audited, and how."""
    snapshot: Snapshot
    """The target as it is."""
    in_force: GuideInForce
    """What judges it, also after edits."""
    step: Callable[[str], None]
    """Told what comes next."""
    inquiry: Inquiry | None = None
    """What GitHub is asked meanwhile; None when it is not."""
    lookup: Lookup = _nothing_known
    """Gives the facts of the target as it is, once it was audited."""

    def audit(self, began: float | None = None) -> Audited:
        """Audit the target as it is; `began` is when the work on it began."""
        outcomes = _outcomes(self.request, self.in_force, self.snapshot, self.step)
        self.lookup = outcomes.lookup
        return self._audited(self.snapshot, outcomes, perf_counter() if began is None else began)

    def audit_with(self, edits: "Iterable[Edit]") -> "Trial":
        """Audit the target as it would be with these edits, which are made nowhere."""
        from autodevops.fixing.overlay import lay_over

        began = perf_counter()
        edited = lay_over(self.snapshot, edits)
        with _analyser(self.request, edited) as analyser:
            edited = replace(edited, analyser=analyser)
            outcomes = _outcomes(self.request, self.in_force, edited, self.step)
            audited = self._audited(edited, outcomes, began)
        return Trial(report=audited.report, snapshot=edited, lookup=outcomes.lookup)

    def _audited(self, snapshot: Snapshot, outcomes: Outcomes, began: float) -> Audited:
        threshold = self.in_force.configuration.fail_on
        limit = None if self.inquiry is None else self.inquiry.limit
        if limit is not None:
            snapshot = replace(snapshot, notes=(*snapshot.notes, limit.reason))
        return Audited(
            report=_report(snapshot, self.in_force, outcomes, began),
            fail_on=Severity.MEDIUM if threshold is None else threshold.severity,
            fact_seconds=outcomes.fact_seconds,
            ended_early=limit is not None,
            tables=_tables(self.request, snapshot, outcomes.lookup),
            background=_background(self.request, snapshot, outcomes),
        )


class Trial(Struct, frozen=True, kw_only=True):
    """What an audit says of a target with edits laid over it."""

    report: Report
    """The report."""
    snapshot: Snapshot
    """The target with the edits."""
    lookup: Lookup
    """Gives its facts."""


@contextmanager
def opened(
    request: Request,
    *,
    now: datetime | None = None,
    step: Callable[[str], None] | None = None,
    settings: "Settings | Foretold | Unavailable | None" = None,
) -> Iterator[Opened]:
    """Open a target, for the length of a `with`; arguments and errors are those of `perform`."""
    settle_temporary_folder()
    moment = clock() if now is None else now
    step = step or _nobody
    scanner = _scanner(request, step)
    place = find(request.target, mode_of(request), offline=request.offline)
    step(f"reading {request.target}" if place.name is None else f"fetching {place.name}")
    with (
        _fetched(request, place, moment, step) as found,
        _analyser(request, found) as analyser,
    ):
        snapshot = replace(
            found,
            history=_ONLY_THE_INDEX if request.staged else found.history,
            analyser=analyser,
            secrets=scanner,
        )
        in_force = guide_in_force(request, snapshot)
        inquiry = None
        said: Settings | Unavailable | Callable[[], Settings | Unavailable] | None
        told = settings
        if isinstance(told, Foretold):
            fits = told.answers(in_force.guide, asked(request, in_force))
            told = told.settings if fits else None
        said = told or _settings_without_asking(request)
        if said is None:
            inquiry = Inquiry(snapshot, in_force.guide, asked(request, in_force), step)
            inquiry.begin()
            said = inquiry.answer
        yield Opened(
            request=request,
            snapshot=replace(snapshot, settings=said),
            in_force=in_force,
            step=step,
            inquiry=inquiry,
        )


@contextmanager
def _fetched(
    request: Request, place: Place, now: datetime, step: Callable[[str], None]
) -> Iterator[Snapshot]:
    """Open a target with all that its rules read; of a folder that is everything anyway."""
    if place.name is None:
        # Nobody asks a hook's audit about history.
        ahead = not (request.select or request.staged)
        with open_place(place, now=now, ahead=ahead) as snapshot:
            yield snapshot
        return
    shape = _shape_beforehand(request)
    with ExitStack() as stack:
        snapshot = stack.enter_context(open_place(place, now=now, shape=shape, say=step))
        # A guide in the repository may keep rules on that the command line leaves out.
        wanted = shape_wanted(request, guide_in_force(request, snapshot.view()))
        if not shape.holds(wanted):
            stack.close()
            snapshot = stack.enter_context(open_place(place, now=now, shape=wanted, say=step))
        yield snapshot


def _shape_beforehand(request: Request) -> "Shape":
    """Return what to fetch before the guide is known; of all rules without looking at them."""
    from autodevops.sources.github.shapes import WHOLE

    if request.select or request.ignore or not request.history:
        return shape_wanted(request)
    # The catalogues are loaded while git waits for the network.
    Thread(target=shape_wanted, args=(request,), daemon=True).start()
    return WHOLE


def shape_wanted(request: Request, in_force: GuideInForce | None = None) -> "Shape":
    """Return what an audit reads of a repository on GitHub.

    Without the guide in force, as far as the command line tells.
    """
    from autodevops.facts.catalog import FACTS
    from autodevops.sources.github.shapes import shape_for

    questions = asked(request, in_force)
    return shape_for(questions, FACTS, secret_history=request.history)


def _nobody(_text: str) -> None:
    """Take note of nothing."""


def _settings_without_asking(request: Request) -> Unavailable | None:
    """Return why GitHub is not asked about settings; None when it is."""
    if request.staged:
        return _ONLY_THE_INDEX
    return OFFLINE if request.offline else None


def _analyser(request: Request, snapshot: Snapshot) -> AbstractContextManager[WorkflowAnalyser]:
    """Give what analyses workflows; it begins now, beside all the rest, if all rules are asked."""
    return nullcontext(Zizmor()) if request.select else Zizmor().begin(snapshot)


def _scanner(request: Request, step: Callable[[str], None]) -> SecretScanner:
    """Return what looks for secrets; it makes ready now, if all rules are asked of new contents."""
    from autodevops.scanners.secrets import secret_scanner

    since = request.history_since
    scanner = secret_scanner(
        cache_folder(),
        history=request.history,
        since=None if since is None else int(since.timestamp()),
        say=step,
    )
    if not request.select:
        scanner.begin_early(surely=request.staged)
    return scanner


def _outcomes(
    request: Request, in_force: GuideInForce, snapshot: Snapshot, step: Callable[[str], None]
) -> Outcomes:
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


def _tables(request: Request, snapshot: Snapshot, lookup: Lookup) -> "tuple[Table, ...]":
    if not request.views:
        return ()
    from autodevops.views.catalog import tables

    return tuple(table for name in request.views for table in tables(name, snapshot, lookup))


def _background(request: Request, snapshot: Snapshot, outcomes: Outcomes) -> "Background | None":
    if not request.background:
        return None
    from autodevops.views.background import background

    return background(outcomes.findings, snapshot, outcomes.lookup)


def _report(snapshot: Snapshot, in_force: GuideInForce, outcomes: Outcomes, began: float) -> Report:
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
