"""What a guide's file may hold besides policy: which rules count, waivers, baseline, locks."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import field

from autodevops.guide.model import Guide
from autodevops.guide.sections.base import Entry, Pattern
from autodevops.model.finding import Severity


class Threshold(StrEnum):
    """From which severity on findings fail a run."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    NEVER = "never"

    @property
    def severity(self) -> Severity | None:
        """Return the severity, None for `never`."""
        return None if self is Threshold.NEVER else Severity(self.value)


class WaiverTable(Entry, frozen=True, kw_only=True):
    """A waiver as a file writes it."""

    rule: str
    """Id or slug."""
    subject: Pattern
    """Exact subject or pattern."""
    expires: date
    """The last day on which it holds."""
    reason: str = ""
    """Why the team lives with it; its absence is a finding, not a mistake."""
    path: Pattern | None = None
    """Pattern of the paths that it is limited to."""
    approved_by: str | None = field(default=None, name="approved_by")
    """Who said so."""


class LockTable(Entry, frozen=True, kw_only=True):
    """What files that extend this one can't change."""

    rules: tuple[str, ...] = ()
    """Rules that stay on, at their severity or above, and are not waived."""
    keys: tuple[str, ...] = ()
    """Dotted keys of policy whose values stay, such as `branches.types`."""


class GuideFile(Guide, frozen=True, kw_only=True):
    """All keys that a guide's or a team's file may have."""

    extends: str
    """A guide's name, or the path of a file."""
    select: tuple[str, ...]
    """Rules that are asked; empty for all."""
    ignore: tuple[str, ...]
    """Rules that are left out."""
    severity: Mapping[str, Severity]
    """Severities by rule id, family or slug."""
    fail_on: Threshold
    """From which severity on findings fail a run."""
    baseline: Pattern
    """Path of the baseline, relative to the file."""
    waivers: tuple[WaiverTable, ...]
    """Findings that the team lives with."""
    lock: LockTable
    """What files that extend this one can't change."""


HIDDEN: Mapping[type[Entry], str] = {GuideFile: "digest", Guide: "digest"}
"""Fields that are no keys of a file; elsewhere that is `name`, which the table's key gives."""
APART = frozenset({"extends", "severity", "waivers", "lock"})
"""Keys that add up over the files of a chain instead of replacing each other."""
