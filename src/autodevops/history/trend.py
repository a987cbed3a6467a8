"""How a branch came along, audit by audit."""

import sqlite3
from collections.abc import Iterable, Iterator

from autodevops.history.reading import StoredTarget
from autodevops.model.trend import Trend, TrendPoint

_POINTS = """
SELECT id, started_at, commit_oid, dirty, guide_digest, complete, conformance, coverage,
       critical, high, medium, low, info
FROM audits
WHERE target = ? AND branch = ? AND kind = 'current' AND whole
ORDER BY started_at, number
"""
_NEWEST = """
SELECT branch FROM audits WHERE target = ? AND kind = 'current' AND whole
ORDER BY number DESC LIMIT 1
"""


def newest_branch(connection: sqlite3.Connection, target: StoredTarget) -> str | None:
    """Return the branch of the newest audit that counts for a trend; None without one."""
    row = connection.execute(_NEWEST, (target.number,)).fetchone()
    return None if row is None else str(row[0])


def trend(
    connection: sqlite3.Connection,
    target: StoredTarget,
    branch: str,
    *,
    limit: int | None = None,
) -> Trend:
    """Return the trend of a branch; the newest `limit` points of it, if there is a limit.

    Audits of a commit of choice (`--rev`) and of a part of the rules don't belong to it.
    """
    rows = connection.execute(_POINTS, (target.number, branch))
    points = tuple(settled(map(TrendPoint._make, rows)))
    shown = points if limit is None else points[max(len(points) - limit, 0) :]
    return Trend(target=target.name, branch=branch or None, points=shown)


def settled(points: Iterable[TrendPoint]) -> Iterator[TrendPoint]:
    """Yield the last of each run of audits of one state: commit, changes or not, and guide."""
    last: TrendPoint | None = None
    for point in points:
        if last is not None and _state(last) != _state(point):
            yield last
        last = point
    if last is not None:
        yield last


def _state(point: TrendPoint) -> tuple[object, ...]:
    return (point.commit, point.dirty, point.guide)
