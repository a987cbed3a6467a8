"""Stores one audit: its figures, its verdicts, the whole report, and what became of findings."""

import sqlite3
import zlib
from enum import StrEnum
from uuid import uuid4

from msgspec import Struct

from autodevops.history.database import transaction
from autodevops.history.lives import Line, follow
from autodevops.history.texts import storable
from autodevops.model.finding import Severity
from autodevops.model.report import Report
from autodevops.model.verdict import Status

_LEVEL = 3  # a twelfth of the JSON in a few milliseconds; higher levels gain little
_COLUMNS = (
    *("id", "target", "branch", "kind", "whole", "commit_oid", "dirty", "started_at", "seconds"),
    *("tool_version", "guide_name", "guide_version", "guide_digest"),
    *("conformance", "coverage", "complete"),
    *("critical", "high", "medium", "low", "info", "waived", "baselined"),
)
_INSERT = (
    f"INSERT INTO audits ({', '.join(_COLUMNS)})"  # noqa: S608 - our own column names
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


class Kind(StrEnum):
    """Which state of a repository an audit looked at."""

    CURRENT = "current"
    """As it stands: a working tree, or a hosted repository's branch."""
    REVISION = "revision"
    """A commit of choice (`--rev`), which says nothing about how things came along."""


class Entry(Struct, frozen=True, kw_only=True):
    """An audit as it is to be stored."""

    report: Report
    """What the audit said."""
    document: bytes
    """The same as JSON, version 1, in UTF-8."""
    key: str
    """Names the target, the same for each of its clones."""
    kind: Kind
    """Which state was audited."""
    whole: bool
    """False when only a part of the rules was asked for on the command line."""


def record(connection: sqlite3.Connection, entry: Entry) -> str:
    """Store an audit, all of it or nothing, and return its new id (a UUID)."""
    identity = str(uuid4())
    report = entry.report
    content = zlib.compress(entry.document, _LEVEL)
    branch = storable(report.target.branch or "")
    with transaction(connection):
        line = Line(_target(connection, entry), branch)
        advances = entry.kind is Kind.CURRENT and not _outrun(connection, line, report.started_at)
        number = _audit(connection, entry, identity, line)
        connection.execute("INSERT INTO documents VALUES (?, ?)", (number, content))
        connection.executemany(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)",
            [
                (number, verdict.id, verdict.status, verdict.findings)
                for verdict in report.rules
                if verdict.status is not Status.DISABLED
            ],
        )
        if advances:
            follow(connection, line, number, report)
    return identity


def _target(connection: sqlite3.Connection, entry: Entry) -> int:
    """Return the row of a target, which goes by its newest name."""
    target = entry.report.target
    connection.execute(
        "INSERT INTO targets (key, name, url) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name, url = excluded.url",
        (storable(entry.key), storable(target.name), target.url),
    )
    found = connection.execute("SELECT id FROM targets WHERE key = ?", (storable(entry.key),))
    ((number,),) = found.fetchall()
    return int(number)


def _outrun(connection: sqlite3.Connection, line: Line, started_at: str) -> bool:
    """Tell whether an audit that began later has been stored already."""
    query = (
        "SELECT 1 FROM audits WHERE target = ? AND branch = ? AND started_at > ?"
        " AND kind = 'current' LIMIT 1"
    )
    found = connection.execute(query, (line.target, line.branch, started_at))
    return found.fetchone() is not None


def _audit(connection: sqlite3.Connection, entry: Entry, identity: str, line: Line) -> int:
    report = entry.report
    summary, guide = report.summary, report.guide
    counts = [summary.findings.get(each, 0) for each in reversed(Severity)]
    values = (
        *(identity, line.target, line.branch, entry.kind, entry.whole),
        *(report.target.commit, report.target.dirty, report.started_at, report.seconds),
        *(report.tool_version, storable(guide.name), storable(guide.version), guide.digest),
        *(summary.conformance, summary.coverage, summary.complete),
        *(*counts, summary.findings.get("waived", 0), summary.findings.get("baselined", 0)),
    )
    number = connection.execute(_INSERT, values).lastrowid
    assert number is not None  # noqa: S101 - an INSERT has one
    return number
