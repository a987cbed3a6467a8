"""Answers questions about past audits: which there were, what changed, how things came along."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.folders import state_folder
from autodevops.history.database import reading, writing
from autodevops.history.differences import Differences, differences
from autodevops.history.reading import (
    SeenFinding,
    StoredAudit,
    StoredTarget,
    audit_named,
    audits,
    document,
    findings,
    target_with_key,
    targets_named,
)
from autodevops.history.retention import Pruned, Retention, prune
from autodevops.history.trend import newest_branch, trend
from autodevops.model.moments import days_before
from autodevops.model.report import Report
from autodevops.model.trend import Trend
from autodevops.recording import key_of_folder
from autodevops.render.saved import read_reports


class Comparison(Struct, frozen=True, kw_only=True):
    """Two audits of a target, and what changed between them."""

    earlier: StoredAudit
    """The one to compare with."""
    later: StoredAudit
    """The one that is compared."""
    differences: Differences
    """What became of the findings."""
    lives: Mapping[str, SeenFinding]
    """By fingerprint, when each was seen on the branch of the later audit."""


class Findings(Struct, frozen=True, kw_only=True):
    """What a branch has, or had."""

    target: str
    """The target's name."""
    branch: str | None
    """The branch; None for a detached HEAD."""
    findings: tuple[SeenFinding, ...]
    """Each with its life."""


def list_audits(named: str | None, *, branch: str | None, limit: int) -> tuple[StoredAudit, ...]:
    """Return the newest audits of a target, or of all targets for None; the newest first."""
    with reading(state_folder()) as connection:
        if connection is None:
            return ()
        target = None if named is None else find_target(connection, named)
        if named is not None and target is None:
            return ()
        number = None if target is None else target.number
        return audits(connection, target=number, branch=branch, limit=limit)


def load_report(name: str | None, folder: str) -> Report:
    """Return the report of an audit by its id, or of the newest audit of a folder for None.

    Raises UsageError when there is none.
    """
    with _stored() as connection:
        found = _newest(connection, folder, 1) if name is None else [audit_named(connection, name)]
        return _report(connection, found[0])


def compare(earlier: str | None, later: str | None, folder: str) -> Comparison:
    """Return what changed between two audits, by id.

    Without `later` the newest audit of the same branch takes its place; without either, the two
    newest of a folder's branch are compared. Raises UsageError when there are no such audits, or
    when they are of different targets.
    """
    with _stored() as connection:
        first, second = _pair(connection, earlier, later, folder)
        if first.target != second.target:
            raise UsageError(
                f"these are audits of two targets: {first.name} and {second.name}",
                advice="compare audits of one",
            )
        seen = findings(connection, second.target, second.branch)
        return Comparison(
            earlier=first,
            later=second,
            differences=differences(_report(connection, first), _report(connection, second)),
            lives={finding.id: finding for finding in seen},
        )


def list_findings(named: str, *, branch: str | None, fixed: bool) -> Findings | None:
    """Return the findings that a branch has, or those that were fixed; None without an audit."""
    with reading(state_folder()) as connection:
        line = None if connection is None else _line(connection, named, branch)
        if connection is None or line is None:
            return None
        target, chosen = line
        seen = findings(connection, target.number, chosen)
        wanted = tuple(finding for finding in seen if (finding.fixed_at is not None) == fixed)
        return Findings(target=target.name, branch=chosen or None, findings=wanted)


def load_trend(named: str, *, branch: str | None, limit: int | None) -> Trend | None:
    """Return how a branch came along, by default that of the newest audit; None without one."""
    with reading(state_folder()) as connection:
        line = None if connection is None else _line(connection, named, branch)
        if connection is None or line is None:
            return None
        return trend(connection, *line, limit=limit)


def forget(named: str | None, *, keep: int, days: float | None, unsent: bool) -> Pruned:
    """Forget old audits of a target, or of all for None; see `Retention`.

    Where the environment names a backend, what it has yet to be sent stays, unless `unsent`.
    """
    # Reading the past needs no engine; only this asks for the time.
    from autodevops.request import clock
    from autodevops.sync.project import address_from_environment, is_named

    backend = address_from_environment() if is_named() and not unsent else None
    before = None if days is None else days_before(clock(), days)
    with reading(state_folder()) as connection:
        target = None if connection is None or named is None else find_target(connection, named)
        if connection is None or (named is not None and target is None):
            return Pruned(removed=0, waiting=0, left=0)
    wanted = Retention(
        keep=keep,
        # Other than `strftime`, this writes every year in four digits, as they are compared.
        before=None if before is None else before.isoformat(timespec="seconds")[:19] + "Z",
        target=None if target is None else target.number,
        backend=backend,
    )
    with writing(state_folder()) as connection:
        return prune(connection, wanted)


def find_target(connection: sqlite3.Connection, named: str) -> StoredTarget | None:
    """Return the stored target that a folder, a name such as `acme/shop` or an address means.

    A folder that exists wins; None when it was never audited. Raises UsageError for a name that
    nothing or several go by, TargetError for a folder that can't be read.
    """
    if Path(named).is_dir():
        return target_with_key(connection, key_of_folder(named))
    found = targets_named(connection, named)
    if not found:
        raise UsageError(
            f"no target called {named} is stored", advice="see `autodevops history list --all`"
        )
    if len(found) > 1:
        raise UsageError(
            f"several targets are called {named}", advice="name a folder or an address instead"
        )
    return found[0]


@contextmanager
def _stored() -> Iterator[sqlite3.Connection]:
    with reading(state_folder()) as connection:
        if connection is None:
            raise _nothing("no audit is stored on this machine")
        yield connection


def _nothing(message: str) -> UsageError:
    return UsageError(message, advice="`autodevops audit` stores one")


def _line(
    connection: sqlite3.Connection, named: str, branch: str | None
) -> tuple[StoredTarget, str] | None:
    target = find_target(connection, named)
    if target is None:
        return None
    chosen = newest_branch(connection, target) if branch is None else branch
    return None if chosen is None else (target, chosen)


def _newest(connection: sqlite3.Connection, folder: str, count: int) -> tuple[StoredAudit, ...]:
    """Return so many of the newest audits of a folder's branch, the newest first."""
    line = _line(connection, folder, None)
    if line is None:
        raise _nothing("no audit of this folder is stored")
    target, branch = line
    found = _of_branch(connection, target.number, branch)
    if len(found) < count:
        raise _nothing(f"only one audit of {target.name} is stored")
    return found[:count]


def _pair(
    connection: sqlite3.Connection, earlier: str | None, later: str | None, folder: str
) -> tuple[StoredAudit, StoredAudit]:
    if earlier is None:
        second, first = _newest(connection, folder, 2)
        return first, second
    first = audit_named(connection, earlier)
    return first, _follower(connection, first) if later is None else audit_named(connection, later)


def _follower(connection: sqlite3.Connection, audit: StoredAudit) -> StoredAudit:
    """Return the newest audit of the same branch."""
    found = _of_branch(connection, audit.target, audit.branch)
    return found[0] if found else audit


def _of_branch(connection: sqlite3.Connection, target: int, branch: str) -> tuple[StoredAudit, ...]:
    listed = audits(connection, target=target, branch=branch)
    return tuple(audit for audit in listed if audit.kind == "current" and audit.whole)


def _report(connection: sqlite3.Connection, audit: StoredAudit) -> Report:
    (report,) = read_reports(document(connection, audit), f"the audit {audit.id}")
    if not isinstance(report, Report):
        raise TypeError(report)  # nothing else is stored
    return report
