"""Commits that reached the default branch without a pull request."""

from datetime import datetime

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.guide.model import ReviewPolicy
from autodevops.model.moments import days_before
from autodevops.model.settings import TrunkCommit, TrunkCommits
from autodevops.model.snapshot import Snapshot


class DirectPushes(Struct, frozen=True, kw_only=True):
    """What came to the default branch without a pull request, within the policy's window."""

    branch: str
    """Name of the default branch."""
    pushed: tuple[TrunkCommit, ...]
    """Such commits, newest first."""
    commits: int
    """All commits of the window."""
    unread_before: datetime | None
    """The window reaches further back than what was read: from here on it is known."""


@fact
def direct_pushes(snapshot: Snapshot, trunk: TrunkCommits, policy: ReviewPolicy) -> DirectPushes:
    """Return the direct pushes of the policy's window."""
    since = days_before(snapshot.now, policy.window_days)
    recent = [commit for commit in trunk.commits if commit.committed_at >= since]
    return DirectPushes(
        branch=trunk.branch,
        pushed=tuple(commit for commit in recent if not commit.pull_requests),
        commits=len(recent),
        unread_before=trunk.reaches_back_to if trunk.reaches_back_to > since else None,
    )
