"""How much of the recent change to what somebody owns is their own."""

from collections.abc import Iterable

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.codeowners import Owner, OwnerKind
from autodevops.facts.ownership import Ownership
from autodevops.facts.refs import Refs
from autodevops.guide.model import OwnershipPolicy
from autodevops.model.history import CommitChanges
from autodevops.model.moments import days_before
from autodevops.model.snapshot import Snapshot, Unavailable

_NOREPLY = "users.noreply.github.com"


class OwnerActivity(Struct, frozen=True, kw_only=True):
    """One owner's part in what they own, within the policy's days."""

    owner: Owner
    """The owner."""
    line: int
    """1-based line of CODEOWNERS that names them first."""
    known: bool
    """Whether their commits could be told from others': an address, or a login seen in one."""
    changes: int
    """Changed files, summed over all commits by anybody."""
    own_changes: int
    """Those of them in the owner's commits."""


class OwnerActivities(Struct, frozen=True, kw_only=True):
    """The activity of every owner in CODEOWNERS."""

    owners: tuple[OwnerActivity, ...]
    """In the order of the file."""


@fact
def owner_activities(
    snapshot: Snapshot, refs: Refs, ownership: Ownership, policy: OwnershipPolicy
) -> OwnerActivities | Unavailable:
    """Count what each owner changed of their own on the default branch."""
    owners = ownership.codeowners.owners
    commits: tuple[CommitChanges, ...] | Unavailable = ()
    if any(owner.kind is not OwnerKind.TEAM for owner, _ in owners):
        since = days_before(snapshot.now, policy.active_days)
        commits = _commits(snapshot, refs.default.tips, int(since.timestamp()))
    if isinstance(commits, Unavailable):
        return commits
    return OwnerActivities(
        owners=tuple(_activity(owner, line, ownership, commits) for owner, line in owners)
    )


def _commits(
    snapshot: Snapshot, tips: tuple[str, ...], since: int
) -> tuple[CommitChanges, ...] | Unavailable:
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    if snapshot.history.shallow:
        return Unavailable("the clone is shallow", needs="the whole history")
    return snapshot.history.changes(tips, since=since, first_parent=False)


def _activity(
    owner: Owner, line: int, ownership: Ownership, commits: Iterable[CommitChanges]
) -> OwnerActivity:
    files = ownership.files_of(owner.name) if owner.kind is not OwnerKind.TEAM else frozenset()
    changes = own = 0
    known = owner.kind is OwnerKind.EMAIL
    for commit in commits:
        theirs = _is_by(owner, commit.author_email)
        known = known or theirs
        count = sum(change.path in files for change in commit.changes)
        changes += count
        own += count * theirs
    return OwnerActivity(owner=owner, line=line, known=known, changes=changes, own_changes=own)


def _is_by(owner: Owner, email: str) -> bool:
    """Tell whether an address is the owner's; GitHub's no-reply addresses hold the login."""
    address = email.lower()
    if owner.kind is OwnerKind.EMAIL:
        return address == owner.key
    local, _, domain = address.partition("@")
    return domain == _NOREPLY and local.rpartition("+")[2] == owner.key.removeprefix("@")
