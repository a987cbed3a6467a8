"""Where a repository stands on one rule."""

from enum import StrEnum

from msgspec import Struct

from autodevops.model.finding import Severity


class Status(StrEnum):
    """The answer to a rule's question."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    DISABLED = "disabled"
    ERROR = "error"


class Verdict(Struct, frozen=True, kw_only=True):
    """One rule's answer for one target."""

    id: str
    """Rule id."""
    slug: str
    """Rule slug."""
    family: str
    """The two letters of the id."""
    title: str
    """The good state, in one line."""
    guide_section: str
    """The section of the guide that demands it."""
    severity: Severity
    """Default severity in force."""
    status: Status
    """The answer."""
    reason: str | None
    """Why it is unknown, not applicable, disabled or an error; what stayed open otherwise."""
    needs: str | None
    """The permission or input that would answer."""
    findings: int
    """How many findings the report lists for it, whatever their status."""
    seconds: float
    """Time spent in the rule, facts not counted."""

    @property
    def is_whole(self) -> bool:
        """Tell whether the rule saw all of its subject: what it does not report is not there.

        A reason on a failed rule, or on one that passed without findings, says what it didn't see.
        """
        match self.status:
            case Status.NOT_APPLICABLE:
                return True
            case Status.PASS:
                return self.reason is None or self.findings > 0
            case Status.FAIL:
                return self.reason is None
            case _:
                return False
