"""What is demanded of commits, since when, and which commits don't meet it."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from autodevops.facts._api import fact
from autodevops.facts._commit_demands import Demand, DemandKind, is_policy, read_demands
from autodevops.facts.refs import Refs
from autodevops.facts.settings import METADATA
from autodevops.guide.model import CommitPolicy, ProtectionPolicy
from autodevops.model.history import Commit, History
from autodevops.model.settings import Protection
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot, Unavailable, decode

_MOST_VERSIONS = 200


class Declaration(Struct, frozen=True, kw_only=True):
    """One demand on commits and how it is met."""

    kind: DemandKind
    """What is demanded."""
    source: str
    """Who demands it: a file, `the guide` or `a ruleset`."""
    line: int | None
    """1-based line, when it is a file."""
    since: datetime
    """When the demand came to be."""
    offenders: tuple[Commit, ...]
    """Later commits on the default branch that don't meet it, newest first."""


class DeclaredCommits(Struct, frozen=True, kw_only=True):
    """The demands on commits, the strongest source of each kind only."""

    branch: str
    """Name of the default branch."""
    declarations: tuple[Declaration, ...]
    """At most one of each kind."""
    unseen: Unavailable | None
    """Why rulesets, or classic protection, could not be seen."""


class _Demanded(NamedTuple):
    """What is demanded, by whom, since when."""

    kind: DemandKind
    source: str
    line: int | None
    since: datetime


@fact
def declared_commits(
    snapshot: Snapshot,
    refs: Refs,
    commit_policy: CommitPolicy,
    policy: ProtectionPolicy,
    protection: Protection | Unavailable,
) -> DeclaredCommits | Unavailable:
    """Return the demands of rulesets, of the guide and of the repository's own documents."""
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    demanded = {one.kind: one for one in _by_guide(policy, commit_policy)}
    demanded |= {one.kind: one for one in _by_ruleset(protection)}
    for demand in _written(snapshot):
        began = None if demand.kind in demanded else _began(demand, history, refs)
        if isinstance(began, Unavailable):
            return began
        if began is not None:
            demanded[demand.kind] = _Demanded(demand.kind, demand.path, demand.line, began)
    if demanded and history.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    declarations: list[Declaration] = []
    for kind in sorted(demanded):
        declaration = _declaration(demanded[kind], history, refs)
        if isinstance(declaration, Unavailable):
            return declaration
        declarations.append(declaration)
    return DeclaredCommits(
        branch=refs.default.name,
        declarations=tuple(declarations),
        unseen=replace(protection, needs=METADATA)
        if isinstance(protection, Unavailable)
        else protection.unseen,
    )


def _by_guide(policy: ProtectionPolicy, commit_policy: CommitPolicy) -> Iterator[_Demanded]:
    since = datetime.combine(commit_policy.since, time(), UTC)
    if policy.signed_commits:
        yield _Demanded(DemandKind.SIGNED, "the guide", None, since)
    if policy.linear_history:
        yield _Demanded(DemandKind.LINEAR, "the guide", None, since)


def _by_ruleset(protection: Protection | Unavailable) -> Iterator[_Demanded]:
    """Yield what rulesets demand, as far as GitHub tells since when."""
    if isinstance(protection, Unavailable) or protection.commit_rules_since is None:
        return
    since = protection.commit_rules_since
    if protection.signed_commits:
        yield _Demanded(DemandKind.SIGNED, "a ruleset", None, since)
    if protection.linear_history:
        yield _Demanded(DemandKind.LINEAR, "a ruleset", None, since)


def _written(snapshot: Snapshot) -> Iterator[Demand]:
    for entry in snapshot.entries:
        if is_policy(entry.path):
            yield from read_demands(entry.path, snapshot.text(entry.path, CONFIG_LIMIT) or "")


def _began(demand: Demand, history: History, refs: Refs) -> datetime | Unavailable | None:
    """Return since when the default branch holds the demand; None when it doesn't yet."""
    versions = history.changes(refs.default.tips, paths=[demand.path], first_parent=False)
    if isinstance(versions, Unavailable):
        return versions
    held = [
        (version.committed_at, change.new_oid)
        for version in versions[:_MOST_VERSIONS]
        for change in version.changes
        if change.path == demand.path
    ]
    began = None
    for (moment, _), (_, content) in zip(
        held, history.blobs((oid for _, oid in held), CONFIG_LIMIT), strict=False
    ):
        text = None if isinstance(content, Unavailable) else decode(content)
        if demand.kind not in {one.kind for one in read_demands(demand.path, text or "")}:
            break
        began = datetime.fromtimestamp(moment, UTC)
    return began


def _declaration(demanded: _Demanded, history: History, refs: Refs) -> Declaration | Unavailable:
    """Return a demand with the later commits that are unsigned, or merges."""
    kind, source, line, since = demanded
    commits = history.commits(refs.default.tips, since=int(since.timestamp()) + 1)
    if isinstance(commits, Unavailable):
        return commits
    offends = _is_unsigned if kind is DemandKind.SIGNED else _is_merge
    return Declaration(
        kind=kind, source=source, line=line, since=since, offenders=tuple(filter(offends, commits))
    )


def _is_unsigned(commit: Commit) -> bool:
    return not commit.signed


def _is_merge(commit: Commit) -> bool:
    return len(commit.parents) > 1
