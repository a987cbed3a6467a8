"""Reports made by hand."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from autodevops.model.finding import (
    AppliedWaiver,
    Confidence,
    Finding,
    FindingStatus,
    Fix,
    Location,
    Plain,
    Safety,
    Severity,
    at_ref,
    at_setting,
    in_commit,
    in_file,
)
from autodevops.model.report import Failure, GuideStamp, Report, Summary, Target
from autodevops.model.verdict import Status, Verdict

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTILE = "feature/<script>alert(1)</script>\x1b[31m\u202e::error::x`|[red]@all\udcff\n=1+1"
"""A branch name that tries everything at once."""


def target(name: str = "acme/shop", **changed: object) -> Target:
    values: dict[str, object] = {
        "kind": "local",
        "name": name,
        "path": ".",
        "url": "https://github.com/acme/shop",
        "commit": COMMIT,
        "branch": "main",
        "dirty": False,
    }
    return Target(**(values | changed))  # type: ignore[arg-type]


def finding(
    rule: str = "BR003",
    subject: str = "feat/x",
    *locations: Location,
    slug: str = "branch-name",
    severity: Severity = Severity.MEDIUM,
    message: str | None = None,
    evidence: dict[str, Plain] | None = None,
    remediation: str = "Rename it: `git branch -m OLD NEW`.",
    status: FindingStatus = FindingStatus.OPEN,
    waiver: AppliedWaiver | None = None,
    fix: Fix | None = None,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    return Finding(
        id=fingerprint(rule, subject),
        rule=rule,
        slug=slug,
        severity=severity,
        confidence=confidence,
        subject=subject,
        message=message or f"{subject} has no prefix of the guide",
        evidence=evidence or {},
        locations=locations or (at_ref(subject),),
        remediation=remediation,
        docs_url=f"https://example.org/rules/{rule}",
        fix=fix,
        status=status,
        waiver=waiver,
    )


def fingerprint(rule: str, subject: str) -> str:
    return sha256(f"{rule}\0{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def verdict(
    rule: str = "BR003",
    slug: str = "branch-name",
    status: Status = Status.PASS,
    *,
    section: str = "Release Branches Policy",
    title: str = "Every branch has a name of the guide",
    severity: Severity = Severity.MEDIUM,
    reason: str | None = None,
    needs: str | None = None,
    findings: int = 0,
) -> Verdict:
    return Verdict(
        id=rule,
        slug=slug,
        family=rule[:2],
        title=title,
        guide_section=section,
        severity=severity,
        status=status,
        reason=reason,
        needs=needs,
        findings=findings,
        seconds=0.0012345,
    )


def report(
    verdicts: Iterable[Verdict] = (),
    findings: Iterable[Finding] = (),
    *,
    notes: tuple[str, ...] = (),
    of: Target | None = None,
    conformance: float | None = 0.777777,
    coverage: float | None = 0.912345,
) -> Report:
    rules, found = tuple(verdicts), tuple(findings)
    statuses = Counter(each.status for each in rules)
    counts = Counter(
        each.severity.value if each.status is FindingStatus.OPEN else each.status.value
        for each in found
    )
    names = ("critical", "high", "medium", "low", "info", "waived", "baselined")
    return Report(
        tool_version="0.1.0",
        target=of or target(),
        guide=GuideStamp(name="staff-engineer", version="2026-02-20", digest="d" * 64),
        started_at="2026-11-22T10:00:00Z",
        seconds=0.4123456,
        summary=Summary(
            conformance=conformance,
            coverage=coverage,
            complete=not notes,
            rules={status: statuses[status] for status in Status},
            findings={name: counts[name] for name in names},
        ),
        rules=rules,
        findings=found,
        notes=notes,
    )


_CI = "CI Pipelines Per Service"
_BRANCHES = "Release Branches Policy"
_SECRETS = "Environment & Secret Management"
_EVERY_STATUS = (
    verdict(
        "SE002",
        "secret-in-history",
        Status.UNKNOWN,
        section=_SECRETS,
        reason="the history was not scanned",
        needs="a run without --no-history",
    ),
    verdict(
        "SE003",
        "env-file",
        Status.FAIL,
        section=_SECRETS,
        findings=1,
        severity=Severity.CRITICAL,
    ),
    verdict("BR003", "branch-name", Status.FAIL, section=_BRANCHES, findings=2),
    verdict(
        "BR004",
        "branch-age",
        Status.FAIL,
        section=_BRANCHES,
        findings=1,
        reason="2 branches have no common history with main",
    ),
    verdict(
        "BR005",
        "protected",
        Status.UNKNOWN,
        section=_BRANCHES,
        reason="no token was given",
        needs="a GitHub token with metadata read",
    ),
    verdict("CI001", "pinned-action", Status.FAIL, section=_CI, findings=3),
    verdict("CI002", "required", Status.PASS, section=_CI),
    verdict(
        "CI003",
        "timeout",
        Status.NOT_APPLICABLE,
        section=_CI,
        reason="there are no workflows",
    ),
    verdict(
        "CI004",
        "matrix",
        Status.DISABLED,
        section=_CI,
        reason="ignored in the configuration",
    ),
    verdict("CI005", "cache", Status.ERROR, section=_CI, reason="ZeroDivisionError in cache"),
    verdict(
        "GV003",
        "reviews",
        Status.UNKNOWN,
        section="Quick Reference: File Locations",
        reason="no token was given",
        needs="a GitHub token with metadata read",
    ),
)
_EVERY_PLACE = (
    finding(
        "SE003",
        ".env",
        in_file(".env", 3),
        slug="env-file",
        severity=Severity.CRITICAL,
        message=".env is tracked and holds 4 values",
        evidence={"keys": ["A", "B"], "values": 4, "ratio": 0.5, "first": None},
        remediation="Remove it from the repository and rotate what it held.",
        fix=Fix(title="Stop tracking .env", safety=Safety.UNSAFE),
    ),
    finding(),
    finding(subject="wip", severity=Severity.LOW),
    finding(
        "CI001",
        "ci.yml#build",
        in_file(".github/workflows/ci.yml", 12, 9, 12),
        in_file(".github/workflows/ci.yml", 30),
        slug="pinned-action",
        message="actions/checkout@v4 is not pinned to a commit",
        remediation="Pin it to a full commit id.",
    ),
    finding(
        "CI001",
        "old",
        in_commit(COMMIT, "old.yml", 4),
        slug="pinned-action",
        confidence=Confidence.LOW,
        remediation="Pin it to a full commit id.",
        message="actions/cache@v3 is not pinned to a commit",
    ),
    finding(
        "CI001",
        "setting",
        at_setting("allowed_actions"),
        slug="pinned-action",
        severity=Severity.INFO,
        message="the repository allows all actions",
        remediation="Allow pinned actions only.",
        status=FindingStatus.BASELINED,
    ),
    finding(
        "BR004",
        "feature/login",
        slug="branch-age",
        status=FindingStatus.WAIVED,
        message="feature/login is 9 days old; feature branches live 3 days",
        waiver=AppliedWaiver(
            reason="long migration",
            expires="2027-01-01",
            approved_by="Ada",
            source="autodevops.toml:12",
        ),
    ),
)


def full_report() -> Report:
    """One of everything, in three sections of the guide."""
    return report(
        _EVERY_STATUS,
        _EVERY_PLACE,
        notes=("big.bin is larger than 5242880 bytes and was not read",),
    )


def failure(name: str = "acme/gone") -> Failure:
    return Failure(
        target=target(name, path=None, commit=None, branch=None, url=None),
        code=3,
        message="there is no such repository",
        advice="Look at the name, or give a token that may see it.",
    )
