"""Several reports side by side, for the HTML page that compares targets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from autodevops.engine.score import summarize
from autodevops.model.finding import Finding, Severity
from autodevops.model.report import Report, Result
from autodevops.model.verdict import Verdict
from autodevops.render.fleet import Fleet, FleetBuilder
from autodevops.render.outline import main_place

MOST_FINDINGS = 50_000
"""Findings that the page carries; a larger one opens too slowly."""
_BINS = 10


class Column(Struct, frozen=True, kw_only=True):
    """One section of the guide as a column of the heat map."""

    code: str
    """The families of its rules, such as `BR`."""
    title: str
    """Its heading."""


class TargetRow(Struct, frozen=True, kw_only=True):
    """One target as a row of the heat map."""

    name: str
    """Its name."""
    conformance: float | None
    """As in the report."""
    coverage: float | None
    """As in the report."""
    findings: int
    """Number of open findings."""
    cells: tuple[float | None, ...]
    """Conformance of each column's section."""


class Bin(Struct, frozen=True, kw_only=True):
    """One bar of the distribution."""

    name: str
    """The range in per cent."""
    count: int
    """Targets in it."""
    share: float
    """Its part of the highest bar."""


Brief = tuple[str, str, str, str, str]
"""A finding for the page's script: severity, rule, message, place, remedy."""


class Batch(Struct, frozen=True, kw_only=True):
    """Everything that the page shows of several results."""

    version: str | None
    """Of the tool that wrote the first report; None without one."""
    rows: tuple[TargetRow, ...]
    """The audited targets, in their order."""
    columns: tuple[Column, ...]
    """The guide's sections."""
    median: float | None
    """Median conformance; None where no target has one."""
    severities: tuple[tuple[Severity, int], ...]
    """Open findings by severity, worst first."""
    bins: tuple[Bin, ...]
    """Distribution of conformance."""
    fleet: Fleet
    """What all of them have in common."""
    data: tuple[tuple[Brief, ...], ...]
    """Open findings of each row."""
    left_out: int
    """Open findings that the page does not carry."""


def batch_of(results: Iterable[Result]) -> Batch:
    """Return what to show of several results, which are read once, in their order."""
    builder = FleetBuilder()
    rows, kept = _Rows(), _Kept()
    version: str | None = None
    for result in results:
        builder.add(result)
        if isinstance(result, Report):
            version = version or result.tool_version
            rows.add(result)
            kept.add(result)
    fleet = builder.fleet()
    ratios = [one.conformance for one in fleet.audited if one.conformance is not None]
    counts = [sum(column) for column in zip(*(one.counts for one in fleet.audited), strict=True)]
    data = kept.cut()
    return Batch(
        version=version,
        rows=rows.whole(),
        columns=rows.columns,
        median=median(ratios) if ratios else None,
        severities=tuple(zip(reversed(Severity), counts or [0] * len(Severity), strict=True)),
        bins=_bins(ratios),
        fleet=fleet,
        data=data,
        left_out=sum(counts) - sum(map(len, data)),
    )


class _Rows:
    """The heat map on its way: sections that a later report brings along are columns, too."""

    def __init__(self) -> None:
        self._families: dict[str, dict[str, None]] = {}
        self._rows: list[TargetRow] = []

    def add(self, report: Report) -> None:
        by_section: dict[str, list[Verdict]] = {}
        for verdict in report.rules:
            self._families.setdefault(verdict.guide_section, {})[verdict.family] = None
            by_section.setdefault(verdict.guide_section, []).append(verdict)
        self._rows.append(
            TargetRow(
                name=report.target.name,
                conformance=report.summary.conformance,
                coverage=report.summary.coverage,
                findings=len(report.open_findings()),
                cells=tuple(
                    summarize(by_section.get(title, ()), (), complete=True).conformance
                    for title in self._families
                ),
            )
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(
            Column(code=" ".join(codes), title=title) for title, codes in self._families.items()
        )

    def whole(self) -> tuple[TargetRow, ...]:
        width = len(self._families)
        return tuple(
            replace(row, cells=row.cells + (None,) * (width - len(row.cells))) for row in self._rows
        )


class _Kept:
    """Each target's worst findings, as many for each as the page has room for."""

    def __init__(self) -> None:
        self._briefs: list[tuple[Brief, ...]] = []
        self._total = 0
        self._held = 0
        self._texts: dict[str, str] = {}

    def add(self, report: Report) -> None:
        findings = report.open_findings()
        self._total += len(findings)
        share = MOST_FINDINGS if self._total <= MOST_FINDINGS else self._share(more=1)
        briefs = tuple(self._brief(finding) for finding in findings[:share])
        self._briefs.append(briefs)
        self._held += len(briefs)
        if self._held > 2 * MOST_FINDINGS:
            self._cut_each()

    def cut(self) -> tuple[tuple[Brief, ...], ...]:
        """Return what the page carries."""
        if self._total > MOST_FINDINGS:
            self._cut_each()
        return tuple(self._briefs)

    def _cut_each(self) -> None:
        share = self._share()
        self._briefs = [briefs[:share] for briefs in self._briefs]
        self._held = sum(map(len, self._briefs))

    def _share(self, more: int = 0) -> int:
        return MOST_FINDINGS // max(len(self._briefs) + more, 1)

    def _brief(self, finding: Finding) -> Brief:
        where = main_place(finding)
        return (
            finding.severity.value,
            self._once(f"{finding.rule} {finding.slug}"),
            finding.message,
            where,
            self._once(finding.remediation),
        )

    def _once(self, text: str) -> str:
        """Return the one copy of a text that many findings share."""
        return self._texts.setdefault(text, text)


def _bins(ratios: Sequence[float]) -> tuple[Bin, ...]:
    counts = Counter(min(int(ratio * _BINS), _BINS - 1) for ratio in ratios)
    highest = max(counts.values(), default=1)
    size = 100 // _BINS
    return tuple(
        Bin(
            name=f"{at * size}-{(at + 1) * size}",
            count=counts[at],
            share=counts[at] / highest,
        )
        for at in range(_BINS)
    )
