"""The branches with their kind, age, distance from the default branch and what became of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.equivalence import Equivalence, Merge, find_equivalents
from autodevops.facts.lineage import Lineage
from autodevops.facts.refs import NamedBranch, Refs
from autodevops.guide.model import BranchPolicy
from autodevops.model.snapshot import Snapshot, Unavailable

_MERGED = (Merge.ANCESTOR, Merge.SQUASHED, Merge.REBASED)


class Branch(Struct, frozen=True, kw_only=True):
    """One branch other than the default one and those of automation."""

    name: str
    """Without `refs/...` and without the remote."""
    refs: tuple[str, ...]
    """Full names of its refs, the local one first."""
    kind: str | None
    """Its type, `feature` for `feature/login`; None for a name without a known type."""
    tip: str
    """Its newest commit."""
    age: timedelta
    """Since the first commit of its own; for a merged one since its tip."""
    ahead: int
    """Commits that the default branch lacks."""
    behind: int
    """Commits of the default branch that it lacks."""
    merge: Merge
    """Whether and how its work is on the default branch."""
    merged_by: str | None
    """The default branch's commit that holds the work, when squashed or rebased."""
    is_at_default_tip: bool
    """Whether it stands exactly where the default branch does."""
    is_related: bool
    """Whether it shares history with the default branch."""
    is_cut: bool
    """Whether a shallow clone leaves out commits that age and distance depend on."""
    why_undecided: str | None
    """Why it is unknown whether its work is on the default branch."""

    @property
    def is_merged(self) -> bool:
        """Tell whether the default branch holds all of its work."""
        return self.merge in _MERGED

    @property
    def places(self) -> str:
        """Return where the branch is: here, on the remote, or both."""
        local = self.refs[0].startswith("refs/heads/")
        remote = self.refs[-1].startswith("refs/remotes/")
        return "local and remote" if local and remote else "remote" if remote else "local"


class Branches(Struct, frozen=True, kw_only=True):
    """The default branch and all others."""

    default: str
    """Name of the default branch."""
    default_refs: tuple[str, ...]
    """Full names of its refs."""
    others: tuple[Branch, ...]
    """All other branches but those of automation, by name."""
    exempt: tuple[str, ...]
    """Names of automation's branches."""
    why_partial: str | None
    """Why there may be branches that are not seen here."""

    @property
    def merged(self) -> tuple[Branch, ...]:
        """Return the merged branches that don't stand at the default branch's tip."""
        return tuple(b for b in self.others if b.is_merged and not b.is_at_default_tip)

    @property
    def unmerged(self) -> tuple[Branch, ...]:
        """Return the branches that are not known to be merged."""
        return tuple(b for b in self.others if not b.is_merged)


@fact
def branches(
    snapshot: Snapshot, refs: Refs, lineage: Lineage, policy: BranchPolicy
) -> Branches | Unavailable:
    """Return the branches; automation's are only named."""
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    judged = tuple(b for b in refs.branches if not policy.is_exempt(b.name))
    cut = {branch.name for branch in judged if _is_cut(branch, lineage)}
    loose = {
        branch.name: lineage.heads_of(
            tuple(tip for tip in branch.tips if not lineage.is_on_default(tip))
        )
        for branch in judged
    }
    equivalents = find_equivalents(
        snapshot.history,
        lineage,
        dict.fromkeys(tip for name, tips in loose.items() if name not in cut for tip in tips),
    )
    return Branches(
        default=refs.default.name,
        default_refs=refs.default.refs,
        others=tuple(
            _branch(
                branch,
                lineage,
                _fate(loose[branch.name], equivalents),
                policy.kind(branch.name),
                snapshot.now,
            )
            for branch in judged
        ),
        exempt=tuple(b.name for b in refs.branches if policy.is_exempt(b.name)),
        why_partial=_why_partial(refs, shallow=snapshot.history.shallow),
    )


def _why_partial(refs: Refs, *, shallow: bool) -> str | None:
    """Return why branches may be missing: a shallow clone usually holds only one."""
    if not shallow or refs.branches:
        return None
    return f"a shallow clone that holds only {refs.default.name} may lack the other branches"


def _is_cut(branch: NamedBranch, lineage: Lineage) -> bool:
    """Tell whether the edge of a shallow clone is on one side of a branch and not on the other."""
    if not lineage.shallow or all(lineage.is_on_default(tip) for tip in branch.tips):
        return False
    mask = lineage.mask_of(branch.tips)
    return any(
        region.has_root and bool(region.mask & mask) != bool(region.mask & lineage.default)
        for region in lineage.regions
        if region.mask & (mask | lineage.default)
    )


def _fate(heads: tuple[str, ...], equivalents: Mapping[str, Equivalence]) -> Equivalence:
    """Return what became of a branch: the least certain answer of its unmerged tips."""
    if not heads:
        return Equivalence(Merge.ANCESTOR)
    cut = Equivalence(Merge.UNDECIDED, reason="the clone is shallow")
    fates = [equivalents.get(head, cut) for head in heads]
    for merge in (Merge.NO, Merge.UNDECIDED):
        for fate in fates:
            if fate.merge is merge:
                return fate
    return fates[0]


def _branch(
    branch: NamedBranch,
    lineage: Lineage,
    fate: Equivalence,
    kind: str | None,
    now: datetime,
) -> Branch:
    mask = lineage.mask_of(branch.tips)
    own = [r for r in lineage.regions if r.mask & mask and not r.mask & lineage.default]
    newest = max(branch.tips, key=lambda tip: _time(lineage, tip))
    merged = fate.merge in _MERGED
    began = _time(lineage, newest) if merged else min(region.earliest for region in own)
    return Branch(
        name=branch.name,
        refs=branch.refs,
        kind=kind,
        tip=newest,
        age=now - datetime.fromtimestamp(began, UTC),
        ahead=sum(region.commits for region in own),
        behind=_count_behind(lineage, mask),
        merge=fate.merge,
        merged_by=fate.commit,
        is_at_default_tip=any(lineage.bits[tip] & lineage.default for tip in branch.tips),
        is_related=any(lineage.bits[tip] in lineage.bases for tip in branch.tips),
        is_cut=_is_cut(branch, lineage),
        why_undecided=fate.reason,
    )


def _count_behind(lineage: Lineage, mask: int) -> int:
    return sum(
        region.commits
        for region in lineage.regions
        if region.mask & lineage.default and not region.mask & mask
    )


def _time(lineage: Lineage, oid: str) -> int:
    return lineage.nodes[lineage.position[oid]].committed_at
