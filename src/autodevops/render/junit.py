"""Reports as JUnit XML: a suite for each section of the guide, a test case for each rule."""

from collections.abc import Iterable, Sequence

from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status, Verdict
from autodevops.render.escape import xml_text
from autodevops.render.interface import RenderOptions
from autodevops.render.outline import (
    RuleFindings,
    Section,
    further_messages,
    main_place,
    plural,
    sections,
)


def render_junit(results: Sequence[Result], options: RenderOptions) -> str:
    """Return JUnit XML as Jenkins' schema has it.

    A rule with open findings is a failure, one that crashed or a target that could not be audited
    an error; unknown, not applicable and disabled rules are skipped, with the reason.
    """
    del options
    suites = [line for result in results for line in _suites(result)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="autodevops">']
    return "\n".join([*lines, *suites, "</testsuites>", ""])


def _suites(result: Result) -> Iterable[str]:
    if isinstance(result, Failure):
        yield _suite(result.target.name, tests=1, failures=0, errors=1, skipped=0)
        yield '<testcase classname="autodevops" name="audit">'
        text = f"{result.message}\n{result.advice}"
        yield _outcome("error", result.message, f"exit-code-{result.code}", text)
        yield "</testcase>"
        yield "</testsuite>"
        return
    for section in sections(result):
        yield from _section(result, section)


def _section(report: Report, section: Section) -> Iterable[str]:
    guilty: dict[str, list[RuleFindings]] = {}
    for group in section.groups:
        guilty.setdefault(group.rule, []).append(group)
    skipped = sum(
        section.count(status) for status in (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.DISABLED)
    )
    listed = {verdict.id for verdict in section.verdicts}
    strays = [groups for rule, groups in guilty.items() if rule not in listed]
    yield _suite(
        f"{report.target.name}: {section.title}",
        tests=len(section.verdicts) + len(strays),
        failures=len(guilty),
        errors=section.count(Status.ERROR),
        skipped=skipped,
        timestamp=report.started_at,
    )
    for verdict in section.verdicts:
        seconds = f"{verdict.seconds:.3f}"
        name = f"{verdict.id} {verdict.slug}: {verdict.title}"
        yield _case(verdict.family, name, seconds)
        yield from _verdict(verdict, guilty.get(verdict.id, []))
        yield "</testcase>"
    for groups in strays:
        yield _case(groups[0].rule[:2], f"{groups[0].rule} {groups[0].slug}", "0.000")
        yield _failure(groups)
        yield "</testcase>"
    yield "</testsuite>"


def _suite(
    name: str, *, tests: int, failures: int, errors: int, skipped: int, timestamp: str = ""
) -> str:
    time = f' timestamp="{xml_text(timestamp.removesuffix("Z"))}"' if timestamp else ""
    return (
        f'<testsuite name="{xml_text(name)}" tests="{tests}" failures="{failures}"'
        f' errors="{errors}" skipped="{skipped}"{time}>'
    )


def _case(family: str, name: str, seconds: str) -> str:
    classname = xml_text(f"autodevops.{family}")
    return f'<testcase classname="{classname}" name="{xml_text(name)}" time="{seconds}">'


def _verdict(verdict: Verdict, groups: list[RuleFindings]) -> Iterable[str]:
    if groups:
        yield _failure(groups)
    reason = verdict.reason or ""
    match verdict.status:
        case Status.ERROR:
            yield _outcome("error", reason, "crash", f"A bug in autodevops: {reason}")
        case Status.UNKNOWN | Status.NOT_APPLICABLE | Status.DISABLED:
            needs = f"; needs {verdict.needs}" if verdict.needs else ""
            told = f"{verdict.status.value.replace('_', ' ')}: {reason}{needs}"
            yield f'<skipped message="{xml_text(told)}"/>'
        case Status.PASS | Status.FAIL:
            return


def _failure(groups: list[RuleFindings]) -> str:
    lines: list[str] = []
    for finding in (finding for group in groups for finding in group.findings):
        where = main_place(finding)
        lines.append(f"{finding.severity.upper()} {where}: {finding.message}")
        lines += [f"  also {message}" for message in further_messages(finding)]
        lines.append(f"  {finding.remediation}")
    total = sum(len(group.findings) for group in groups)
    first = groups[0].findings[0].message
    message = first if total == 1 else f"{plural(total, 'finding')}: {first}"
    return _outcome("failure", message, groups[0].severity.value, "\n".join(lines))


def _outcome(kind: str, message: str, sort: str, text: str) -> str:
    body = xml_text(text).replace("&#10;", "\n")
    return f'<{kind} type="{xml_text(sort)}" message="{xml_text(message)}">{body}</{kind}>'
