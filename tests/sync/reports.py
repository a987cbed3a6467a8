"""Audits to push, made small: which rules judged what, and what they found."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from autodevops.model.outbox import Pending
from autodevops.model.report import Report
from autodevops.render.json_text import encode
from autodevops.render.json_v1 import document
from autodevops.sync.payload import Payload, prepare
from tests.support.audits import audited

AT = "2026-11-{:02}T10:00:00Z"
MANY = {"BR003": [f"feature/{number:04}" for number in range(500)]}
"""So many findings that they go up in parts."""
_numbers = count(1)


def identity(number: int) -> str:
    """Return an audit's id."""
    return str(UUID(int=number, version=4))


def new_identity() -> str:
    """Return an id that no other audit of the run has."""
    return identity(next(_numbers) << 64)


def as_json(report: Report) -> bytes:
    """Return a report as the history keeps it."""
    return encode(document(report), indent=0).encode()


def payload(
    found: Mapping[str, Collection[str]] | None = None,
    *,
    audit_id: str | None = None,
    day: int = 1,
    **more: Any,
) -> Payload:
    """Return an audit of a day that found these subjects, by rule."""
    report = audited(at=AT.format(day), found=found, **more)
    return prepare(audit_id or new_identity(), as_json(report))


def sent(audit: Payload) -> dict[str, Any]:
    """Return what a push of it sends."""
    content: dict[str, Any] = msgspec.json.decode(audit.whole)
    return content


class MemoryOutbox:
    """An outbox for the length of a test."""

    def __init__(self, audits: Iterable[Pending]) -> None:
        self.waiting = {each.audit_id: each for each in audits}
        self.acknowledged: list[str] = []
        self.refused: dict[str, str] = {}

    def pending(self) -> Iterator[Pending]:
        yield from list(self.waiting.values())

    def acknowledge(self, audit_ids: Iterable[str]) -> None:
        for each in audit_ids:
            del self.waiting[each]
            self.acknowledged.append(each)

    def refuse(self, audit_id: str, reason: str) -> None:
        del self.waiting[audit_id]
        self.refused[audit_id] = reason
