"""Release Branches Policy: what history must be like."""

from collections.abc import Iterator

from autodevops.facts._commit_demands import DemandKind
from autodevops.facts.declared_commits import DeclaredCommits
from autodevops.facts.rewrites import OtherHistory, Rewrites
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    at_ref,
    in_commit,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Release Branches Policy"
_MOST_PLACES = 100
_DEMANDS = {
    DemandKind.SIGNED: ("signed commits", "is unsigned", "are unsigned"),
    DemandKind.LINEAR: ("a linear history", "is a merge", "are merges"),
}


@rule("BR013", "declared-commit-policy", section=_SECTION, severity=Severity.MEDIUM, tier="H/G1")
def declared_commit_policy(
    declared: DeclaredCommits,
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Commits are signed, and history is linear, since the policy demands it.

    A demand that nothing enforces is soon not true any more, and then proves nothing about the
    commits that should have met it. Whether a signature is good can't be told without its key.

    Remedy: Let a ruleset enforce it ("Require signed commits", "Require linear history"), or take
    the sentence out of the document.

    Example:
        # CONTRIBUTING.md says: All commits must be signed.
        before: git commit -m "fix: typo"
        after:  git config commit.gpgsign true
                git commit -m "fix: typo"
    """
    for one in declared.declarations:
        if not one.offenders:
            continue
        demand, one_is, many_are = _DEMANDS[one.kind]
        count = len(one.offenders)
        by_file = () if one.line is None else (in_file(one.source, one.line),)
        yield Violation(
            subject=one.kind,
            message=f"{one.source} demands {demand} since {one.since:%Y-%m-%d}; "
            f"{counted(count, 'later commit')} on {declared.branch} "
            f"{one_is if count == 1 else many_are}, the newest {one.offenders[0].oid[:9]}",
            at=(*by_file, *(in_commit(commit.oid) for commit in one.offenders[:_MOST_PLACES])),
            evidence={
                "source": one.source,
                "since": one.since.isoformat(),
                "commits": count,
            },
        )
    if declared.declarations:
        return
    if declared.unseen is None:
        yield NotApplicable(reason="nothing demands signed commits or a linear history")
    else:
        yield Unknown(
            reason="no document demands signed commits or a linear history; GitHub's settings may",
            needs=declared.unseen.needs,
        )


@rule("BR014", "history-rewritten", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def history_rewritten(rewrites: Rewrites) -> Iterator[Violation | Unknown]:
    """No other ref holds a rewritten twin of the trunk's history or an unrelated root.

    A purge that leaves the old commits under another branch, tag or backup ref has removed
    nothing: who fetches that ref has the secret or the large file again. A root of its own can
    never be merged.

    Remedy: Delete the ref here and on the remote, then expire what is unreachable:
    `git push origin --delete NAME`, `git reflog expire --expire=now --all && git gc --prune=now`;
    for `refs/pull/*` ask the host's support.

    Example:
        # before: backup/old still has the commits from before the purge
        git push origin --delete backup/old
        git branch -D backup/old
        git reflog expire --expire=now --all && git gc --prune=now
    """
    for other in rewrites.found:
        yield Violation(
            subject=other.name,
            message=_other_history(other, rewrites.default),
            at=at_ref(other.name),
            evidence={
                "ref": other.ref,
                "commit": other.commit,
                "own_commits": other.own,
                "twins": other.twins,
                "root": other.root,
            },
            confidence=Confidence.HIGH if other.root else Confidence.MEDIUM,
        )
    if rewrites.unread:
        yield Unknown(reason=f"{rewrites.unread} refs of proposals were not looked at")


def _other_history(other: OtherHistory, default: str) -> str:
    own = counted(other.own, "commit")
    if other.twins:
        return (
            f"{other.name} holds {own} that {default} lacks, {other.twins} of them rewritten there "
            "under other ids: the history from before a rewrite is still here"
        )
    return f"{other.name} shares no history with {default}: {own} from a root of its own"
