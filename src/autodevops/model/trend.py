"""How a branch of a target came along from audit to audit, for whoever draws it."""

from typing import NamedTuple

from msgspec import Struct


class TrendPoint(NamedTuple):
    """One audit in numbers."""

    audit: str
    """The audit's id; empty for one that is not stored (yet)."""
    at: str
    """RFC 3339 time of its start, UTC."""
    commit: str | None
    """Object id of the audited commit; None before the first one."""
    dirty: bool
    """Whether tracked files differed from the commit."""
    guide: str
    """Digest of the guide that judged: figures of two guides are not alike."""
    complete: bool
    """False when anything was cut short."""
    conformance: float | None
    """Passed weight over passed and failed weight; None when nothing was judged."""
    coverage: float | None
    """Answered over applicable rules; None when none applied."""
    critical: int
    """Open findings of that severity."""
    high: int
    """Open findings of that severity."""
    medium: int
    """Open findings of that severity."""
    low: int
    """Open findings of that severity."""
    info: int
    """Open findings of that severity."""

    @property
    def open(self) -> int:
        """Return how many findings were open."""
        return self.critical + self.high + self.medium + self.low + self.info


class Trend(Struct, frozen=True, kw_only=True):
    """The audits of one branch, the oldest first; of a commit under one guide only the last."""

    target: str
    """The target's name."""
    branch: str | None
    """The branch; None for audits of a detached HEAD."""
    points: tuple[TrendPoint, ...]
    """One a state of the branch."""
