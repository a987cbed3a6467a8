"""The report in numbers."""

from collections import Counter
from collections.abc import Iterable

from autodevops.exit_codes import BUG, DONE, FINDINGS, IN_PART
from autodevops.model.finding import Finding, FindingStatus, Severity
from autodevops.model.report import Report, Summary
from autodevops.model.verdict import Status, Verdict

WEIGHTS = {
    Severity.INFO: 1,
    Severity.LOW: 2,
    Severity.MEDIUM: 4,
    Severity.HIGH: 8,
    Severity.CRITICAL: 16,
}
"""What a rule of a severity weighs in the conformance."""

_ANSWERED = {Status.PASS, Status.FAIL}
_APPLICABLE = {*_ANSWERED, Status.UNKNOWN, Status.ERROR}


def summarize(
    verdicts: Iterable[Verdict], findings: Iterable[Finding], *, complete: bool
) -> Summary:
    """Return conformance, coverage and counts."""
    verdicts = tuple(verdicts)
    weight: Counter[Status] = Counter()
    for verdict in verdicts:
        weight[verdict.status] += WEIGHTS[verdict.severity]
    statuses = Counter(verdict.status for verdict in verdicts)
    counts = Counter(
        str(finding.severity if finding.status is FindingStatus.OPEN else finding.status)
        for finding in findings
    )
    kinds = [
        *reversed([str(severity) for severity in Severity]),
        str(FindingStatus.WAIVED),
        str(FindingStatus.BASELINED),
    ]
    return Summary(
        conformance=_share(weight[Status.PASS], weight[Status.PASS] + weight[Status.FAIL]),
        coverage=_share(
            sum(statuses[status] for status in _ANSWERED),
            sum(statuses[status] for status in _APPLICABLE),
        ),
        complete=complete,
        rules={status: statuses[status] for status in Status},
        findings={kind: counts[kind] for kind in kinds},
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def exit_code(report: Report, *, fail_on: Severity | None, strict: bool, exit_zero: bool) -> int:
    """Return what a run that produced this report ends with (docs/reference/exit-codes.md).

    `fail_on` None means that findings never fail the run.
    """
    if report.summary.rules[Status.ERROR]:
        return BUG
    if strict and (report.summary.rules[Status.UNKNOWN] or not report.summary.complete):
        return IN_PART
    failed = fail_on is not None and bool(report.open_findings(at_least=fail_on))
    return FINDINGS if failed and not exit_zero else DONE
