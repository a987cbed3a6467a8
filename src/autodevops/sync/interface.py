"""The seams of sharing: where audits wait, and the backend that takes them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from autodevops.model.outbox import Pending
from autodevops.sync.payload import Payload


class Outbox(Protocol):
    """Where audits wait, oldest first, until a backend has said what it does with them.

    An audit leaves only by `acknowledge` or `refuse`; a kill at any moment leaves it waiting.
    """

    def pending(self) -> Iterator[Pending]:
        """Yield what waits, oldest first."""
        ...

    def acknowledge(self, audit_ids: Iterable[str]) -> None:
        """Note that the backend has these audits."""
        ...

    def refuse(self, audit_id: str, reason: str) -> None:
        """Note that the backend will never take this audit, and why."""
        ...


class Organisation(Struct, frozen=True, kw_only=True):
    """A team of the backend, as far as the caller may see it."""

    id: str
    """Its UUID."""
    slug: str
    """Its short name."""


class Backend(Protocol):
    """A hosted store of audits; raises what stands in `refusals` when it doesn't take one."""

    def schema_version(self) -> int:
        """Return which of our migrations it has."""
        ...

    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations that the caller may see, by slug."""
        ...

    def push(self, organisation: str, payload: Payload) -> bool:
        """Store a whole audit or nothing of it; return False when it was there already."""
        ...


class Bearer(Protocol):
    """Says who asks."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers that identify the caller."""
        ...

    def renew(self) -> bool:
        """Get a fresh token after the last one expired; return False where there is none."""
        ...
