"""The result of auditing one target."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from autodevops.model.finding import Finding, FindingStatus, Severity
from autodevops.model.verdict import Status, Verdict


class Target(Struct, frozen=True, kw_only=True):
    """What was audited."""

    kind: str
    """`local` or `github`."""
    name: str
    """`owner/name` where a remote tells it, else the folder's name."""
    path: str | None
    """The folder as the user named it."""
    url: str | None
    """Where it is hosted, without credentials."""
    commit: str | None
    """Object id of the audited commit; null before the first one."""
    branch: str | None
    """Checked-out branch; null when detached."""
    dirty: bool
    """Whether tracked files differ from the commit."""


class GuideStamp(Struct, frozen=True, kw_only=True):
    """Which guide judged."""

    name: str
    """The guide's name."""
    version: str
    """The guide's version."""
    digest: str
    """SHA-256 of the guide in force."""


class Summary(Struct, frozen=True, kw_only=True):
    """The report in numbers."""

    conformance: float | None
    """Passed weight over passed and failed weight; null when nothing was judged."""
    coverage: float | None
    """Answered over applicable rules; null when none applies."""
    complete: bool
    """False when anything was cut short."""
    rules: Mapping[Status, int]
    """Rules by status."""
    findings: Mapping[str, int]
    """Open findings by severity, then `waived` and `baselined`."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that an audit says about one target."""

    tool_version: str
    """Version of autodevops."""
    target: Target
    """What was audited."""
    guide: GuideStamp
    """What it was judged by."""
    started_at: str
    """RFC 3339 time of the start, UTC."""
    seconds: float
    """Wall time of the audit."""
    summary: Summary
    """The report in numbers."""
    rules: tuple[Verdict, ...]
    """Every rule of the catalogue, in its order."""
    findings: tuple[Finding, ...]
    """Worst first, then in the catalogue's order."""
    notes: tuple[str, ...]
    """What was cut short or left out, one sentence each."""

    def open_findings(self, at_least: Severity = Severity.INFO) -> tuple[Finding, ...]:
        """Return the open findings of that severity or worse."""
        return tuple(
            finding
            for finding in self.findings
            if finding.status is FindingStatus.OPEN and finding.severity.rank >= at_least.rank
        )


class Failure(Struct, frozen=True, kw_only=True):
    """A target of several that could not be audited."""

    target: Target
    """What should have been audited."""
    code: int
    """The exit code that it would have ended an audit of its own with."""
    message: str
    """What is wrong and where."""
    advice: str
    """What to do about it."""


Result: TypeAlias = Report | Failure
"""What auditing one target of several comes to."""
