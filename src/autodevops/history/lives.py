"""Follows findings from audit to audit: first seen, last seen, fixed, back again.

A finding is fixed when an audit whose rule could judge doesn't report it any more. A rule that
stayed unknown, was left out or crashed says nothing about its findings.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from autodevops.history.texts import storable
from autodevops.model.report import Report
from autodevops.model.verdict import Verdict

_SEEN = """
INSERT INTO findings (target, branch, fingerprint, rule, slug, severity, status, subject,
                      first_at, first_commit, last_at, last_commit, last_audit)
VALUES (:target, :branch, :fingerprint, :rule, :slug, :severity, :status, :subject,
        :at, :clean_commit, :at, :commit, :audit)
ON CONFLICT (target, branch, fingerprint) DO UPDATE SET
    severity = excluded.severity,
    status = excluded.status,
    first_commit = coalesce(first_commit, excluded.first_commit),
    last_at = excluded.last_at,
    last_commit = excluded.last_commit,
    last_audit = excluded.last_audit,
    reopened = reopened + (fixed_at IS NOT NULL),
    reopened_at = CASE WHEN fixed_at IS NULL THEN reopened_at ELSE excluded.last_at END,
    fixed_at = NULL,
    fixed_in = NULL
"""
_FIXED = """
UPDATE findings
SET fixed_at = coalesce(fixed_at, ?), fixed_in = ?
WHERE target = ? AND branch = ? AND last_audit <> ? AND fixed_in IS NULL AND rule = ?
"""


class Line(NamedTuple):
    """Along which audits follow each other: a branch of a target."""

    target: int
    """Row of the target."""
    branch: str
    """Name of the branch; empty for a detached HEAD."""


def follow(connection: sqlite3.Connection, line: Line, audit: int, report: Report) -> None:
    """Bring the findings of a branch up to date with its newest audit.

    A working tree with changes is no commit: which commit brought or fixed a finding is told by
    the first audit without them.
    """
    target = report.target
    clean = None if target.dirty else target.commit
    common = {
        "target": line.target,
        "branch": line.branch,
        "at": report.started_at,
        "commit": target.commit,
        "clean_commit": clean,
        "audit": audit,
    }
    connection.executemany(
        _SEEN,
        (
            {
                **common,
                "fingerprint": finding.id,
                "rule": finding.rule,
                "slug": finding.slug,
                "severity": finding.severity,
                "status": finding.status,
                "subject": storable(finding.subject),
            }
            for finding in report.findings
        ),
    )
    query = "SELECT DISTINCT rule FROM findings WHERE target = ? AND branch = ? AND last_audit <> ?"
    gone = {rule for (rule,) in connection.execute(query, (*line, audit))}
    connection.executemany(
        _FIXED,
        [
            (report.started_at, clean, *line, audit, rule)
            for rule in sorted(gone & judged(report.rules))
        ],
    )


def judged(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """Return the rules that judged all of their subject: what they don't report is not there."""
    return frozenset(verdict.id for verdict in verdicts if verdict.is_whole)
