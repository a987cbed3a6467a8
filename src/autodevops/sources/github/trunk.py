"""The trunk's commits and the pull requests that they came through."""

from collections.abc import Iterable
from datetime import datetime

from autodevops.model.settings import TrunkCommit, TrunkCommits
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.graph_repository import Commit, Commits, PullRequest

_HIDDEN = Unavailable("the pull requests of commits are hidden", "GitHub: pull requests (read)")


def trunk_commits(
    branch: str, pages: Iterable[Commits], since: datetime
) -> TrunkCommits | Unavailable:
    """Return the first-parent commits of these pages, which go back to `since` at most.

    A merge's own commits are left out: they came with it. So is the root, which no pull request
    can bring.
    """
    read: dict[str, Commit] = {}
    is_whole = True
    for page in pages:
        nodes = page.nodes or ()
        if None in nodes:
            return _HIDDEN
        read |= {one.oid: one for one in nodes if one is not None}
        is_whole = not page.page_info.has_next_page
    line = _first_parents(read)
    if any(one.associated_pull_requests is None for one in line):
        return _HIDDEN
    back_to = since if is_whole or not line else line[-1].committed_date
    return TrunkCommits(
        branch=branch,
        commits=tuple(_commit(one, branch) for one in line if _parent(one) is not None),
        reaches_back_to=back_to,
    )


def _first_parents(read: dict[str, Commit]) -> list[Commit]:
    """Return the commits from the tip, which is read first, along first parents."""
    line: list[Commit] = []
    following = next(iter(read), None)
    seen: set[str] = set()
    while following is not None and following in read and following not in seen:
        seen.add(following)
        line.append(read[following])
        following = _parent(read[following])
    return line


def _parent(commit: Commit) -> str | None:
    return next((one.oid for one in commit.parents.nodes or () if one is not None), None)


def _commit(commit: Commit, branch: str) -> TrunkCommit:
    requests = commit.associated_pull_requests
    nodes = (requests.nodes if requests else None) or ()
    return TrunkCommit(
        oid=commit.oid,
        committed_at=commit.committed_date,
        subject=commit.message_headline,
        pull_requests=tuple(
            one.number for one in nodes if one is not None and _brought(one, branch)
        ),
    )


def _brought(request: PullRequest, branch: str) -> bool:
    """Tell whether a pull request brought its commits to the trunk.

    One into a branch that is gone counts: the trunk may have had that name, or the branch was part
    of another pull request.
    """
    base = request.base_ref
    return request.state == "MERGED" and (base is None or base.name == branch)
