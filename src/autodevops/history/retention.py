"""Forgets old audits when asked to."""

import sqlite3
import sys

from msgspec import Struct

from autodevops.history.database import transaction

_OLD = """
SELECT number FROM (
    SELECT number, started_at,
           row_number() OVER (PARTITION BY target ORDER BY number DESC) AS place
    FROM audits WHERE :target IS NULL OR target = :target
) WHERE place > :keep AND (:before IS NULL OR started_at < :before)
"""
# A backend may serve several organisations, `address#name`: each of those gets every audit.
_OF = "(backend = :backend OR substr(backend, 1, length(:backend) + 1) = :backend || '#')"
_SENT = f"""
SELECT audit FROM deliveries WHERE {_OF} GROUP BY audit
HAVING count(*) = (SELECT count(DISTINCT backend) FROM deliveries WHERE {_OF})
"""  # noqa: S608 - our own words
_UNSENT = "kind = 'current' AND whole"


class Retention(Struct, frozen=True, kw_only=True):
    """What is to be forgotten: audits that are beyond the newest ones and old enough."""

    keep: int = 0
    """How many of the newest of each target stay, however old."""
    before: str | None = None
    """Only those that started before this RFC 3339 time, UTC."""
    target: int | None = None
    """Only this target's; None for all."""
    backend: str | None = None
    """Address of a backend: what it has yet to be sent stays; None to keep nothing for one."""


class Pruned(Struct, frozen=True, kw_only=True):
    """What was forgotten."""

    removed: int
    """Audits that are gone."""
    waiting: int
    """Audits that stay only because the backend has yet to be sent them."""
    left: int
    """Audits that stay, of the targets in question."""


def prune(connection: sqlite3.Connection, wanted: Retention) -> Pruned:
    """Forget audits, and findings of branches without one; their content is overwritten."""
    values = {
        "keep": min(wanted.keep, sys.maxsize),
        "before": wanted.before,
        "target": wanted.target,
        "backend": wanted.backend,
    }
    connection.execute("PRAGMA secure_delete = ON")
    with transaction(connection):
        waiting = f"number IN ({_OLD}) AND {_UNSENT} AND number NOT IN ({_SENT})"
        count = f"SELECT count(*) FROM audits WHERE :backend IS NOT NULL AND {waiting}"  # noqa: S608
        ((kept,),) = connection.execute(count, values)
        gone = f"number IN ({_OLD}) AND NOT (:backend IS NOT NULL AND {waiting})"
        removed = connection.execute(f"DELETE FROM audits WHERE {gone}", values).rowcount  # noqa: S608
        left = "SELECT count(*) FROM audits WHERE :target IS NULL OR target = :target"
        ((stays,),) = connection.execute(left, values)
        _drop_childless(connection)
    # `execute` would give back one page only.
    connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")
    return Pruned(removed=removed, waiting=kept, left=stays)


def _drop_childless(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM findings WHERE NOT EXISTS (SELECT 1 FROM audits"
        " WHERE audits.target = findings.target AND audits.branch = findings.branch)"
    )
    connection.execute("DELETE FROM targets WHERE id NOT IN (SELECT target FROM audits)")
