"""Breaking commits of the default branch, and whether the changelog speaks of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._conventional import (
    Header,
    header_of,
    is_revert,
    parse_header,
    without_pull_request,
)
from autodevops.facts.changelog import Changelog
from autodevops.facts.commits import DefaultCommits
from autodevops.facts.refs import Refs
from autodevops.guide.model import CommitPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.history import Commit
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot, Unavailable

_FOOTER = regex(r"^BREAKING[ -]CHANGE: +(\S.*)", re.MULTILINE)
_REVERTED = regex(r"\bThis reverts commit ([0-9a-f]{7,64})")
_NUMBER = regex(r"#(\d{1,9})\b")
_WORD = regex(r"[a-z0-9_]{4,}")
_ENTRY = regex(r"\n(?=[ \t]{0,8}[-*+] |#|[ \t]*\n)")
_SHORT_OID = 7
_ENOUGH = 0.6


class BreakingCommit(NamedTuple):
    """One breaking commit that the changelog does not mention."""

    commit: str
    """Object id."""
    header: str
    """First line of its message."""
    sign: str
    """What makes it breaking: `!` or the footer."""


class BreakingChanges(Struct, frozen=True, kw_only=True):
    """The breaking commits since the policy's date."""

    count: int
    """How many there are."""
    undocumented: tuple[BreakingCommit, ...]
    """Those without an entry, newest first."""
    changelogs: tuple[str, ...]
    """The changelogs that were read; none when there is none."""


@fact
def breaking_changes(
    snapshot: Snapshot,
    commits: DefaultCommits,
    refs: Refs,
    changelog: Changelog | NotApplicable,
    policy: CommitPolicy,
) -> BreakingChanges | Unavailable:
    """Compare breaking commits with the text of the changelogs.

    An entry is one that the commit, or the merge that brought it, writes itself; or that names its
    id, its pull request or most of its words.
    """
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    recent = commits.since(datetime.combine(policy.since, time(), UTC))
    breaking = [(commit, sign) for commit in recent if (sign := _sign(commit, policy))]
    reverted = tuple(found for one in recent for found in _REVERTED.findall(one.message))
    breaking = [pair for pair in breaking if not _is_reverted(pair[0].oid, reverted)]
    paths = changelog.paths if isinstance(changelog, Changelog) else ()
    touching: frozenset[str] = frozenset()
    if breaking and paths:
        changes = history.changes(refs.default.tips, paths=paths, first_parent=False)
        if isinstance(changes, Unavailable):
            return changes
        touching = frozenset(change.oid for change in changes)
    text = "\n".join(snapshot.text(path) or "" for path in paths)
    entries = [frozenset(_WORD.findall(entry.lower())) for entry in _ENTRY.split(text)]
    merges = _merges(recent)
    return BreakingChanges(
        count=len(breaking),
        undocumented=tuple(
            BreakingCommit(commit.oid, header_of(commit.message), sign)
            for commit, sign in breaking
            if touching.isdisjoint((commit.oid, merges.get(commit.oid, commit.oid)))
            and not _is_mentioned(commit, text, entries)
        ),
        changelogs=paths,
    )


def _is_reverted(oid: str, reverted: Iterable[str]) -> bool:
    return any(oid.startswith(one) for one in reverted)


def _sign(commit: Commit, policy: CommitPolicy) -> str | None:
    """Return what makes a commit breaking; None when it is not."""
    if len(commit.parents) > 1 or is_revert(commit.message):
        return None
    header: Header | None = parse_header(commit.message)
    if header is not None and header.breaking and header.type in policy.types:
        return "!"
    return "BREAKING CHANGE" if _FOOTER.search(commit.message) else None


def _merges(commits: tuple[Commit, ...]) -> Mapping[str, str]:
    """Return the merge into the trunk that brought each commit of a side branch."""
    known = {commit.oid: commit for commit in commits}
    trunk: dict[str, None] = {}
    step = commits[0].oid if commits else ""
    while step in known and step not in trunk:
        trunk[step] = None
        step = known[step].parents[0] if known[step].parents else ""
    found: dict[str, str] = {}
    for oid in reversed(trunk):
        pending = list(known[oid].parents[1:])
        while pending:
            side = pending.pop()
            if side in known and side not in trunk and side not in found:
                found[side] = oid
                pending.extend(known[side].parents)
    return found


def _is_mentioned(commit: Commit, text: str, entries: list[frozenset[str]]) -> bool:
    if commit.oid[:_SHORT_OID] in text:
        return True
    first = header_of(commit.message)
    if any(re.search(rf"#{number}\b", text) for number in _NUMBER.findall(first)):
        return True
    return any(_is_told(said, entries) for said in _said(commit, first))


def _said(commit: Commit, first: str) -> Iterator[str]:
    """Yield what the commit says about itself: its description and its footers."""
    header = parse_header(commit.message)
    yield without_pull_request(first if header is None else header.description)
    yield from _FOOTER.findall(commit.message)


def _is_told(said: str, entries: list[frozenset[str]]) -> bool:
    """Tell whether one entry has most of the words."""
    wanted = set(_WORD.findall(said.lower()))
    return bool(wanted) and any(len(wanted & entry) >= _ENOUGH * len(wanted) for entry in entries)
