import pytest
from msgspec.structs import replace

from autodevops.engine.score import exit_code, summarize
from autodevops.model.finding import Finding, FindingStatus, Severity
from autodevops.model.report import Report
from autodevops.model.verdict import Status, Verdict
from tests.support import samples


def verdict(status: Status, severity: Severity = Severity.MEDIUM) -> Verdict:
    return samples.verdict(status=status, severity=severity)


def finding(severity: Severity, status: FindingStatus = FindingStatus.OPEN) -> Finding:
    return samples.finding(severity=severity, status=status)


def report(*verdicts: Verdict, findings: tuple[Finding, ...] = (), complete: bool = True) -> Report:
    summary = summarize(verdicts, findings, complete=complete)
    return replace(samples.report(verdicts, findings), summary=summary)


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


def test_a_rule_that_crashed_is_one_without_an_answer() -> None:
    summary = report(verdict(Status.PASS), verdict(Status.ERROR)).summary
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
        (report(verdict(Status.FAIL), findings=(finding(Severity.HIGH),)), {}, 1),
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
