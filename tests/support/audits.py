"""Reports made by hand, for whoever stores, compares or sends them."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from autodevops.model.finding import Finding, FindingStatus, Severity, in_file
from autodevops.model.report import Report
from autodevops.model.verdict import Status, Verdict
from autodevops.request import Request
from tests.support import samples

DAY = "2026-11-{:02}T10:00:00Z"
"""A time on that day."""
EVERYTHING = Request()
"""A plain audit."""


def commit(number: int) -> str:
    """Return an object id."""
    return f"{number:040x}"


def audited(
    *,
    at: str = DAY.format(1),
    oid: str | None = commit(1),
    branch: str | None = "main",
    name: str = "acme/shop",
    dirty: bool = False,
    found: Mapping[str, Collection[str]] | None = None,
    waived: Collection[str] = (),
    unknown: Collection[str] = (),
    passed: Collection[str] = ("BR003", "OW001"),
    digest: str = "d" * 64,
    severity: Severity = Severity.MEDIUM,
    conformance: float | None = 0.5,
) -> Report:
    """Return the report of an audit that found these subjects, by rule."""
    found = found or {}
    rules = [*found, *(rule for rule in (*passed, *unknown) if rule not in found)]
    report = samples.report(
        [_verdict(rule, len(found.get(rule, ())), unknown) for rule in rules],
        [
            _finding(rule, subject, severity, waived)
            for rule, subjects in found.items()
            for subject in subjects
        ],
        of=samples.target(
            name, url=f"https://github.com/{name}", commit=oid, branch=branch, dirty=dirty
        ),
        conformance=conformance,
    )
    return replace(report, started_at=at, guide=replace(report.guide, digest=digest))


def large(findings: int) -> Report:
    """Return a report of the size of a real one: every rule, and so many findings."""
    from autodevops.rules.catalog import RULES

    subjects = [f"services/part{at % 40}/module_{at}.py#job-{at}" for at in range(findings)]
    verdicts = [
        samples.verdict(
            rule.id,
            rule.slug,
            Status.FAIL if at == 0 else Status.PASS,
            section=rule.section,
            title=rule.title,
            findings=findings if at == 0 else 0,
        )
        for at, rule in enumerate(RULES)
    ]
    return samples.report(
        verdicts,
        [
            samples.finding(
                RULES[0].id,
                subject,
                in_file(subject, at + 1),
                evidence={"lines": [at, at + 3], "name": subject, "limit": 3},
            )
            for at, subject in enumerate(subjects)
        ],
    )


def _verdict(rule: str, findings: int, unknown: Collection[str]) -> Verdict:
    if rule in unknown:
        return samples.verdict(
            rule, status=Status.UNKNOWN, reason="there is no token", needs="a token"
        )
    return samples.verdict(rule, status=Status.FAIL if findings else Status.PASS, findings=findings)


def _finding(rule: str, subject: str, severity: Severity, waived: Collection[str]) -> Finding:
    status = FindingStatus.WAIVED if subject in waived else FindingStatus.OPEN
    return samples.finding(rule, subject, severity=severity, status=status)
