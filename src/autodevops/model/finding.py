"""What a rule yields (a violation) and what it becomes once judged (a finding)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field

Plain: TypeAlias = str | int | float | bool | Sequence["Plain"] | Mapping[str, "Plain"] | None
"""Data that JSON can hold: all that evidence may contain."""


class Severity(StrEnum):
    """How much a finding matters, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return the position in the order of severities, 0 for `info`."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Confidence(StrEnum):
    """How sure a rule is that a finding is real."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Location(Struct, frozen=True, kw_only=True):
    """A place: in a file, in history, at a ref or in a GitHub setting."""

    path: str | None = None
    """Path inside the repository, with `/`."""
    line: int | None = None
    """1-based line."""
    column: int | None = None
    """1-based column, in characters."""
    end_line: int | None = None
    """1-based last line, inclusive."""
    commit: str | None = None
    """Object id of the commit, for a place in history."""
    ref: str | None = None
    """Branch or tag name, without `refs/...`."""
    setting: str | None = None
    """GitHub's API name of a setting."""


def in_file(
    path: str, line: int | None = None, column: int | None = None, end_line: int | None = None
) -> Location:
    """Return a place in a file; lines and columns are 1-based."""
    return Location(path=path, line=line, column=column, end_line=end_line)


def at_ref(name: str) -> Location:
    """Return the place of a branch or tag."""
    return Location(ref=name)


def in_commit(commit: str, path: str | None = None, line: int | None = None) -> Location:
    """Return a place in history."""
    return Location(commit=commit, path=path, line=line)


def at_setting(name: str) -> Location:
    """Return the place of a GitHub setting, by its API name."""
    return Location(setting=name)


class AppliedWaiver(Struct, frozen=True, kw_only=True):
    """The waiver that set a finding aside."""

    reason: str
    """Why the team lives with it."""
    expires: str | None
    """ISO date of its end."""
    approved_by: str | None
    """Who said so."""
    source: str
    """The file (and line) that holds the waiver."""


class Violation(Struct, frozen=True, kw_only=True):
    """One answer "no" of a rule, before waivers, baseline and severities are applied."""

    subject: str
    """What is at fault, stable over runs: a branch, a path, `path#job`, a name."""
    message: str
    """What is wrong and where, in one sentence."""
    at: Location | tuple[Location, ...] = ()
    """The place or places, the main one first."""
    evidence: Mapping[str, Plain] = field(default_factory=dict)
    """The smallest set of facts that convinces a sceptical reader; never a secret's value."""
    severity: Severity | None = None
    """Instead of the rule's own severity, where the policy grades by kind."""
    confidence: Confidence = Confidence.HIGH
    """How sure the rule is."""
    remedy: str | None = None
    """Instead of the rule's own remedy, where the case allows a more exact one."""
    waiver: AppliedWaiver | None = None
    """What sets it aside on the spot: a comment with a reason beside the thing itself."""

    @property
    def locations(self) -> tuple[Location, ...]:
        """Return all places as a tuple."""
        return (self.at,) if isinstance(self.at, Location) else self.at


class Unknown(Struct, frozen=True, kw_only=True):
    """Yielded by a rule that could not judge all of its subject."""

    reason: str
    """Why, in one sentence."""
    needs: str | None = None
    """The permission or input that would answer."""


class NotApplicable(Struct, frozen=True, kw_only=True):
    """Yielded by a rule whose subject does not exist in the repository; also a fact's answer."""

    reason: str
    """What is not there, in one sentence."""


Outcome: TypeAlias = Violation | Unknown | NotApplicable
"""What a rule may yield."""


class FindingStatus(StrEnum):
    """Whether a finding counts."""

    OPEN = "open"
    WAIVED = "waived"
    BASELINED = "baselined"


class Safety(StrEnum):
    """Whether a fix may be applied without a person's look."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Fix(Struct, frozen=True, kw_only=True):
    """A repair on offer for a finding."""

    title: str
    """What it does, in the imperative."""
    safety: Safety
    """Whether it needs a person's look."""


class Finding(Struct, frozen=True, kw_only=True):
    """A judged violation, as every report shows it."""

    id: str
    """Fingerprint: a hash of rule and subject."""
    rule: str
    """Rule id."""
    slug: str
    """Rule slug."""
    severity: Severity
    """Severity in force."""
    confidence: Confidence
    """How sure the rule is."""
    subject: str
    """What is at fault."""
    message: str
    """What is wrong."""
    evidence: Mapping[str, Plain]
    """The facts that show it."""
    locations: tuple[Location, ...]
    """Where, the main place first."""
    remediation: str
    """What to do."""
    docs_url: str
    """The rule's page."""
    fix: Fix | None
    """A repair on offer."""
    status: FindingStatus
    """Whether it counts."""
    waiver: AppliedWaiver | None
    """The waiver that set it aside."""
