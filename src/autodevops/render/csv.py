"""Findings, unanswered rules and targets that failed as a table for a spreadsheet (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

from autodevops.model.finding import Finding, Location
from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status, Verdict
from autodevops.render.escape import csv_cell
from autodevops.render.interface import RenderOptions

COLUMNS = (
    "target",
    "status",
    "severity",
    "rule",
    "slug",
    "section",
    "subject",
    "message",
    "remedy",
    "path",
    "line",
    "column",
    "commit",
    "ref",
    "setting",
    "fingerprint",
    "waiver",
    "docs_url",
)
"""The names in the first row; further ones are only ever added behind them."""
NOT_AUDITED = "not_audited"
"""Status of a target that could not be audited."""

Row = dict[str, str | int | None]
"""A row by column; what is not named stays empty."""


def render_csv(results: Sequence[Result], options: RenderOptions) -> str:
    """Return one row for each finding, each rule that got no answer and each failed target.

    Cells that a spreadsheet would calculate get an apostrophe in front.
    """
    del options
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval="")
    writer.writeheader()
    for result in results:
        for row in _rows(result):
            writer.writerow({key: _cell(value) for key, value in row.items()})
    return table.getvalue()


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    return csv_cell(value) if isinstance(value, str) else value


def _rows(result: Result) -> Iterable[Row]:
    if isinstance(result, Failure):
        yield _of(result) | _failure(result)
        return
    sections = {verdict.id: verdict.guide_section for verdict in result.rules}
    for finding in result.findings:
        yield _of(result) | _finding(finding, sections.get(finding.rule))
    for verdict in result.rules:
        if verdict.status in {Status.UNKNOWN, Status.ERROR}:
            yield _of(result) | _unanswered(verdict)


def _of(result: Report | Failure) -> Row:
    return {"target": result.target.name}


def _failure(failure: Failure) -> Row:
    return {"status": NOT_AUDITED, "message": failure.message, "remedy": failure.advice}


def _finding(finding: Finding, section: str | None) -> Row:
    place = next(iter(finding.locations), Location())
    return {
        "status": finding.status.value,
        "severity": finding.severity.value,
        "rule": finding.rule,
        "slug": finding.slug,
        "section": section,
        "subject": finding.subject,
        "message": finding.message,
        "remedy": finding.remediation,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "commit": place.commit,
        "ref": place.ref,
        "setting": place.setting,
        "fingerprint": finding.id,
        "waiver": None if finding.waiver is None else finding.waiver.reason,
        "docs_url": finding.docs_url,
    }


def _unanswered(verdict: Verdict) -> Row:
    return {
        "status": verdict.status.value,
        "severity": verdict.severity.value,
        "rule": verdict.id,
        "slug": verdict.slug,
        "section": verdict.guide_section,
        "message": verdict.reason,
        "remedy": None if verdict.needs is None else f"needs {verdict.needs}",
    }
