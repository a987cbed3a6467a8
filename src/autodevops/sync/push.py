"""Drains an outbox: each audit is acknowledged once the backend has it, and never before."""

from collections.abc import Callable

from msgspec import Struct

from autodevops.errors import SyncError, UsageError
from autodevops.sync.interface import Backend, Organisation, Outbox
from autodevops.sync.payload import prepare
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    BackendStoppedError,
    NotAllowedError,
    SchemaError,
)
from autodevops.sync.report import NotAReportError
from autodevops.sync.schema import VERSION


class Refusal(Struct, frozen=True, kw_only=True):
    """An audit that the backend did not take."""

    audit_id: str
    """The audit's UUID."""
    reason: str
    """What the backend said."""


class Pushed(Struct, frozen=True, kw_only=True):
    """What became of an outbox."""

    stored: int
    """Audits that the backend took."""
    known: int
    """Audits that it had already: a run before this one was cut off."""
    refused: tuple[Refusal, ...]
    """Audits that it will never take; they don't wait any more."""
    postponed: tuple[Refusal, ...]
    """Audits that it failed over; they still wait."""
    stopped: SyncError | None
    """What ended the run early; None when all were tried."""


NOTHING = Pushed(stored=0, known=0, refused=(), postponed=(), stopped=None)
"""What becomes of an empty outbox."""


class _Tally:
    """Counts while the outbox is drained."""

    def __init__(self) -> None:
        self.stored = 0
        self.known = 0
        self.refused: list[Refusal] = []
        self.postponed: list[Refusal] = []
        self.in_a_row = 0

    def ended(self, stopped: SyncError | None) -> Pushed:
        return Pushed(
            stored=self.stored,
            known=self.known,
            refused=tuple(self.refused),
            postponed=tuple(self.postponed),
            stopped=stopped,
        )


def push(
    outbox: Outbox, backend: Backend, organisation: str, step: Callable[[str], None]
) -> Pushed:
    """Send what waits, oldest first, and return what became of it.

    An audit that is refused or that the backend fails over doesn't hold up the others; what
    concerns all of them ends the run, and everything that was not acknowledged waits on.
    """
    tally = _Tally()
    for waiting in outbox.pending():
        step(f"pushing audit {tally.stored + tally.known + 1}")
        try:
            payload = prepare(waiting.audit_id, waiting.report)
            fresh = backend.push(organisation, payload)
        except (NotAReportError, AuditRefusedError) as error:
            _refuse(outbox, waiting.audit_id, str(error), tally)
        except AuditPostponedError as error:
            tally.postponed.append(Refusal(audit_id=waiting.audit_id, reason=str(error)))
            tally.in_a_row += 1
            if tally.in_a_row >= error.IN_A_ROW:
                return tally.ended(error)
        except BackendStoppedError as error:
            return tally.ended(error)
        else:
            outbox.acknowledge([waiting.audit_id])
            tally.in_a_row = 0
            tally.stored += fresh
            tally.known += not fresh
    return tally.ended(None)


def _refuse(outbox: Outbox, audit_id: str, reason: str, tally: _Tally) -> None:
    outbox.refuse(audit_id, reason)
    tally.refused.append(Refusal(audit_id=audit_id, reason=reason))


def check_schema(backend: Backend) -> int:
    """Return the backend's schema version; raises SchemaError when it is older than ours.

    A newer one takes what we send: it only ever grows.
    """
    found = backend.schema_version()
    if found < VERSION:
        raise SchemaError(
            f"the backend's schema is version {found}; this autodevops speaks {VERSION}",
            advice="apply the newer migrations that `autodevops sync schema` prints",
        )
    return found


def choose(backend: Backend, wanted: str | None) -> Organisation:
    """Return the organisation with a slug or id, or the only one that the caller may see.

    Raises NotAllowedError when there is none, UsageError when the choice is not clear.
    """
    seen = backend.organisations()
    if wanted is not None:
        for each in seen:
            if wanted in {each.slug, each.id}:
                return each
        raise NotAllowedError(
            f"you belong to no organisation {wanted!r}",
            advice=f"you belong to: {_names(seen)}" if seen else "an owner can let you in",
        )
    match seen:
        case (only,):
            return only
        case ():
            raise NotAllowedError(
                "you belong to no organisation", advice="an owner of one can let you in"
            )
        case _:
            raise UsageError(
                "you belong to several organisations",
                advice=f"choose one with --organisation: {_names(seen)}",
            )


def _names(organisations: tuple[Organisation, ...]) -> str:
    return ", ".join(each.slug for each in organisations)
