"""The report for a terminal: by section of the guide, worst first, each with its remedy."""

import sys
from collections.abc import Sequence

from msgspec.structs import replace

from autodevops.model.finding import Finding, Location, Severity
from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status
from autodevops.render import fleet_text, text_summary
from autodevops.render.fleet import FleetBuilder
from autodevops.render.interface import RenderOptions
from autodevops.render.json_text import encode, plain
from autodevops.render.outline import (
    RuleFindings,
    Section,
    further_messages,
    place,
    places,
    plural,
    sections,
    set_aside,
    worst_first,
)
from autodevops.render.page import Page, Span

SHOWN_FINDINGS = 8
"""Findings of one rule that are listed unless all are asked for."""
SHOWN_PLACES = 3
"""Further places of one finding that are listed unless all are asked for."""
FULL_REPORTS = 10
"""More targets than this are only listed unless everything is asked for."""
SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "bold cyan",
    Severity.INFO: "bold blue",
}
"""How a severity is told; the word is always there too."""


def render_text(results: Sequence[Result], options: RenderOptions) -> str:
    """Return the reports for people, then for several an overview of all."""
    if options.quiet:
        return _lines(results, options)
    page = Page(options)
    if options.batch:
        return _batch(page, results, options)
    if len(results) <= FULL_REPORTS or options.verbose:
        for result in results:
            page.blank()
            _write_result(page, result, options)
    if len(results) != 1:
        text_summary.write_overview(page, results)
    if len(results) > FULL_REPORTS and not options.verbose:
        page.blank()
        page.write(Span("--verbose shows every finding.", "dim"))
    return page.text()


def _batch(page: Page, results: Sequence[Result], options: RenderOptions) -> str:
    """Return the summary of all; before it, where everything is asked for, every report."""
    builder = FleetBuilder()
    for result in results:
        builder.add(result)
        if options.verbose:
            page.blank()
            _write_result(page, result, options)
    fleet_text.write_fleet(page, builder.fleet())
    if not options.verbose:
        page.blank()
        page.write(Span("--verbose shows every finding; --format json keeps all.", "dim"))
    return page.text()


def _lines(results: Sequence[Result], options: RenderOptions) -> str:
    page = Page(replace(options, width=sys.maxsize))
    for result in results:
        text_summary.write_line(page, result)
    return page.text()


def _write_result(page: Page, result: Result, options: RenderOptions) -> None:
    if isinstance(result, Failure):
        page.write(Span(result.target.name, "bold"), "could not be audited:", result.message)
        page.write(Span("→", "green"), result.advice, indent=2, hang=2)
        return
    guilty = worst_first(sections(result))
    if not options.brief:
        text_summary.write_target(page, result)
    for section in guilty:
        _write_section(page, section, options)
    if options.verbose:
        _write_set_aside(page, result, options)
    if not options.brief:
        text_summary.write_questions(page, result, options)
    text_summary.write_broken(page, result)
    text_summary.write_notes(page, result)
    if not options.brief:
        text_summary.write_summary(page, result, options)
        return
    page.blank()
    text_summary.write_line(page, result)


def _write_section(page: Page, section: Section, options: RenderOptions) -> None:
    page.heading(section.title, plural(section.findings, "finding"))
    for group in section.groups:
        _write_group(page, group, options)


def _write_group(page: Page, group: RuleFindings, options: RenderOptions) -> None:
    page.blank()
    total = len(group.findings)
    page.write(
        Span(f"{group.severity.upper()}", SEVERITY_STYLES[group.severity]),
        Span(group.rule, "bold"),
        group.slug,
        *([Span(f"· {total} findings", "dim")] if total > 1 else []),
        hang=2,
    )
    limit = total if options.verbose or total == SHOWN_FINDINGS + 1 else SHOWN_FINDINGS
    for finding in group.findings[:limit]:
        _write_finding(page, finding, options)
        if group.remedy is None:
            _write_remedy(page, finding.remediation, fix=finding.fix is not None)
    if total > limit:
        page.write(Span(f"… and {total - limit} more; --verbose shows all", "dim"), indent=2)
    if group.remedy is not None:
        _write_remedy(page, group.remedy, fix=any(each.fix for each in group.findings))
    verdict = group.verdict
    if verdict is not None and verdict.status is Status.FAIL and verdict.reason:
        page.write(Span("not all could be judged:", "dim"), verdict.reason, indent=2, hang=2)


def _write_finding(page: Page, finding: Finding, options: RenderOptions) -> None:
    main = next(iter(places(finding)), None)
    where = "" if main is None or _told(main, finding) else place(main, options.path_prefix)
    if not where:
        page.write(finding.message, indent=2, hang=2)
    elif page.fits(where, " ", finding.message, indent=2):
        page.write(Span(where, "cyan"), "", finding.message, indent=2)
    else:
        page.write(Span(where, "cyan"), indent=2)
        page.write(finding.message, indent=4)
    _write_also(page, finding, options)
    if options.verbose:
        _write_evidence(page, finding)


def _told(location: Location, finding: Finding) -> bool:
    """Tell whether the message names a whole file anyway, so that it can be clicked there."""
    whole = location.line is None and location.commit is None
    return whole and location.path is not None and location.path in finding.message.split()


def _write_also(page: Page, finding: Finding, options: RenderOptions) -> None:
    """Write the further messages of a finding, or where there are none its further places."""
    said = further_messages(finding)
    others = [place(other, options.path_prefix) for other in places(finding)[1:]]
    lines: list[tuple[Span | str, ...]] = [("also", Span(each, "cyan")) for each in others]
    if said and len(said) == len(others):
        lines = [(*line, message) for line, message in zip(lines, said, strict=True)]
    else:
        lines += [("also", message) for message in said]
    shown = lines if options.verbose else lines[:SHOWN_PLACES]
    for line in shown:
        page.write(*line, indent=4, hang=2)
    if left := len(lines) - len(shown):
        page.write(Span(f"… and {left} more; --verbose shows all", "dim"), indent=4)


def _write_evidence(page: Page, finding: Finding) -> None:
    for key, value in finding.evidence.items():
        shown = value if isinstance(value, str) else encode(plain(value), indent=0).strip()
        page.write(Span(f"{key}: {shown}", "dim"), indent=4, hang=2)


def _write_remedy(page: Page, remedy: str, *, fix: bool) -> None:
    if remedy:
        aside = [Span("(autodevops fix can do it)", "dim")] if fix else []
        page.write(Span("→", "green"), Span(remedy, "green"), *aside, indent=2, hang=2)


def _write_set_aside(page: Page, report: Report, options: RenderOptions) -> None:
    findings = set_aside(report)
    if not findings:
        return
    page.heading("Set aside", plural(len(findings), "finding"))
    for finding in findings:
        page.blank()
        page.write(
            Span(finding.status.upper(), "bold"), Span(finding.rule, "bold"), finding.slug, hang=2
        )
        _write_finding(page, finding, options)
        if finding.waiver is not None:
            waiver = finding.waiver
            ends = f"until {waiver.expires}" if waiver.expires else "without an end"
            by = f", approved by {waiver.approved_by}" if waiver.approved_by else ""
            reason = f"waived {ends}{by}: {waiver.reason} ({waiver.source})"
            page.write(Span(reason, "dim"), indent=4, hang=2)
