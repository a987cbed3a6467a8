"""Audits one target from its name to its report: the one place that picks implementations.

The command line, the Python API and batch workers all come through here. The catalogues and what
they import take longer to load than a small repository to read, so they are imported in the
functions below: after the analyser of workflows was started, which works meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.engine.run import Lookup, Outcomes
from autodevops.fetching import fetched
from autodevops.folders import cache_folder, settle_temporary_folder
from autodevops.guide.load import GuideInForce
from autodevops.inquiries import OFFLINE, Foretold, Inquiry
from autodevops.judgement import outcomes_of, report_of
from autodevops.model.analysis import WorkflowAnalyser
from autodevops.model.detection import SecretScanner
from autodevops.model.finding import Severity
from autodevops.model.report import Report
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.policy import asked, guide_in_force
from autodevops.request import Request, clock, mode_of
from autodevops.scanners.zizmor import Zizmor
from autodevops.targets import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autodevops.model.background import Background
    from autodevops.model.edit import Edit
    from autodevops.model.settings import Settings
    from autodevops.model.table import Table

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
        outcomes = outcomes_of(self.request, self.in_force, self.snapshot, self.step)
        self.lookup = outcomes.lookup
        return self._audited(self.snapshot, outcomes, perf_counter() if began is None else began)

    def audit_with(self, edits: "Iterable[Edit]") -> "Trial":
        """Audit the target as it would be with these edits, which are made nowhere."""
        from autodevops.fixing.overlay import lay_over

        began = perf_counter()
        edited = lay_over(self.snapshot, edits)
        with _analyser(self.request, edited) as analyser:
            edited = replace(edited, analyser=analyser)
            outcomes = outcomes_of(self.request, self.in_force, edited, self.step)
            audited = self._audited(edited, outcomes, began)
        return Trial(report=audited.report, snapshot=edited, lookup=outcomes.lookup)

    def _audited(self, snapshot: Snapshot, outcomes: Outcomes, began: float) -> Audited:
        threshold = self.in_force.configuration.fail_on
        limit = None if self.inquiry is None else self.inquiry.limit
        if limit is not None:
            snapshot = replace(snapshot, notes=(*snapshot.notes, limit.reason))
        return Audited(
            report=report_of(snapshot, self.in_force, outcomes, began),
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
        fetched(request, place, moment, step) as found,
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
