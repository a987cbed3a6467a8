"""Several reports side by side, for the HTML page that compares targets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from autodevops.engine.score import summarize
from autodevops.model.finding import Finding, Severity
from autodevops.model.report import Failure, Report
from autodevops.model.verdict import Status, Verdict
from autodevops.render.outline import place

MOST_FINDINGS = 50_000
"""Findings that the page carries; a larger one opens too slowly."""
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One section of the guide as a column of the heat map."""

    code: str
    """The families of its rules, such as `BR`."""
    title: str
    """Its heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of the distribution."""

    name: str
    """The range in per cent."""
    count: int
    """Targets in it."""
    share: float
    """Its part of the highest bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingRule:
    """How often a rule fails."""

    id: str
    """Rule id."""
    slug: str
    """Rule slug."""
    title: str
    """The good state."""
    severity: Severity
    """Default severity."""
    targets: int
    """Targets that fail it."""
    findings: int
    """Open findings over all targets."""


Brief = tuple[str, str, str, str, str]
"""A finding for the page's script: severity, rule, message, place, remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that the page shows of several results."""

    rows: tuple[TargetRow, ...]
    """The audited targets, in their order."""
    failures: tuple[Failure, ...]
    """Those that could not be audited."""
    columns: tuple[Column, ...]
    """The guide's sections."""
    median: float | None
    """Median conformance; None where no target has one."""
    severities: tuple[tuple[Severity, int], ...]
    """Open findings by severity, worst first."""
    bins: tuple[Bin, ...]
    """Distribution of conformance."""
    rules: tuple[FailingRule, ...]
    """Rules by how many targets fail them."""
    data: tuple[tuple[Brief, ...], ...]
    """Open findings of each row."""
    left_out: int
    """Open findings that the page does not carry."""


def batch_of(reports: Sequence[Report], failures: Sequence[Failure]) -> Batch:
    """Return what to show of several results."""
    columns = _columns(reports)
    ratios = [r.summary.conformance for r in reports if r.summary.conformance is not None]
    counts = Counter(finding.severity for r in reports for finding in r.open_findings())
    kept = _kept(reports)
    return Batch(
        rows=tuple(_row(report, columns) for report in reports),
        failures=tuple(failures),
        columns=columns,
        median=median(ratios) if ratios else None,
        severities=tuple((each, counts[each]) for each in reversed(Severity)),
        bins=_bins(ratios),
        rules=_failing(reports),
        data=kept,
        left_out=counts.total() - sum(map(len, kept)),
    )


def _columns(reports: Sequence[Report]) -> tuple[Column, ...]:
    families: dict[str, dict[str, None]] = {}
    for report in reports:
        for verdict in report.rules:
            families.setdefault(verdict.guide_section, {})[verdict.family] = None
    return tuple(Column(code=" ".join(codes), title=title) for title, codes in families.items())


def _row(report: Report, columns: Sequence[Column]) -> TargetRow:
    by_section: dict[str, list[Verdict]] = {}
    for verdict in report.rules:
        by_section.setdefault(verdict.guide_section, []).append(verdict)
    return TargetRow(
        name=report.target.name,
        conformance=report.summary.conformance,
        coverage=report.summary.coverage,
        findings=len(report.open_findings()),
        cells=tuple(
            summarize(by_section.get(column.title, ()), (), complete=True).conformance
            for column in columns
        ),
    )


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


def _failing(reports: Sequence[Report]) -> tuple[FailingRule, ...]:
    named: dict[str, Verdict] = {}
    failing: Counter[str] = Counter()
    for verdict in (verdict for report in reports for verdict in report.rules):
        named.setdefault(verdict.id, verdict)
        failing[verdict.id] += verdict.status is Status.FAIL
    findings = Counter(finding.rule for report in reports for finding in report.open_findings())
    return tuple(
        FailingRule(
            id=rule,
            slug=named[rule].slug,
            title=named[rule].title,
            severity=named[rule].severity,
            targets=count,
            findings=findings[rule],
        )
        for rule, count in failing.most_common()
        if count
    )


def _kept(reports: Sequence[Report]) -> tuple[tuple[Brief, ...], ...]:
    """Return each target's worst findings, as many for each as the page has room for."""
    share = MOST_FINDINGS // max(len(reports), 1)
    total = sum(len(report.open_findings()) for report in reports)
    most = total if total <= MOST_FINDINGS else share
    return tuple(tuple(map(_brief, report.open_findings()[:most])) for report in reports)


def _brief(finding: Finding) -> Brief:
    where = next((place(location) for location in finding.locations), "")
    return (
        finding.severity.value,
        f"{finding.rule} {finding.slug}",
        finding.message,
        where,
        finding.remediation,
    )
