"""Version 1 of the JSON report: its types, which are a published contract.

The order of the fields is the order of the keys. Fields may be added, with a default; none is
renamed, removed or given another meaning without a new version.
"""

from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct, field

from autodevops.model.finding import Confidence, FindingStatus, Safety, Severity
from autodevops.model.verdict import Status

REPORT = "autodevops/report/v1"
"""Names the schema of one report."""
REPORTS = "autodevops/reports/v1"
"""Names the schema of several."""
FAILURE = "autodevops/failure/v1"
"""Names the schema of a target that could not be audited."""

Count = Annotated[int, Meta(ge=0)]
"""A number of things."""
Ratio = Annotated[float, Meta(ge=0, le=1)]
"""A part of a whole."""
Position = Annotated[int, Meta(ge=1)]
"""A line or a column."""


class Tool(Struct, frozen=True, kw_only=True):
    """Which program wrote the report."""

    name: str
    version: str


class Target(Struct, frozen=True, kw_only=True):
    """What was audited; see `model.report.Target`."""

    kind: str
    name: str
    path: str | None
    url: str | None
    commit: str | None
    branch: str | None
    dirty: bool


class Guide(Struct, frozen=True, kw_only=True):
    """Which guide judged; see `model.report.GuideStamp`."""

    name: str
    version: str
    digest: str


class RuleCounts(Struct, frozen=True, kw_only=True):
    """Rules by status."""

    passed: Count = field(name="pass")
    fail: Count
    unknown: Count
    not_applicable: Count
    disabled: Count
    error: Count


class FindingCounts(Struct, frozen=True, kw_only=True):
    """Open findings by severity, then those that don't count."""

    critical: Count
    high: Count
    medium: Count
    low: Count
    info: Count
    waived: Count
    baselined: Count


class Summary(Struct, frozen=True, kw_only=True):
    """The report in numbers; see `model.report.Summary`."""

    conformance: Ratio | None
    coverage: Ratio | None
    complete: bool
    rules: RuleCounts
    findings: FindingCounts


class Rule(Struct, frozen=True, kw_only=True):
    """One rule's verdict; see `model.verdict.Verdict`."""

    id: str
    slug: str
    family: str
    title: str
    guide_section: str
    severity: Severity
    status: Status
    reason: str | None
    needs: str | None
    findings: Count
    seconds: float


class Location(Struct, frozen=True, kw_only=True):
    """A place; see `model.finding.Location`."""

    path: str | None
    line: Position | None
    column: Position | None
    end_line: Position | None
    commit: str | None
    ref: str | None
    setting: str | None


class Fix(Struct, frozen=True, kw_only=True):
    """A repair on offer."""

    title: str
    safety: Safety


class Waiver(Struct, frozen=True, kw_only=True):
    """The waiver that set a finding aside."""

    reason: str
    expires: str | None
    approved_by: str | None
    source: str


class Finding(Struct, frozen=True, kw_only=True):
    """One finding; see `model.finding.Finding`."""

    id: str
    rule: str
    slug: str
    severity: Severity
    confidence: Confidence
    subject: str
    message: str
    evidence: dict[str, Any]
    locations: tuple[Location, ...]
    remediation: str
    docs_url: str
    fix: Fix | None
    status: FindingStatus
    waiver: Waiver | None


class Report(Struct, frozen=True, kw_only=True, tag_field="schema", tag=REPORT):
    """Everything that an audit says about one target."""

    tool: Tool
    target: Target
    guide: Guide
    started_at: str
    seconds: float
    summary: Summary
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    """What was cut short or left out, one sentence each."""


class Error(Struct, frozen=True, kw_only=True):
    """Why a target could not be audited."""

    code: int
    message: str
    advice: str


class Failure(Struct, frozen=True, kw_only=True, tag_field="schema", tag=FAILURE):
    """A target of several that could not be audited."""

    target: Target
    error: Error


class Reports(Struct, frozen=True, kw_only=True, tag_field="schema", tag=REPORTS):
    """Several results, in the order of the targets."""

    reports: tuple[Report | Failure, ...]


Document: TypeAlias = Report | Failure | Reports
"""What a file can hold."""
DOCUMENT: Any = Document
"""The same, to give to a decoder."""
