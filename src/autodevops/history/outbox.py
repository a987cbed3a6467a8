"""The history as an outbox: every stored audit waits until a backend has acknowledged it.

Nothing is put aside for sending: what a backend has is noted, and all else is pending. So a team
that begins today can have its past too, and two backends don't get in each other's way.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from autodevops.history.database import transaction
from autodevops.history.reading import inflated
from autodevops.model.outbox import OutboxCounts, Pending, Refused

_PAGE = 16
_WAITS = """
audits.kind = 'current' AND audits.whole AND NOT EXISTS (
    SELECT 1 FROM deliveries WHERE deliveries.backend = :backend
    AND deliveries.audit = audits.number
)
"""
_PENDING = f"""
SELECT audits.number, audits.id, documents.content
FROM audits JOIN documents ON documents.audit = audits.number
WHERE audits.number > :after AND {_WAITS}
ORDER BY audits.number LIMIT {_PAGE}
"""  # noqa: S608 - our own words
_COUNT = "SELECT state, count(*) FROM deliveries WHERE backend = :backend GROUP BY state"
_NOTE = """
INSERT INTO deliveries (backend, audit, state, reason, at)
SELECT :backend, number, :state, :reason, :at FROM audits WHERE id = :audit
ON CONFLICT (backend, audit) DO UPDATE
SET state = excluded.state, reason = excluded.reason, at = excluded.at
WHERE deliveries.state <> 'acknowledged'
"""


class HistoryOutbox:
    """What one backend has yet to be sent.

    Audits of a commit of choice (`--rev`) and of a part of the rules stay on this machine: they
    would be taken for how the repository stands. Every call is a short transaction of its own, so
    several processes may send at once, and a process that is killed loses no note it has made.
    """

    def __init__(
        self, connection: sqlite3.Connection, backend: str, clock: Callable[[], datetime]
    ) -> None:
        """Speak for one backend, named by its address; `clock` dates the notes, UTC."""
        self._connection = connection
        self._backend = backend
        self._clock = clock

    def pending(self) -> Iterator[Pending]:
        """Yield what waits, the oldest first, a few reports in memory at a time.

        Acknowledge or refuse while it runs as you like. Raises HistoryError at a damaged report.
        """
        after = 0
        while rows := self._rows(_PENDING, after=after):
            for _number, identity, content in rows:
                yield Pending(identity, inflated([content], identity))
            after = rows[-1][0]

    def acknowledge(self, audit_ids: Iterable[str]) -> None:
        """Note that audits have arrived; those that are gone meanwhile are passed over."""
        self._note(audit_ids, "acknowledged", None)

    def refuse(self, audit_id: str, reason: str) -> None:
        """Note that the backend will not take an audit, and why."""
        self._note([audit_id], "refused", reason)

    def retry_refused(self) -> int:
        """Let what was refused wait again; return how many audits that are."""
        query = "DELETE FROM deliveries WHERE backend = ? AND state = 'refused'"
        return self._connection.execute(query, (self._backend,)).rowcount

    def counts(self) -> OutboxCounts:
        """Return how many audits wait, have arrived, and were refused."""
        ((pending,),) = self._rows(f"SELECT count(*) FROM audits WHERE {_WAITS}")  # noqa: S608
        by_state = dict(self._rows(_COUNT))
        return OutboxCounts(pending, by_state.get("acknowledged", 0), by_state.get("refused", 0))

    def last_acknowledged(self) -> str | None:
        """Return the time of the last arrival, RFC 3339, UTC; None before the first."""
        query = "SELECT max(at) FROM deliveries WHERE backend = :backend AND state = 'acknowledged'"
        ((at,),) = self._rows(query)
        return None if at is None else str(at)

    def refused(self) -> tuple[Refused, ...]:
        """Return what was refused, the newest first."""
        query = (
            "SELECT audits.id, deliveries.reason, deliveries.at FROM deliveries"
            " JOIN audits ON audits.number = deliveries.audit"
            " WHERE deliveries.backend = :backend AND deliveries.state = 'refused'"
            " ORDER BY deliveries.at DESC, audits.number DESC"
        )
        return tuple(Refused(*row) for row in self._rows(query))

    def _rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, {"backend": self._backend, **values}).fetchall()

    def _note(self, audit_ids: Iterable[str], state: str, reason: str | None) -> None:
        at = self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        common = {"backend": self._backend, "state": state, "reason": reason, "at": at}
        with transaction(self._connection):
            self._connection.executemany(
                _NOTE, [{**common, "audit": identity} for identity in audit_ids]
            )
