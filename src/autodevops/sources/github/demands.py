"""What one ruleset, or classic protection, demands of the default branch; and several together."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from autodevops.model.settings import Block, Protection, RequiredCheck
from autodevops.model.snapshot import Unavailable

ADMINISTRATORS = "administrators"
"""What those are called who may administer the repository."""
OWNERS = "organization owners"
"""What those are called who may administer all repositories."""
_NOT_REFUSED = Block(is_on=False)


class Demands(Struct, frozen=True, kw_only=True):
    """What one source demands; what it doesn't speak of is left at its default."""

    pull_request: bool = False
    """Whether changes need a pull request."""
    approvals: int = 0
    """Approving reviews that one needs."""
    dismiss_stale: bool = False
    """Whether new commits dismiss approvals."""
    code_owners: bool = False
    """Whether code owners must approve."""
    resolved_conversations: bool = False
    """Whether conversations must be resolved."""
    force_pushes: Block = _NOT_REFUSED
    """Whether rewriting is refused."""
    deletion: Block = _NOT_REFUSED
    """Whether deleting is refused."""
    required_checks: tuple[RequiredCheck, ...] = ()
    """Checks that must pass."""
    strict: bool | Unavailable = False
    """Whether branches must be up to date."""
    signed_commits: bool = False
    """Whether commits must be signed."""
    linear_history: bool = False
    """Whether merge commits are refused."""
    since: datetime | None = None
    """Since when all this is certainly demanded; None when nobody tells."""


def together(branch: str, demands: Sequence[Demands], unseen: Unavailable | None) -> Protection:
    """Return what is in force when all sources hold at once, the strictest of each demand."""
    return Protection(
        branch=branch,
        pull_request=any(one.pull_request for one in demands),
        approvals=max((one.approvals for one in demands), default=0),
        dismiss_stale=any(one.dismiss_stale for one in demands),
        code_owners=any(one.code_owners for one in demands),
        resolved_conversations=any(one.resolved_conversations for one in demands),
        force_pushes=_block([one.force_pushes for one in demands]),
        deletion=_block([one.deletion for one in demands]),
        required_checks=tuple(
            dict.fromkeys(check for one in demands for check in one.required_checks)
        ),
        strict=_strict(demands),
        signed_commits=any(one.signed_commits for one in demands),
        linear_history=any(one.linear_history for one in demands),
        commit_rules_since=_since(demands),
        unseen=unseen,
    )


def _block(blocks: Iterable[Block]) -> Block:
    """Return what is refused by all together: only who bypasses every block gets through."""
    on = [block for block in blocks if block.is_on]
    known = [block.bypassed_by for block in on if isinstance(block.bypassed_by, tuple)]
    hidden = [block.bypassed_by for block in on if isinstance(block.bypassed_by, Unavailable)]
    if not on:
        return _NOT_REFUSED
    every = dict.fromkeys(name for one in known for name in one)
    everywhere = tuple(name for name in every if all(_passes(name, one) for one in known))
    if hidden and (everywhere or not known):
        return Block(is_on=True, bypassed_by=hidden[0])
    return Block(is_on=True, bypassed_by=everywhere)


def _passes(name: str, bypassing: tuple[str, ...]) -> bool:
    """Tell whether somebody is among those who bypass: owners are administrators, too."""
    return name in bypassing or (name == OWNERS and ADMINISTRATORS in bypassing)


def _strict(demands: Sequence[Demands]) -> bool | Unavailable:
    said = [one.strict for one in demands if one.required_checks]
    if any(one is True for one in said):
        return True
    return next((one for one in said if isinstance(one, Unavailable)), False)


def _since(demands: Sequence[Demands]) -> datetime | None:
    """Return since when signatures and linear history are demanded, whichever there are."""
    kinds: tuple[Callable[[Demands], bool], ...] = (
        lambda one: one.signed_commits,
        lambda one: one.linear_history,
    )
    began: list[datetime] = []
    for is_demanded in kinds:
        sources = [one for one in demands if is_demanded(one)]
        dated = [one.since for one in sources if one.since is not None]
        if sources and not dated:
            return None
        began.extend([min(dated)] if dated else [])
    return max(began, default=None)
