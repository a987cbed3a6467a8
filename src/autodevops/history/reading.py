"""Reads what is stored: targets, audits, whole reports, findings with their lives."""

import sqlite3
import sys
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from autodevops.errors import HistoryError, UsageError

SHORTEST = 4
"""Letters of an id that are asked for at least."""
_HEX = frozenset("0123456789abcdef-")
_AUDITS = """
SELECT audits.number, audits.id, audits.target, targets.name, targets.url, audits.branch,
       audits.kind, audits.whole, audits.commit_oid, audits.dirty, audits.started_at,
       audits.seconds, audits.tool_version, audits.guide_name, audits.guide_version,
       audits.guide_digest, audits.conformance, audits.coverage, audits.complete, audits.critical,
       audits.high, audits.medium, audits.low, audits.info, audits.waived, audits.baselined
FROM audits JOIN targets ON targets.id = audits.target
"""
_FINDINGS = """
SELECT fingerprint, rule, slug, severity, status, subject, first_at, first_commit, last_at,
       last_commit, fixed_at, fixed_in, reopened, reopened_at
FROM findings WHERE target = ? AND branch = ? ORDER BY rule, subject
"""


class StoredTarget(NamedTuple):
    """A target that was audited."""

    number: int
    """Its row."""
    name: str
    """As the newest audit called it."""


class StoredAudit(NamedTuple):
    """One audit without its report; see `history/migrations/001_audits.sql`."""

    number: int
    """Its place in the order of storing."""
    id: str
    """UUID."""
    target: int
    """Row of its target."""
    name: str
    """The target's name."""
    url: str | None
    """Where the target is hosted."""
    branch: str
    """The branch; empty for a detached HEAD."""
    kind: str
    """`current` or `revision`."""
    whole: int
    """0 when asked for a part of the rules only."""
    commit: str | None
    """Object id of the audited commit."""
    dirty: int
    """1 when tracked files differed from it."""
    started_at: str
    """RFC 3339, UTC."""
    seconds: float
    """Wall time of the audit."""
    tool_version: str
    """Version of autodevops."""
    guide_name: str
    """The guide's name."""
    guide_version: str
    """The guide's version."""
    guide_digest: str
    """SHA-256 of the guide in force."""
    conformance: float | None
    """Passed weight over judged weight."""
    coverage: float | None
    """Answered over applicable rules."""
    complete: int
    """0 when anything was cut short."""
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
    waived: int
    """Findings set aside by waivers."""
    baselined: int
    """Findings that the baseline accepts."""


class SeenFinding(NamedTuple):
    """A finding and its life on one branch."""

    id: str
    """Fingerprint."""
    rule: str
    """Rule id."""
    slug: str
    """Rule slug."""
    severity: str
    """Severity when it was last seen."""
    status: str
    """`open`, `waived` or `baselined` when it was last seen."""
    subject: str
    """What is at fault."""
    first_seen: str
    """Time of the first audit that had it."""
    first_commit: str | None
    """The first audited commit that has it."""
    last_seen: str
    """Time of the last audit that had it."""
    last_commit: str | None
    """The commit that audit looked at."""
    fixed_at: str | None
    """Time of the first audit without it; None while it is there."""
    fixed_in: str | None
    """The first audited commit without it; None until one was."""
    reopened: int
    """How often it came back."""
    reopened_at: str | None
    """When it last came back."""


def target_with_key(connection: sqlite3.Connection, key: str) -> StoredTarget | None:
    """Return the target that goes by a key."""
    rows = connection.execute("SELECT id, name FROM targets WHERE key = ?", (key,)).fetchall()
    return StoredTarget(*rows[0]) if rows else None


def targets_named(connection: sqlite3.Connection, name: str) -> tuple[StoredTarget, ...]:
    """Return the targets of a name or address, capital letters aside."""
    query = "SELECT id, name FROM targets WHERE lower(name) = ?1 OR lower(url) = ?1 ORDER BY id"
    return tuple(StoredTarget(*row) for row in connection.execute(query, (name.lower(),)))


def audits(
    connection: sqlite3.Connection,
    *,
    target: int | None = None,
    branch: str | None = None,
    limit: int = -1,
) -> tuple[StoredAudit, ...]:
    """Return audits, the newest first; of one target or branch, if named."""
    wanted: list[str] = []
    values: list[int | str] = []
    if target is not None:
        wanted.append("audits.target = ?")
        values.append(target)
    if branch is not None:
        wanted.append("audits.branch = ?")
        values.append(branch)
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    query = f"{_AUDITS} {where} ORDER BY audits.number DESC LIMIT ?"
    rows = connection.execute(query, (*values, min(limit, sys.maxsize)))
    return tuple(StoredAudit(*row) for row in rows)


def audit_named(connection: sqlite3.Connection, name: str) -> StoredAudit:
    """Return the audit whose id begins so; raises UsageError when none or several do."""
    wanted = name.lower()
    if len(wanted) < SHORTEST or not _HEX.issuperset(wanted):
        raise UsageError(
            f"{name!r} is no id of an audit",
            advice=f"give at least {SHORTEST} letters of an id: `autodevops history list`",
        )
    query = f"{_AUDITS} WHERE audits.id >= ? AND audits.id < ? LIMIT 2"
    found = connection.execute(query, (wanted, f"{wanted}~")).fetchall()
    if not found:
        raise UsageError(
            f"there is no audit {name}", advice="ids are listed by `autodevops history list --all`"
        )
    if len(found) > 1:
        raise UsageError(f"several audits begin with {name}", advice="give more letters of the id")
    return StoredAudit(*found[0])


def document(connection: sqlite3.Connection, audit: StoredAudit) -> bytes:
    """Return the report of an audit as JSON, version 1."""
    rows = connection.execute("SELECT content FROM documents WHERE audit = ?", (audit.number,))
    return inflated([content for (content,) in rows], audit.id)


def inflated(contents: Sequence[bytes], audit_id: str) -> bytes:
    """Return the one report of an audit; raises HistoryError when it is damaged or gone."""
    try:
        (content,) = contents
        return zlib.decompress(content)
    except (ValueError, zlib.error):
        raise HistoryError(
            f"the report of the audit {audit_id} is damaged",
            advice="the file of the history is; move it away, the next audit begins anew",
        ) from None


def findings(connection: sqlite3.Connection, target: int, branch: str) -> tuple[SeenFinding, ...]:
    """Return every finding that a branch has or had."""
    rows = connection.execute(_FINDINGS, (target, branch))
    return tuple(SeenFinding(*row) for row in rows)
