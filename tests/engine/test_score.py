from dataclasses import replace

import pytest

from autodevops.engine.score import exit_code, summarize
from autodevops.model.finding import Confidence, Finding, FindingStatus, Severity
from autodevops.model.report import GuideStamp, Report
from autodevops.model.verdict import Status, Verdict
from tests.support.memory import snapshot_of


def verdict(status: Status, severity: Severity = Severity.MEDIUM) -> Verdict:
    return Verdict(
        id="XX001",
        slug="x",
        family="XX",
        title="t",
        guide_section="s",
        severity=severity,
        status=status,
        reason=None,
        needs=None,
        findings=0,
        seconds=0.0,
    )


def finding(severity: Severity, status: FindingStatus = FindingStatus.OPEN) -> Finding:
    return Finding(
        id="f",
        rule="XX001",
        slug="x",
        severity=severity,
        confidence=Confidence.HIGH,
        subject="s",
        message="m",
        evidence={},
        locations=(),
        remediation="r",
        docs_url="u",
        fix=None,
        status=status,
        waiver=None,
    )


def report(*verdicts: Verdict, findings: tuple[Finding, ...] = (), complete: bool = True) -> Report:
    return Report(
        tool_version="0",
        target=snapshot_of({}).target,
        guide=GuideStamp(name="g", version="1", digest="d"),
        started_at="",
        seconds=0.0,
        summary=summarize(verdicts, findings, complete=complete),
        rules=verdicts,
        findings=findings,
        notes=(),
    )


def test_conformance_weighs_by_severity() -> None:
    summary = report(
        verdict(Status.PASS, Severity.HIGH), verdict(Status.FAIL, Severity.LOW)
    ).summary
    assert summary.conformance == 0.8


def test_unknown_rules_lower_the_coverage_and_leave_the_conformance_alone() -> None:
    summary = report(
        verdict(Status.PASS),
        verdict(Status.UNKNOWN),
        verdict(Status.NOT_APPLICABLE),
        verdict(Status.DISABLED),
    ).summary
    assert (summary.conformance, summary.coverage) == (1.0, 0.5)


def test_where_nothing_was_judged_there_are_no_figures() -> None:
    summary = report(verdict(Status.DISABLED)).summary
    assert (summary.conformance, summary.coverage) == (None, None)


def test_only_open_findings_are_counted_by_severity() -> None:
    findings = (finding(Severity.HIGH), finding(Severity.HIGH, FindingStatus.WAIVED))
    counts = report(verdict(Status.FAIL), findings=findings).summary.findings
    assert (counts["high"], counts["waived"], counts["critical"]) == (1, 1, 0)
    assert list(counts) == ["critical", "high", "medium", "low", "info", "waived", "baselined"]


PASSED = report(verdict(Status.PASS))
FAILED = report(verdict(Status.FAIL), findings=(finding(Severity.MEDIUM),))
UNKNOWN = report(verdict(Status.UNKNOWN))


@pytest.mark.parametrize(
    ("judged", "options", "expected"),
    [
        (PASSED, {}, 0),
        (FAILED, {}, 1),
        (FAILED, {"fail_on": Severity.HIGH}, 0),
        (FAILED, {"fail_on": None}, 0),
        (FAILED, {"exit_zero": True}, 0),
        (UNKNOWN, {}, 0),
        (UNKNOWN, {"strict": True}, 4),
        (UNKNOWN, {"strict": True, "exit_zero": True}, 4),
        (report(verdict(Status.PASS), complete=False), {"strict": True}, 4),
        (report(verdict(Status.ERROR)), {"exit_zero": True}, 70),
        (report(verdict(Status.FAIL), findings=(replace(finding(Severity.HIGH)),)), {}, 1),
        (
            report(verdict(Status.PASS), findings=(finding(Severity.HIGH, FindingStatus.WAIVED),)),
            {},
            0,
        ),
    ],
)
def test_the_exit_code_says_one_thing(
    judged: Report, options: dict[str, Severity | bool | None], expected: int
) -> None:
    defaults = {"fail_on": Severity.MEDIUM, "strict": False, "exit_zero": False}
    assert exit_code(judged, **{**defaults, **options}) == expected  # type: ignore[arg-type]
