"""What waits to be sent to a team's backend, as history hands it out and sync takes it."""

from typing import NamedTuple


class Pending(NamedTuple):
    """An audit that a backend has neither acknowledged nor refused."""

    audit_id: str
    """The audit's id: a backend that has seen it takes it for the same."""
    report: bytes
    """The report as JSON, version 1, in UTF-8."""


class Refused(NamedTuple):
    """An audit that a backend will not take."""

    audit_id: str
    """The audit's id."""
    reason: str
    """What the backend said."""
    at: str
    """RFC 3339 time of the refusal, UTC."""


class OutboxCounts(NamedTuple):
    """How many audits a backend has, waits for, or did not want."""

    pending: int
    """Neither acknowledged nor refused."""
    acknowledged: int
    """Arrived."""
    refused: int
    """Refused."""
