"""Reports for pull requests and job summaries: short, foldable, within GitHub's size limit."""

import sys
from collections.abc import Iterable, Sequence

from autodevops.model.finding import Finding, Location
from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status, Verdict
from autodevops.render.escape import (
    markdown,
    markdown_code,
    markdown_html,
    markdown_prose,
    web_address,
)
from autodevops.render.fleet import fleet_of
from autodevops.render.fleet_markdown import write_fleet
from autodevops.render.interface import RenderOptions
from autodevops.render.links import blob
from autodevops.render.outline import (
    SHORT_ID,
    RuleFindings,
    Section,
    further_messages,
    open_questions,
    percent,
    place,
    places,
    plural,
    sections,
    set_aside_counts,
    severity_counts,
    targets_told,
    with_status,
    worst_first,
)
from autodevops.render.sheet import Sheet

LIMIT = 65_536
"""GitHub refuses a longer comment; a job summary may hold 1 MiB."""
SHOWN_FINDINGS = 10
"""Findings of one rule that are listed unless all are asked for."""


def render_markdown(results: Sequence[Result], options: RenderOptions) -> str:
    """Return Markdown of at most `LIMIT` characters: what matters most, and what was left out."""
    sheet = Sheet(LIMIT)
    shown = sys.maxsize if options.verbose else SHOWN_FINDINGS
    if options.batch:
        write_fleet(sheet, fleet_of(results))
    elif len(results) == 1:
        _write_result(sheet, results[0], level=2, shown=shown)
    else:
        _write_overview(sheet, results)
        for result in results:
            if isinstance(result, Failure) or result.open_findings():
                _write_result(sheet, result, level=3, shown=shown)
    return sheet.text()


def _write_overview(sheet: Sheet, results: Sequence[Result]) -> None:
    failed = sum(isinstance(result, Failure) for result in results)
    sheet.add(f"## autodevops: {targets_told(len(results), failed)}")
    sheet.add("")
    sheet.add("| target | conformance | coverage | findings |")
    sheet.add("|---|--:|--:|---|")
    for result in results:
        sheet.add(_overview_row(result), counted="row of the overview")
    sheet.add("")


def _overview_row(result: Result) -> str:
    name = markdown(result.target.name)
    if isinstance(result, Failure):
        return f"| {name} | | | not audited: {markdown(result.message)} |"
    summary = result.summary
    return (
        f"| {name} | {percent(summary.conformance)} | {percent(summary.coverage)}"
        f" | {_counts(result)} |"
    )


def _write_result(sheet: Sheet, result: Result, *, level: int, shown: int) -> None:
    title = "#" * level
    if isinstance(result, Failure):
        sheet.add(f"{title} {markdown(result.target.name)} could not be audited")
        sheet.add(f"\n{markdown(result.message)}. {markdown_prose(result.advice)}\n")
        return
    total = len(result.open_findings())
    told = plural(total, "finding") if total else "no findings"
    sheet.add(f"{title} autodevops: {told} in {markdown(result.target.name)}")
    sheet.add(f"\n{_numbers(result)}\n\n{_origin(result)}\n")
    _write_warnings(sheet, result)
    for number, section in enumerate(worst_first(sections(result))):
        _write_section(sheet, result, section, opened=number == 0, shown=shown)
    _write_unknown(sheet, result)


def _numbers(report: Report) -> str:
    summary = report.summary
    passed, failed = (summary.rules.get(status, 0) for status in (Status.PASS, Status.FAIL))
    return (
        f"**Conformance {percent(summary.conformance)}** ({passed} pass, {failed} fail)"
        f" · coverage {percent(summary.coverage)} · {_counts(report)}"
    )


def _counts(report: Report) -> str:
    counts = [f"{count} {severity}" for severity, count in severity_counts(report)]
    return ", ".join([*(counts or ["no findings"]), *set_aside_counts(report)])


def _origin(report: Report) -> str:
    target, guide = report.target, report.guide
    branch = f"{markdown_code(target.branch)} at " if target.branch else ""
    commit = markdown_code(target.commit[:SHORT_ID]) if target.commit else "no commit yet"
    dirty = ", with uncommitted changes" if target.dirty else ""
    judged = f"judged by {markdown(guide.name)} {markdown(guide.version)}"
    return f"<sub>{branch}{commit}{dirty} · {judged}</sub>"


def _write_warnings(sheet: Sheet, report: Report) -> None:
    heading = "Left out" if report.summary.complete else "Incomplete"
    notes = [f"{heading}: {markdown_prose(note)}" for note in report.notes]
    notes += [
        f"A bug in autodevops: {markdown(verdict.id)} crashed and judged nothing: "
        f"{markdown(verdict.reason or '')}"
        for verdict in with_status(report, Status.ERROR)
    ]
    if notes:
        sheet.add("> [!WARNING]")
        for note in notes:
            sheet.add(f"> - {note}", counted="warning")
        sheet.add("")


def _write_section(
    sheet: Sheet, report: Report, section: Section, *, opened: bool, shown: int
) -> None:
    state = " open" if opened else ""
    worst = section.groups[0].severity
    summary = f"{worst.upper()} · {markdown_html(section.title)}: "
    summary += plural(section.findings, "finding")
    with sheet.folded(f"<details{state}><summary>{summary}</summary>\n"):
        for group in section.groups:
            _write_group(sheet, report, group, shown)


def _write_group(sheet: Sheet, report: Report, group: RuleFindings, shown: int) -> None:
    remedy = group.remedy
    docs = web_address(group.findings[0].docs_url)
    rule = f"[{markdown(group.rule)}]({docs})" if docs else markdown(group.rule)
    common = f"<br>→ {markdown_prose(remedy)}" if remedy else ""
    head = f"**{group.severity.upper()}** {rule} {markdown(group.slug)}{common}"
    first, *others = (
        _finding(report, finding, own_remedy=remedy is None) for finding in group.findings
    )
    sheet.add(f"\n{head}\n\n{first}", counted="finding")
    for line in others[: shown - 1]:
        sheet.add(line, counted="finding")
    if left := len(others[shown - 1 :]):
        sheet.add(f"- … and {left} more")


def _finding(report: Report, finding: Finding, *, own_remedy: bool) -> str:
    where = _place(report, next(iter(places(finding)), Location()))
    parts = [
        markdown_prose(finding.message),
        *(f"also {markdown_prose(m)}" for m in further_messages(finding)),
    ]
    text = "<br>".join(parts) + (f" ({where})" if where else "")
    return f"- {text}" + (f"<br>→ {markdown_prose(finding.remediation)}" if own_remedy else "")


def _place(report: Report, location: Location) -> str:
    shown = place(location)
    if not shown:
        return ""
    code = markdown_code(shown)
    address = blob(location, report.target)
    return f"[{code}]({address})" if address else code


def _write_unknown(sheet: Sheet, report: Report) -> None:
    unknown = with_status(report, Status.UNKNOWN)
    if not unknown:
        return
    summary = f"{plural(len(unknown), 'rule')} unknown, and what would answer them"
    with sheet.folded(f"<details><summary>{summary}</summary>\n"):
        for question in open_questions(report):
            rules = _ids(question.verdicts)
            reasons = markdown_prose("; ".join(question.reasons))
            needs = f"needs **{markdown_prose(question.needs)}**: " if question.needs else ""
            sheet.add(f"- {needs}{reasons} ({rules})", counted="unknown")


def _ids(verdicts: Iterable[Verdict]) -> str:
    return ", ".join(markdown(verdict.id) for verdict in verdicts)
