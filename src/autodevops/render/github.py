"""Reports as annotations of a GitHub Actions run, and the rest as its log.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from autodevops.model.finding import Finding, Location, Severity
from autodevops.model.report import Failure, Result
from autodevops.model.verdict import Status
from autodevops.render.escape import annotation_property, annotation_text, log_line
from autodevops.render.interface import RenderOptions
from autodevops.render.outline import (
    further_messages,
    main_place,
    open_questions,
    percent,
    plural,
    with_status,
)

MOST_OF_A_KIND = 10
"""GitHub shows no more errors, warnings or notices of one step each."""
_KINDS = ("error", "warning", "notice")
_KIND_OF = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


class Annotation(Struct, frozen=True, kw_only=True):
    """One workflow command that shows a message."""

    kind: str
    """`error`, `warning` or `notice`."""
    title: str
    """Heading."""
    message: str
    """Text, of any number of lines."""
    at: Location
    """Shown at a file's line where it names one."""

    def command(self) -> str:
        """Return the line to print."""
        # A place in history is at no line of the files that GitHub shows.
        path = self.at.path if self.at.commit is None else None
        given = (
            ("file", path),
            ("line", self.at.line if path else None),
            ("endLine", self.at.end_line if path else None),
            ("col", self.at.column if path else None),
            ("title", self.title),
        )
        properties = ",".join(
            f"{name}={annotation_property(str(value))}" for name, value in given if value
        )
        return f"::{self.kind} {properties}::{annotation_text(self.message)}"


def render_github(results: Sequence[Result], options: RenderOptions) -> str:
    """Return annotations, the worst first and as many as GitHub shows, then all as log lines."""
    del options
    annotations = [each for result in results for each in _annotations(result)]
    lines = [each.command() for kind in _KINDS for each in _limited(annotations, kind)]
    for result in results:
        lines += _log(result)
    return "".join(f"{line}\n" for line in lines)


def _limited(annotations: Iterable[Annotation], kind: str) -> list[Annotation]:
    same = [each for each in annotations if each.kind == kind]
    if len(same) <= MOST_OF_A_KIND:
        return same
    kept = same[: MOST_OF_A_KIND - 1]
    told = f"{plural(len(same) - len(kept), f'more {kind}')}: GitHub shows {MOST_OF_A_KIND} a step"
    message = f"{told}. The log of this step lists all."
    return [*kept, Annotation(kind=kind, title="autodevops", message=message, at=Location())]


def _annotations(result: Result) -> Iterable[Annotation]:
    if isinstance(result, Failure):
        title = f"{result.target.name} could not be audited"
        text = f"{result.message}\n{result.advice}"
        yield Annotation(kind="error", title=title, message=text, at=Location())
        return
    for verdict in with_status(result, Status.ERROR):
        title = f"{verdict.id} {verdict.slug} crashed"
        text = f"A bug in autodevops: {verdict.reason}"
        yield Annotation(kind="error", title=title, message=text, at=Location())
    if result.notes:
        complete = result.summary.complete
        yield Annotation(
            kind="notice" if complete else "warning",
            title="What the audit left out" if complete else "The audit is incomplete",
            message="\n".join(result.notes),
            at=Location(),
        )
    for finding in result.open_findings():
        yield _annotation(finding)


def _annotation(finding: Finding) -> Annotation:
    lines = [finding.message, *further_messages(finding), finding.remediation]
    return Annotation(
        kind=_KIND_OF[finding.severity],
        title=f"{finding.rule} {finding.slug} ({finding.severity})",
        message="\n".join(line for line in lines if line),
        at=next(iter(finding.locations), Location()),
    )


def _log(result: Result) -> Iterable[str]:
    name = result.target.name
    if isinstance(result, Failure):
        yield log_line(f"{name}: could not be audited: {result.message}")
        return
    findings = result.open_findings()
    unknown = result.summary.rules.get(Status.UNKNOWN, 0)
    told = (
        f"{name}: {plural(len(findings), 'finding')}, {plural(unknown, 'rule')} unknown,"
        f" conformance {percent(result.summary.conformance)},"
        f" coverage {percent(result.summary.coverage)}"
    )
    yield f"::group::{annotation_text(told)}"
    for finding in findings:
        where = main_place(finding)
        line = f"{finding.severity.upper()} {finding.rule} {finding.slug}: {finding.message}"
        yield log_line(f"{line} [{where}]" if where else line)
    for question in open_questions(result):
        rules = " ".join(verdict.id for verdict in question.verdicts)
        why = f"needs {question.needs}" if question.needs else "; ".join(question.reasons)
        yield log_line(f"UNKNOWN {rules}: {why}")
    yield "::endgroup::"
