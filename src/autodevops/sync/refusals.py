"""What a backend may say instead of taking an audit, and what that means for the outbox."""

from typing import ClassVar

from autodevops.errors import SyncError


class BackendStoppedError(SyncError):
    """Nothing more can be sent in this run, and nothing is lost: it concerns every audit."""


class NotSignedInError(BackendStoppedError):
    """The backend doesn't know who asks, or the session is over."""


class NotAllowedError(BackendStoppedError):
    """The backend knows who asks and doesn't let them."""


class BackendAwayError(BackendStoppedError):
    """The backend didn't answer, or asked for more patience than a run has."""


class SchemaError(BackendStoppedError):
    """The backend has no schema of ours, or not the one that this version speaks."""


class AuditRefusedError(SyncError):
    """The backend will never take this audit."""


class AuditPostponedError(SyncError):
    """The backend failed over this audit; another time it may not."""

    IN_A_ROW: ClassVar[int] = 3
    """So many one after the other mean that it is not the audits' fault."""
