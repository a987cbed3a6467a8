"""Release Branches Policy: what GitHub demands before something reaches the trunk."""

from collections.abc import Iterator

from autodevops.facts.direct_pushes import DirectPushes
from autodevops.guide.model import ProtectionPolicy, ReviewPolicy
from autodevops.model.finding import (
    Plain,
    Safety,
    Severity,
    Unknown,
    Violation,
    at_setting,
    in_commit,
)
from autodevops.model.settings import Block, MergeSettings, Protection
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Release Branches Policy"
_MOST_PLACES = 100


@rule(
    "BR008",
    "review-required",
    section=_SECTION,
    severity=Severity.HIGH,
    tier="G1/G3",
    fix=Safety.UNSAFE,
)
def review_required(protection: Protection, policy: ReviewPolicy) -> Iterator[Violation | Unknown]:
    """The trunk takes only reviewed pull requests: approval, owners' review, answered questions.

    What nobody else has read reaches production unread. Rulesets and classic protection count
    together, an organisation's too.

    Remedy: Add a ruleset for the default branch (Settings, Rules) with "Require a pull request
    before merging" and what the finding names.

    Example:
        # part of a ruleset for the default branch; without a part: BR008
        {"type": "pull_request", "parameters": {
          "required_approving_review_count": 1,
          "dismiss_stale_reviews_on_push": true,
          "require_code_owner_review": true,
          "required_review_thread_resolution": true}}
    """
    branch = protection.branch
    demands: tuple[tuple[str, bool, str], ...] = (
        ("pull_request", protection.pull_request, "takes pushes without a pull request"),
        (
            "required_approving_review_count",
            protection.approvals >= policy.approvals,
            f"needs {counted(protection.approvals, 'approval')}, not {policy.approvals}",
        ),
        (
            "dismiss_stale_reviews_on_push",
            protection.dismiss_stale or not policy.dismiss_stale,
            "keeps approvals when new commits are pushed",
        ),
        (
            "require_code_owner_review",
            protection.code_owners or not policy.code_owners,
            "does not ask code owners for a review",
        ),
        (
            "required_review_thread_resolution",
            protection.resolved_conversations or not policy.resolved_conversations,
            "merges with unresolved conversations",
        ),
    )
    for name, is_met, said in demands:
        if not is_met:
            yield _missing(protection, name, f"{branch} {said}")


@rule(
    "BR009",
    "history-protected",
    section=_SECTION,
    severity=Severity.HIGH,
    tier="G1/G3",
    fix=Safety.UNSAFE,
)
def history_protected(
    protection: Protection, policy: ProtectionPolicy
) -> Iterator[Violation | Unknown]:
    """Nobody can force-push or delete the trunk, administrators included.

    One forced push loses other people's commits and every reference to them.

    Remedy: Add a ruleset for the default branch that restricts deletions and blocks force pushes,
    with an empty bypass list.

    Example:
        # part of a ruleset for the default branch; without a rule: BR009
        "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}],
        "bypass_actors": []
    """
    blocks = (
        ("non_fast_forward", protection.force_pushes, policy.block_force_pushes, "force-pushed"),
        ("deletion", protection.deletion, policy.block_deletion, "deleted"),
    )
    for name, block, is_demanded, done in blocks:
        if not is_demanded:
            continue
        if not block.is_on:
            yield _missing(protection, name, f"{protection.branch} can be {done}")
        elif policy.include_admins:
            yield from _bypassed(protection.branch, name, block, done)


@rule(
    "BR011",
    "delete-on-merge",
    section=_SECTION,
    severity=Severity.LOW,
    tier="G1",
    fix=Safety.UNSAFE,
)
def delete_on_merge(
    merging: MergeSettings, policy: ProtectionPolicy
) -> Iterator[Violation | Unknown]:
    """GitHub deletes head branches when they are merged.

    Merged branches that stay pile up and hide the live ones.

    Remedy: Settings, General, "Automatically delete head branches".

    Example:
        # before: head branches stay when they are merged
        gh repo edit --delete-branch-on-merge
    """
    if isinstance(merging.delete_on_merge, Unavailable):
        yield Unknown(reason=merging.delete_on_merge.reason, needs=merging.delete_on_merge.needs)
    elif policy.delete_on_merge and not merging.delete_on_merge:
        yield Violation(
            subject="delete_branch_on_merge",
            message="head branches stay when they are merged; let GitHub delete them",
            at=at_setting("delete_branch_on_merge"),
            evidence={"delete_branch_on_merge": False},
        )


@rule("BR012", "direct-push", section=_SECTION, severity=Severity.MEDIUM, tier="G2")
def direct_push(pushes: DirectPushes, policy: ReviewPolicy) -> Iterator[Violation | Unknown]:
    """Every commit of the last 90 days came to the trunk through a pull request.

    A direct push skips review and required checks, whoever may do it.

    Remedy: Require pull requests for everyone (BR008, BR009), and review what was pushed.

    Example:
        git push origin main
        becomes
        git switch -c fix/typo
        git push -u origin fix/typo
        gh pr create --fill
    """
    if pushes.pushed:
        newest = pushes.pushed[0]
        yield Violation(
            subject=pushes.branch,
            message=f"{counted(len(pushes.pushed), 'commit')} of the last {policy.window_days} "
            f"days came to {pushes.branch} without a pull request, the newest {newest.oid[:9]} "
            f"({newest.subject[:60]})",
            at=tuple(in_commit(commit.oid) for commit in pushes.pushed[:_MOST_PLACES]),
            evidence={
                "commits": len(pushes.pushed),
                "of": pushes.commits,
                "newest": [commit.oid for commit in pushes.pushed[:5]],
            },
        )
    if pushes.unread_before is not None:
        yield Unknown(
            reason=f"commits before {pushes.unread_before:%Y-%m-%d} were not read",
            needs="GitHub: pull requests (read)",
        )


def _missing(protection: Protection, setting: str, message: str) -> Violation | Unknown:
    """Return a violation; when some protection could not be read, it may still be in force."""
    if protection.unseen is not None:
        return Unknown(
            reason=f"{setting} may be set where it can't be seen: {protection.unseen.reason}",
            needs=protection.unseen.needs,
        )
    evidence: dict[str, Plain] = {"branch": protection.branch, "setting": setting}
    return Violation(subject=setting, message=message, at=at_setting(setting), evidence=evidence)


def _bypassed(branch: str, setting: str, block: Block, done: str) -> Iterator[Violation | Unknown]:
    if isinstance(block.bypassed_by, Unavailable):
        yield Unknown(reason=block.bypassed_by.reason, needs=block.bypassed_by.needs)
    elif block.bypassed_by:
        names = ", ".join(block.bypassed_by)
        yield Violation(
            subject=setting,
            message=f"{branch} can be {done} by {names}, who bypass the protection always",
            at=at_setting(setting),
            evidence={"branch": branch, "setting": setting, "bypass": list(block.bypassed_by)},
        )
