"""What the terminal report says besides findings: the target, the numbers, what stayed unknown."""

from collections.abc import Sequence

from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status, Verdict
from autodevops.render.interface import RenderOptions
from autodevops.render.outline import (
    SHORT_ID,
    OpenQuestion,
    fixable,
    judged,
    open_questions,
    percent,
    plural,
    set_aside_counts,
    severity_counts,
    targets_told,
    with_status,
)
from autodevops.render.page import Page, Span

_BAR = 20
_BAR_FROM_WIDTH = 56
_LABEL = 12


def write_target(page: Page, report: Report) -> None:
    """Say what was audited and by which guide."""
    target = report.target
    page.write(Span(target.name, "bold"), *map(Span, _state(report)), hang=2)
    guide = report.guide
    page.write(Span(f"judged by the guide {guide.name}, version {guide.version}", "dim"), hang=2)


def _state(report: Report) -> list[str]:
    target = report.target
    if target.commit is None:
        state = "without a commit yet"
        return [f"{target.branch}, {state}" if target.branch else state]
    commit = target.commit[:SHORT_ID]
    where = f"{target.branch} at {commit}" if target.branch else f"detached at {commit}"
    return [f"{where}, with uncommitted changes" if target.dirty else where]


def write_questions(page: Page, report: Report, options: RenderOptions) -> None:
    """Say which rules stayed unknown and what would answer them, by what they need."""
    questions = open_questions(report)
    if not questions:
        return
    total = sum(len(question.verdicts) for question in questions)
    page.heading("Unknown", plural(total, "rule"))
    by_reason: dict[tuple[str, ...], list[OpenQuestion]] = {}
    for question in questions:
        by_reason.setdefault(question.reasons, []).append(question)
    for reasons, same in by_reason.items():
        page.blank()
        page.write(_because(reasons), hang=2)
        for question in same:
            _write_question(page, question, options)


def _because(reasons: tuple[str, ...]) -> str:
    match reasons:
        case ():
            return "no reason was given"
        case (reason,):
            return reason
        case _:
            return f"{len(reasons)} reasons, which --verbose tells"


def _write_question(page: Page, question: OpenQuestion, options: RenderOptions) -> None:
    ids = " ".join(verdict.id for verdict in question.verdicts)
    if question.needs is None:
        page.write(Span(ids, "dim"), indent=2)
    else:
        verb = "needs" if len(question.verdicts) == 1 else "need"
        page.write(Span(ids, "dim"), verb, Span(question.needs, "bold"), indent=2, hang=2)
    if options.verbose:
        for verdict in question.verdicts:
            _write_verdict(page, verdict, indent=4)


def write_broken(page: Page, report: Report) -> None:
    """Say which rules crashed: they judged nothing, and that is our fault."""
    broken = with_status(report, Status.ERROR)
    if not broken:
        return
    page.heading("Crashed", plural(len(broken), "rule"))
    page.blank()
    page.write("A bug in autodevops: these rules judged nothing. Please report it.")
    for verdict in broken:
        _write_verdict(page, verdict)


def _write_verdict(page: Page, verdict: Verdict, indent: int = 2) -> None:
    name = f"{verdict.id} {verdict.slug}"
    if verdict.reason:
        page.write(Span(f"{name}:", "bold"), verdict.reason, indent=indent, hang=2)
    else:
        page.write(Span(name, "bold"), indent=indent)


def write_notes(page: Page, report: Report) -> None:
    """Say what was cut short or left out."""
    if not report.notes:
        return
    heading = "Left out" if report.summary.complete else "Incomplete"
    page.heading(heading, plural(len(report.notes), "note"))
    page.blank()
    for note in report.notes:
        page.write("·", note, hang=2)


def write_summary(page: Page, report: Report, options: RenderOptions) -> None:
    """Say the report in numbers, and where to go on."""
    summary, rules = report.summary, report.summary.rules
    page.heading("Summary", percent(summary.conformance))
    page.blank()
    passed, failed = rules.get(Status.PASS, 0), rules.get(Status.FAIL, 0)
    _write_ratio(page, "Conformance", summary.conformance, f"{passed} pass, {failed} fail")
    others = (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.DISABLED, Status.ERROR)
    told = [f"{rules.get(status, 0)} {_words(status)}" for status in others if rules.get(status)]
    _write_ratio(page, "Coverage", summary.coverage, ", ".join(told))
    _write_row(page, "Findings", _findings(report))
    if not summary.complete:
        _write_row(page, "Complete", "no: something was cut short, see above")
    if options.verbose:
        _write_row(page, "Time", f"{report.seconds:.2f} s")
    if report.open_findings():
        _write_hints(page, report)


def _words(status: Status) -> str:
    return status.value.replace("_", " ")


def _write_ratio(page: Page, label: str, ratio: float | None, told: str) -> None:
    bar = []
    if ratio is not None and page.width >= _BAR_FROM_WIDTH:
        full = int(ratio * _BAR)
        bar = [Span("━" * full + "─" * (_BAR - full), "green" if ratio == 1 else "yellow")]
    number = f"{percent(ratio):>4}"
    page.write(Span(f"{label:<{_LABEL}}"), Span(number, "bold"), *bar, told, hang=_LABEL + 1)


def _write_row(page: Page, label: str, told: str) -> None:
    page.write(Span(f"{label:<{_LABEL}}"), told, hang=_LABEL + 1)


def _findings(report: Report) -> str:
    told = ", ".join(f"{count} {severity}" for severity, count in severity_counts(report))
    if not told:
        told = "none" if judged(report) else "none, since no rule could be judged"
    aside = set_aside_counts(report)
    return f"{told} · {', '.join(aside)}" if aside else told


def _write_hints(page: Page, report: Report) -> None:
    page.blank()
    first = report.open_findings()[0].rule
    page.write(Span(f"autodevops explain {first} tells more about a rule.", "dim"))
    if count := fixable(report):
        told = f"autodevops fix shows what it can repair: {plural(count, 'finding')}."
        page.write(Span(told, "dim"))


def write_line(page: Page, result: Result) -> None:
    """Say a whole result in one line."""
    page.write(Span(f"{result.target.name}:", "bold"), _in_a_line(result))


def _in_a_line(result: Result) -> str:
    if isinstance(result, Failure):
        return f"could not be audited: {result.message}"
    counts = severity_counts(result)
    told = [f"{count} {severity}" for severity, count in counts]
    total = sum(count for _, count in counts)
    unknown = result.summary.rules.get(Status.UNKNOWN, 0)
    parts = [
        plural(total, "finding") + (f" ({', '.join(told)})" if told else ""),
        *set_aside_counts(result),
        f"conformance {percent(result.summary.conformance)}",
        f"coverage {percent(result.summary.coverage)}",
        *([f"{unknown} unknown"] if unknown else []),
        *([] if result.summary.complete else ["incomplete"]),
    ]
    return ", ".join(parts)


def write_overview(page: Page, results: Sequence[Result]) -> None:
    """Say one line for each of several results."""
    failed = sum(isinstance(result, Failure) for result in results)
    page.heading("Overview", targets_told(len(results), failed))
    page.blank()
    for result in results:
        page.write(Span(result.target.name, "bold"), hang=2)
        page.write(_in_a_line(result), indent=2)
