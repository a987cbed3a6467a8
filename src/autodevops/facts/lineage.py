"""The commit graph of branches and tags, with what each branch reaches, in two linear passes."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.refs import Refs
from autodevops.model.history import Node
from autodevops.model.snapshot import Snapshot, Unavailable


class Region(NamedTuple):
    """All commits that exactly the same tips reach."""

    mask: int
    """One bit for each tip that reaches them."""
    commits: int
    """How many there are."""
    earliest: int
    """Least committer time among them, Unix seconds."""
    has_root: bool
    """Whether one of them has no parent here: a first commit, or the edge of a shallow clone."""


class Lineage(Struct, frozen=True, kw_only=True):
    """Commits that branches and tags reach, children before parents."""

    nodes: tuple[Node, ...]
    """The graph, children before parents."""
    position: Mapping[str, int]
    """Index in `nodes` by object id."""
    masks: tuple[int, ...]
    """For each node, one bit for each tip of a branch that reaches it."""
    bits: Mapping[str, int]
    """The bit of each branch's tip, by object id."""
    default: int
    """The bits of the default branch's tips."""
    regions: tuple[Region, ...]
    """The commits grouped by who reaches them."""
    bases: Mapping[int, str]
    """For each bit, a merge base with the default branch; absent when they share no history."""
    shallow: bool
    """Whether commits are missing below a shallow boundary."""

    def is_on_default(self, oid: str) -> bool:
        """Tell whether the default branch reaches a commit."""
        index = self.position.get(oid)
        return index is not None and bool(self.masks[index] & self.default)

    def mask_of(self, tips: Iterable[str]) -> int:
        """Return the bits of these tips together."""
        return reduce(or_, (self.bits[tip] for tip in tips), 0)

    def heads_of(self, tips: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tips that none of the others reaches."""
        return tuple(
            tip
            for tip in tips
            if not any(
                self.masks[self.position[tip]] & self.bits[other] for other in tips if other != tip
            )
        )

    def own_commits(self, tips: Iterable[str]) -> Mapping[str, tuple[Node, ...]]:
        """Return each tip's commits that are not on the default branch, newest first."""
        wanted = {self.bits[tip]: tip for tip in tips}
        every = reduce(or_, wanted, 0)
        found: dict[str, list[Node]] = {tip: [] for tip in wanted.values()}
        for node, mask in zip(self.nodes, self.masks, strict=True):
            rest = 0 if mask & self.default else mask & every
            while rest:
                bit = rest & -rest
                found[wanted[bit]].append(node)
                rest ^= bit
        return {tip: tuple(nodes) for tip, nodes in found.items()}


@fact
def lineage(snapshot: Snapshot, refs: Refs) -> Lineage | Unavailable:
    """Return the graph of everything that branches and tags reach."""
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    tips = [*refs.default.tips, *(tip for branch in refs.branches for tip in branch.tips)]
    tagged = [ref.commit for ref in refs.tags if ref.commit]
    nodes = snapshot.history.graph(dict.fromkeys([*tips, *tagged]))
    if isinstance(nodes, Unavailable):
        return nodes
    return read_lineage(nodes, refs, shallow=snapshot.history.shallow)


def read_lineage(nodes: tuple[Node, ...], refs: Refs, *, shallow: bool) -> Lineage:
    """Return the lineage of a graph that holds every tip of the branches."""
    tips = [*refs.default.tips, *(tip for branch in refs.branches for tip in branch.tips)]
    bits = {tip: 1 << number for number, tip in enumerate(dict.fromkeys(tips))}
    default = reduce(or_, (bits[tip] for tip in refs.default.tips), 0)
    position = {node.oid: index for index, node in enumerate(nodes)}
    masks = reachability(nodes, position, bits)
    return Lineage(
        nodes=nodes,
        position=position,
        masks=masks,
        bits=bits,
        default=default,
        regions=_regions(nodes, masks),
        bases=_merge_bases(nodes, masks, default),
        shallow=shallow,
    )


def reachability(
    nodes: tuple[Node, ...], position: Mapping[str, int], bits: Mapping[str, int]
) -> tuple[int, ...]:
    """Return for each node which tips reach it: bits flow from children to parents."""
    masks = [0] * len(nodes)
    for tip, bit in bits.items():
        if tip in position:
            masks[position[tip]] = bit
    for index, node in enumerate(nodes):
        mask = masks[index]
        for parent in node.parents:
            at = position.get(parent)
            if at is not None and masks[at] != mask:
                masks[at] |= mask
    return tuple(masks)


def _regions(nodes: tuple[Node, ...], masks: tuple[int, ...]) -> tuple[Region, ...]:
    counts: dict[int, int] = {}
    earliest: dict[int, int] = {}
    roots: set[int] = set()
    for node, mask in zip(nodes, masks, strict=True):
        counts[mask] = counts.get(mask, 0) + 1
        if node.committed_at < earliest.setdefault(mask, node.committed_at):
            earliest[mask] = node.committed_at
        if not node.parents:
            roots.add(mask)
    return tuple(
        Region(mask=mask, commits=count, earliest=earliest[mask], has_root=mask in roots)
        for mask, count in counts.items()
    )


def _merge_bases(
    nodes: tuple[Node, ...], masks: tuple[int, ...], default: int
) -> Mapping[int, str]:
    """Return the first commit in the order that both a tip and the default branch reach.

    No child of it has both, since children come first: so it is one of git's merge bases.
    """
    bases: dict[int, str] = {}
    seen = 0
    for node, mask in zip(nodes, masks, strict=True):
        if not mask & default:
            continue
        new = mask & ~seen
        while new:
            bit = new & -new
            bases[bit] = node.oid
            new ^= bit
        seen |= mask
    return bases
