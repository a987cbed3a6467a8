"""Which commits of the default branch are not written as the policy asks."""

from datetime import UTC, datetime, time
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._conventional import (
    header_of,
    is_revert,
    parse_header,
    without_pull_request,
)
from autodevops.facts.commits import DefaultCommits
from autodevops.guide.model import CommitPolicy
from autodevops.model.history import Commit


class CommitFault(NamedTuple):
    """One commit that is written otherwise."""

    oid: str
    """Object id."""
    header: str
    """First line of its message."""
    reason: str
    """What is wrong with it, as the end of a sentence."""


class CommitStyle(Struct, frozen=True, kw_only=True):
    """How the commits since the policy's day are written."""

    branch: str
    """Name of the default branch."""
    judged: int
    """How many commits were looked at; merges and reverts are not."""
    faults: tuple[CommitFault, ...]
    """Newest first."""


@fact
def commit_style(commits: DefaultCommits, policy: CommitPolicy) -> CommitStyle:
    """Judge the header of each commit since the policy's day, which begins at midnight UTC."""
    since = datetime.combine(policy.since, time(), UTC)
    judged = [commit for commit in commits.since(since) if not _is_exempt(commit)]
    faults = (
        CommitFault(commit.oid, header_of(commit.message), reason)
        for commit in judged
        if (reason := fault_of(commit.message, policy)) is not None
    )
    return CommitStyle(branch=commits.branch, judged=len(judged), faults=tuple(faults))


def fault_of(message: str, policy: CommitPolicy) -> str | None:
    """Return what is wrong with a message; None when it is written as the policy asks."""
    header = header_of(message)
    if not header:
        return "has no header"
    parsed = parse_header(message)
    if parsed is None:
        return "is not written as `type: description`"
    if parsed.type not in policy.types:
        return f"has the type {parsed.type}, which is none of the policy's"
    length = len(without_pull_request(header))
    if length > policy.header_limit:
        return f"has a header of {length} characters; {policy.header_limit} are the limit"
    return None


def _is_exempt(commit: Commit) -> bool:
    """Tell whether git itself wrote the message: merges and reverts."""
    return len(commit.parents) > 1 or is_revert(commit.message)
