"""Release Branches Policy: which branches there are, how old and how far from the trunk."""

from collections.abc import Iterator

from autodevops.facts.branches import Branch, Branches
from autodevops.facts.equivalence import Merge
from autodevops.guide.model import BranchPolicy
from autodevops.model.finding import Safety, Severity, Unknown, Violation, at_ref
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, in_days, lasting, listed

_SECTION = "Release Branches Policy"
_HISTORY = "`git fetch --unshallow`"


@rule("BR001", "default-branch", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def default_branch(branches: Branches, policy: BranchPolicy) -> Iterator[Violation]:
    """The default branch is `main`.

    Pipelines, deploys and people's habits follow one name for the trunk; another one makes every
    script and document a special case.

    Remedy: Rename it on GitHub (Settings, Default branch), then locally:
    `git branch -m OLD main && git fetch && git remote set-head origin -a`.

    Example:
        # before: the default branch is master
        gh api repos/acme/shop/branches/master/rename -f new_name=main
        git branch -m master main
        git fetch --prune && git remote set-head origin -a
        git branch -u origin/main main
    """
    if branches.default == policy.default:
        return
    yield Violation(
        subject=branches.default,
        message=f"the default branch is {branches.default}; the guide calls it {policy.default}",
        at=at_ref(branches.default),
        evidence={"default": branches.default, "refs": list(branches.default_refs)},
    )


@rule(
    "BR002",
    "forbidden-branch",
    section=_SECTION,
    severity=Severity.HIGH,
    tier="H",
    fix=Safety.UNSAFE,
)
def forbidden_branch(branches: Branches, policy: BranchPolicy) -> Iterator[Violation | Unknown]:
    """There is no `develop`, `staging` or `release/*` branch, here or on the remote.

    A second long-lived line needs merges in both directions, and releases come from tags on the
    trunk.

    Remedy: Merge what is still needed, then delete it: `git push origin --delete NAME` and
    `git branch -D NAME`.

    Example:
        # before: develop is here and on the remote
        git log --oneline main..origin/develop   # nothing left that is needed
        git push origin --delete develop
        git branch -D develop
    """
    if policy.is_forbidden(branches.default):
        yield Violation(
            subject=branches.default,
            message=f"{branches.default}, which the guide forbids, is the default branch; "
            f"make {policy.default} the trunk",
            at=at_ref(branches.default),
            evidence={"refs": list(branches.default_refs), "forbidden": list(policy.forbidden)},
        )
    for branch in branches.others:
        if policy.is_forbidden(branch.name):
            yield Violation(
                subject=branch.name,
                message=f"{branch.name} ({branch.places}) is a branch that the guide forbids; "
                "work on short-lived branches and release by tags",
                at=at_ref(branch.name),
                evidence=_evidence(branch) | {"forbidden": list(policy.forbidden)},
            )
    yield from _unseen(branches)


@rule("BR003", "branch-name", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def branch_name(branches: Branches, policy: BranchPolicy) -> Iterator[Violation | Unknown]:
    """Every branch but the trunk is a `feature/`, `fix/`, `hotfix/`, `docs/` or `chore/` branch.

    The type says how long a branch may live and what its change is; tools and reviewers rely on it.

    Remedy: Rename it, or delete it when it is done:
    `git branch -m NAME feature/NAME && git push origin -u feature/NAME && git push origin --delete
    NAME`.

    Example:
        # before: login-page
        git branch -m login-page feature/login-page
        git push origin -u feature/login-page
        git push origin --delete login-page
    """
    types = listed([f"{kind}/*" for kind in policy.types], most=10)
    for branch in branches.others:
        # What was the trunk under another name keeps the trunk's rights.
        if policy.is_allowed(branch.name) or policy.is_forbidden(branch.name):
            continue
        yield Violation(
            subject=branch.name,
            message=f"{branch.name} ({branch.places}) is of no allowed type: {types}",
            at=at_ref(branch.name),
            evidence=_evidence(branch),
        )
    yield from _unseen(branches)


@rule("BR004", "branch-age", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def branch_age(branches: Branches, policy: BranchPolicy) -> Iterator[Violation | Unknown]:
    """Branches are merged or deleted before the time limit of their type.

    A branch that outlives its limit drifts from the trunk; every day makes the merge harder. Age
    counts from the first commit that the trunk lacks.

    Remedy: Merge it, split it, or delete it: `git push origin --delete NAME`.

    Example:
        # before: feature/login is 9 days old; feature branches live 3 days
        gh pr merge feature/login --squash --delete-branch
    """
    for branch in _judged(branches, policy):
        limit = policy.max_age(branch.name)
        if branch.is_merged or limit is None:
            continue
        if branch.is_cut:
            yield Unknown(reason=f"the age of {branch.name} is beyond the clone", needs=_HISTORY)
        elif branch.age > limit:
            yield Violation(
                subject=branch.name,
                message=f"{branch.name} is {lasting(branch.age)} old; "
                f"{branch.kind} branches live {lasting(limit)}",
                at=at_ref(branch.name),
                evidence=_evidence(branch) | {"limit_days": in_days(limit)},
            )
    yield from _unseen(branches)


@rule(
    "BR005",
    "merged-branch",
    section=_SECTION,
    severity=Severity.MEDIUM,
    tier="H",
    fix=Safety.UNSAFE,
)
def merged_branch(branches: Branches, policy: BranchPolicy) -> Iterator[Violation | Unknown]:
    """Merged branches are deleted, also those merged by squash or rebase.

    A branch whose work is on the trunk only hides the ones that still matter, and somebody may
    build on it by mistake.

    Remedy: Delete it: `git push origin --delete NAME` and `git branch -D NAME`; let GitHub delete
    head branches on merge.

    Example:
        # before: fix/typo is merged and still there
        git push origin --delete fix/typo
        git branch -D fix/typo
    """
    for branch in _judged(branches, policy):
        if branch.is_merged and not branch.is_at_default_tip:
            yield Violation(
                subject=branch.name,
                message=f"{branch.name} ({branch.places}) is {_merged(branch, branches.default)} "
                f"and was last changed {lasting(branch.age)} ago; delete it",
                at=at_ref(branch.name),
                evidence=_evidence(branch),
            )
    yield from _undecided(tuple(_judged(branches, policy)))
    yield from _unseen(branches)


@rule("BR006", "diverged-branch", section=_SECTION, severity=Severity.LOW, tier="H")
def diverged_branch(branches: Branches, policy: BranchPolicy) -> Iterator[Violation | Unknown]:
    """No unmerged branch is more than 50 commits behind the trunk.

    What was reviewed and tested there is no longer what would be merged.

    Remedy: Rebase it on the trunk or delete it: `git rebase origin/main`.

    Example:
        # before: feature/login is 60 commits behind main
        git fetch && git switch feature/login
        git rebase origin/main
        git push --force-with-lease
    """
    for branch in _judged(branches, policy):
        if branch.is_merged:
            continue
        # A history of its own is BR014's matter.
        if branch.is_related and branch.behind > policy.behind_limit:
            yield Violation(
                subject=branch.name,
                message=f"{branch.name} is {counted(branch.behind, 'commit')} behind "
                f"{branches.default}; the limit is {policy.behind_limit}",
                at=at_ref(branch.name),
                evidence=_evidence(branch) | {"limit": policy.behind_limit},
            )
        elif branch.is_cut:
            reason = f"how far {branch.name} is behind lies beyond the clone"
            yield Unknown(reason=reason, needs=_HISTORY)
    yield from _unseen(branches)


def _judged(branches: Branches, policy: BranchPolicy) -> Iterator[Branch]:
    """Yield the branches but the forbidden ones: what becomes of those is BR002's matter."""
    return (b for b in branches.others if not policy.is_forbidden(b.name))


def _unseen(branches: Branches) -> Iterator[Unknown]:
    if branches.why_partial is not None:
        yield Unknown(reason=branches.why_partial, needs="a fetch of all branches")


def _undecided(judged: tuple[Branch, ...]) -> Iterator[Unknown]:
    """Say once for each reason which branches may be merged or not."""
    for reason in dict.fromkeys(branch.why_undecided for branch in judged):
        if reason is None:
            continue
        names = [branch.name for branch in judged if branch.why_undecided == reason]
        cut = any(branch.is_cut for branch in judged if branch.why_undecided == reason)
        yield Unknown(
            reason=f"whether {listed(names)} {'is' if len(names) == 1 else 'are'} merged is open: "
            f"{reason}",
            needs=_HISTORY if cut else None,
        )


def _merged(branch: Branch, default: str) -> str:
    by = f" as {branch.merged_by[:9]}" if branch.merged_by else ""
    match branch.merge:
        case Merge.SQUASHED:
            return f"squashed into {default}{by}"
        case Merge.REBASED:
            return f"rebased onto {default}{by}"
        case _:
            return f"merged into {default}"


def _evidence(branch: Branch) -> dict[str, str | int | float | list[str] | None]:
    return {
        "refs": list(branch.refs),
        "tip": branch.tip,
        "age_days": in_days(branch.age),
        "ahead": branch.ahead,
        "behind": branch.behind,
        "merge": str(branch.merge),
        "merged_by": branch.merged_by,
    }
