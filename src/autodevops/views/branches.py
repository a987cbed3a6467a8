"""The inventory of branches."""

from autodevops.facts.branches import Branch, Branches
from autodevops.facts.equivalence import Merge
from autodevops.guide.model import BranchPolicy
from autodevops.model.table import Table

_COLUMNS = ("branch", "type", "where", "age", "limit", "ahead", "behind", "state", "action")


def branches_view(branches: Branches, policy: BranchPolicy) -> Table:
    """Branches, what became of them, and what to do about each."""
    trunk = (branches.default, "default", "", "", "", "", "", "trunk", "keep")
    return Table(
        title="Branches",
        columns=_COLUMNS,
        rows=(
            trunk,
            *(_row(branch, policy) for branch in branches.others),
            *((name, "", "", "", "", "", "", "automation's", "keep") for name in branches.exempt),
        ),
        notes=() if branches.why_partial is None else (branches.why_partial,),
    )


def _row(branch: Branch, policy: BranchPolicy) -> tuple[str, ...]:
    limit = policy.max_age(branch.name)
    cut = "?" if branch.is_cut else ""
    return (
        branch.name,
        branch.kind or "",
        branch.places,
        f"{branch.age.days} d{cut}",
        "" if limit is None else f"{limit.days} d",
        f"{branch.ahead}{cut}",
        f"{branch.behind}{cut}",
        _state(branch),
        _action(branch, policy),
    )


def _state(branch: Branch) -> str:
    if not branch.is_related:
        return "no common history"
    if branch.is_at_default_tip:
        return "at the trunk's tip"
    match branch.merge:
        case Merge.ANCESTOR:
            return "merged"
        case Merge.SQUASHED | Merge.REBASED:
            by = "" if branch.merged_by is None else f" as {branch.merged_by[:12]}"
            return f"{branch.merge}{by}"
        case Merge.UNDECIDED:
            return f"undecided: {branch.why_undecided}"
        case Merge.NO:
            return "not merged"


def _action(branch: Branch, policy: BranchPolicy) -> str:
    """Return what the guide asks for, the most pressing first."""
    limit = policy.max_age(branch.name)
    advice = (
        (branch.is_at_default_tip, "keep"),
        (branch.is_merged, "delete"),
        (policy.is_forbidden(branch.name), "merge it into the trunk, then delete it"),
        (limit is not None and branch.age > limit, "merge or delete: past its limit"),
        (branch.kind is None, "rename"),
        (branch.behind > policy.behind_limit, "update from the trunk"),
    )
    return next((action for is_so, action in advice if is_so), "keep")
