"""The history as text for a terminal of any width."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from autodevops.cli.chart import Reading, rows
from autodevops.history.reading import SeenFinding, StoredAudit
from autodevops.history.retention import Pruned
from autodevops.model.finding import Finding, Severity
from autodevops.model.trend import Trend
from autodevops.past import Comparison, Findings
from autodevops.render.interface import RenderOptions
from autodevops.render.outline import SHORT_ID, percent, plural
from autodevops.render.page import Page, Span

SHORT = 8
"""Letters of an id that are shown."""
_AXIS = 5
_ROOMY = 80


def audits_as_text(audits: Sequence[StoredAudit], options: RenderOptions) -> str:
    """Return a list of audits, one a line as far as the width allows."""
    page = Page(options)
    if not audits:
        return _nothing(page)
    several = len({audit.target for audit in audits}) > 1
    places = [_place(audit, named=several) for audit in audits]
    width = max(map(len, places)) if page.width >= _ROOMY else 0
    for audit, place in zip(audits, places, strict=True):
        page.write(
            Span(audit.id[:SHORT], "cyan"),
            Span(_minute(audit.started_at), "dim"),
            place.ljust(width),
            Span(f"{percent(audit.conformance):>4}", "bold"),
            _counts(audit),
            Span(_remarks(audit), "dim"),
            hang=2,
        )
    return page.text()


def comparison_as_text(comparison: Comparison, options: RenderOptions) -> str:
    """Return what became of the findings between two audits."""
    earlier, later, found = comparison.earlier, comparison.later, comparison.differences
    page = Page(options)
    page.write(Span(later.name, "bold"), "from", _point(earlier), "to", _point(later), hang=2)
    page.write(
        f"conformance {percent(earlier.conformance)} → {percent(later.conformance)},",
        f"{plural(len(found.new), 'new finding')}, {len(found.fixed)} fixed,"
        f" {len(found.still_open)} still open",
        hang=2,
    )
    if earlier.guide_digest != later.guide_digest:
        page.write(Span("the guide changed in between: figures are not alike", "yellow"), hang=2)
    sections = (
        ("New", found.new, "red"),
        ("Fixed", found.fixed, "green"),
        ("Still open", found.still_open, "bold"),
        ("Set aside since", found.set_aside, "bold"),
        ("Judged in one of the audits only", found.unjudged, "bold"),
    )
    for title, findings, style in sections:
        if findings:
            page.heading(title, str(len(findings)), style)
            for finding in findings:
                _write_finding(page, finding, comparison.lives)
    return page.text()


def findings_as_text(found: Findings | None, options: RenderOptions, *, fixed: bool) -> str:
    """Return the findings of a branch, each with its life."""
    page = Page(options)
    if found is None:
        return _nothing(page)
    what = "fixed" if fixed else "there"
    page.write(Span(_branch(found.target, found.branch), "bold"), hang=2)
    page.write(f"{plural(len(found.findings), 'finding')} {what}")
    for finding in found.findings:
        aside = "" if finding.status == "open" or fixed else f"({finding.status})"
        page.write(
            Span(f"{finding.severity:8}", "magenta"),
            Span(finding.rule, "cyan"),
            finding.subject,
            Span(_life(finding), "dim"),
            aside,
            hang=2,
        )
    return page.text()


def trend_as_text(trend: Trend | None, options: RenderOptions) -> str:
    """Return charts of conformance and of open findings over time."""
    page = Page(options)
    if trend is None or not trend.points:
        return _nothing(page)
    first, last = trend.points[0], trend.points[-1]
    page.write(Span(_branch(trend.target, trend.branch), "bold"), hang=2)
    page.write(f"{plural(len(trend.points), 'state')} audited, {_days(first.at, last.at)}", hang=2)
    guides = [point.guide for point in trend.points]
    changes = sum(one != other for one, other in pairwise(guides))
    if changes:
        page.write(f"the guide changed {plural(changes, 'time')}: figures are not alike", hang=2)
    page.heading("Conformance", f"{percent(first.conformance)} → {percent(last.conformance)}")
    times = [_seconds(point.at) for point in trend.points]
    conformance = [
        Reading(at, point.conformance) for at, point in zip(times, trend.points, strict=True)
    ]
    _write_chart(page, conformance, 1, ("100%", "0%"), options)
    page.heading("Open findings", f"{first.open} → {last.open}")
    most = max(point.open for point in trend.points)
    opened = [Reading(at, point.open) for at, point in zip(times, trend.points, strict=True)]
    _write_chart(page, opened, most, (str(most), "0"), options)
    return page.text()


def pruned_as_text(pruned: Pruned) -> str:
    """Return what was forgotten."""
    text = f"{plural(pruned.removed, 'audit')} forgotten, {pruned.left} kept\n"
    if pruned.waiting:
        text += (
            f"{pruned.waiting} of them only because the team's backend has yet to be sent them: "
            "`autodevops sync push` does, --unsent forgets them too\n"
        )
    return text


def _write_chart(
    page: Page,
    readings: Sequence[Reading],
    top: float,
    labels: tuple[str, str],
    options: RenderOptions,
) -> None:
    axis = "│" if options.unicode else "|"
    drawn = rows(readings, top, page.width - _AXIS - 1, unicode=options.unicode)
    for at, row in enumerate(drawn):
        label = labels[0] if at == 0 else labels[1] if at == len(drawn) - 1 else ""
        page.write(f"{label}{axis}{row}", indent=max(_AXIS - len(label), 0))


def _nothing(page: Page) -> str:
    page.write("no audit is stored; `autodevops audit` stores one")
    return page.text()


def _write_finding(page: Page, finding: Finding, lives: Mapping[str, SeenFinding]) -> None:
    life = lives.get(finding.id)
    page.write(
        Span(f"{finding.severity:8}", "magenta"),
        Span(finding.rule, "cyan"),
        finding.message,
        Span("" if life is None else _life(life), "dim"),
        hang=2,
    )


def _life(finding: SeenFinding) -> str:
    since = f"since {finding.first_seen[:10]}"
    if finding.reopened:
        since += f", back on {(finding.reopened_at or '')[:10]}"
    if finding.fixed_at is None:
        return since
    where = "" if finding.fixed_in is None else f" in {finding.fixed_in[:SHORT_ID]}"
    return f"{since}, fixed{where} on {finding.fixed_at[:10]}"


def _counts(audit: StoredAudit) -> str:
    counts = [(getattr(audit, name), name) for name in reversed(Severity)]
    told = ", ".join(f"{count} {name}" for count, name in counts if count)
    return told or "nothing open"


def _remarks(audit: StoredAudit) -> str:
    remarks = (
        ("with changes", audit.dirty),
        ("a part of the rules", not audit.whole),
        ("--rev", audit.kind == "revision"),
    )
    return ", ".join(remark for remark, true in remarks if true)


def _place(audit: StoredAudit, *, named: bool) -> str:
    commit = "no commit" if audit.commit is None else audit.commit[:SHORT_ID]
    parts = (audit.name if named else "", audit.branch, commit)
    return " ".join(part for part in parts if part)


def _point(audit: StoredAudit) -> str:
    return f"{audit.id[:SHORT]} ({_minute(audit.started_at)}, {_place(audit, named=False)})"


def _branch(target: str, branch: str | None) -> str:
    return f"{target}, branch {branch}" if branch else f"{target}, detached HEAD"


def _days(first: str, last: str) -> str:
    return f"on {first[:10]}" if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
