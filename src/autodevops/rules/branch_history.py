"""Release Branches Policy: what history must be like."""

from collections.abc import Iterator

from autodevops.facts.rewrites import OtherHistory, Rewrites
from autodevops.model.finding import Confidence, Severity, Violation, at_ref
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Release Branches Policy"


@rule("BR014", "history-rewritten", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def history_rewritten(rewrites: Rewrites) -> Iterator[Violation]:
    """No other ref holds a rewritten twin of the trunk's history or an unrelated root.

    A purge that leaves the old commits under another branch, tag or backup ref has removed
    nothing: who fetches that ref has the secret or the large file again. A root of its own can
    never be merged.

    Remedy: delete the ref here and on the remote, then expire what is unreachable:
    `git push origin --delete NAME`, `git reflog expire --expire=now --all && git gc --prune=now`;
    for `refs/pull/*` ask the host's support.
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


def _other_history(other: OtherHistory, default: str) -> str:
    own = counted(other.own, "commit")
    if other.twins:
        return (
            f"{other.name} holds {own} that {default} lacks, {other.twins} of them rewritten there "
            "under other ids: the history from before a rewrite is still here"
        )
    return f"{other.name} shares no history with {default}: {own} from a root of its own"
