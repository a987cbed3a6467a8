"""Finds commits that stand in two histories under different ids."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from autodevops.facts.lineage import reachability
from autodevops.model.history import Commit, History, Node
from autodevops.model.snapshot import Unavailable

COMPARED = 5_000
"""Newest commits on each side whose authors and subjects are compared."""
_SHORTEST_CHAIN = 2

_Key: TypeAlias = tuple[str, int, str]


class Twins(NamedTuple):
    """What a commit's history has in common with the default branch under other ids."""

    twins: int
    """How many of its own commits have a twin there."""
    own: int
    """How many commits of its own it has."""
    root: str | None
    """Its first commit, when it shares nothing with the default branch."""


class Graph:
    """The graph around the default branch, told apart by who reaches what."""

    def __init__(self, nodes: tuple[Node, ...], default_tip: str) -> None:
        """Take the nodes, children before parents, and the default branch's tip."""
        trunk = {default_tip}
        for node in nodes:
            if node.oid in trunk:
                trunk.update(node.parents)
        self.trunk = tuple(node.oid for node in nodes if node.oid in trunk)
        """Commits of the default branch, children before parents."""
        self.others = tuple(node for node in nodes if node.oid not in trunk)
        """Commits that the default branch lacks, children before parents."""
        self._parents = {node.oid: node.parents for node in self.others}
        self._related: set[str] = set()
        self._chains: dict[str, int] = {}
        self.counterparts: dict[str, str] = {}
        """The default branch's commit beside another one, by line of first parents and time."""
        self._follow(_first_children(nodes, trunk) if self.others else {}, trunk)

    def parents_of(self, oid: str) -> tuple[str, ...]:
        """Return the parents of a commit that the default branch lacks."""
        return self._parents.get(oid, ())

    def is_related(self, oid: str) -> bool:
        """Tell whether a commit shares history with the default branch."""
        return oid not in self._parents or oid in self._related

    def is_suspect(self, oid: str) -> bool:
        """Tell whether a commit's history may be a twin, or has a root of its own."""
        return not self.is_related(oid) or self._chains.get(oid, 0) >= _SHORTEST_CHAIN

    def _follow(self, children: Mapping[tuple[str, int], str], trunk: set[str]) -> None:
        """Walk from parents to children, side by side with the default branch.

        A commit's counterpart is the child of its parent's counterpart with the same committer
        time; common commits are their own counterparts.
        """
        for node in reversed(self.others):
            if any(parent in trunk or parent in self._related for parent in node.parents):
                self._related.add(node.oid)
            first = node.parents[0] if node.parents else ""
            beside = first if first in trunk or not first else self.counterparts.get(first)
            twin = None if beside is None else children.get((beside, node.committed_at))
            if twin is not None:
                self.counterparts[node.oid] = twin
            self._chains[node.oid] = self._chains.get(first, 0) + (twin is not None)


def _first_children(nodes: Iterable[Node], trunk: set[str]) -> dict[tuple[str, int], str]:
    """Return the trunk's commits by first parent (empty for a root) and committer time."""
    return {
        (node.parents[0] if node.parents else "", node.committed_at): node.oid
        for node in nodes
        if node.oid in trunk
    }


def count_twins(
    history: History, graph: Graph, tips: Iterable[str]
) -> Mapping[str, Twins] | Unavailable:
    """Return for each tip how many of its own commits the default branch has under other ids."""
    bits = {tip: 1 << number for number, tip in enumerate(sorted(tips))}
    position = {node.oid: index for index, node in enumerate(graph.others)}
    masks = reachability(graph.others, position, bits)
    own = {
        tip: [node for node, mask in zip(graph.others, masks, strict=True) if mask & bit]
        for tip, bit in bits.items()
    }
    every = dict.fromkeys(node.oid for nodes in own.values() for node in nodes)
    twins = _beside(history, graph, list(every)[:COMPARED])
    if isinstance(twins, Unavailable):
        return twins
    if any(not graph.is_related(tip) and not _is_twin(own[tip], twins) for tip in bits):
        elsewhere = _anywhere(history, graph, list(every)[:COMPARED])
        if isinstance(elsewhere, Unavailable):
            return elsewhere
        twins |= elsewhere
    return {tip: _count(graph, tip, nodes, twins) for tip, nodes in own.items()}


def _beside(history: History, graph: Graph, oids: Iterable[str]) -> set[str] | Unavailable:
    """Return the commits whose counterpart, by the committer's time, has their author too."""
    pairs = [(oid, graph.counterparts[oid]) for oid in oids if oid in graph.counterparts]
    said = history.described(oid for pair in pairs for oid in pair)
    if isinstance(said, Unavailable):
        return said
    keys = {commit.oid: _key(commit) for commit in said}
    return {oid for oid, twin in pairs if keys[oid] == keys[twin]}


def _anywhere(history: History, graph: Graph, oids: Iterable[str]) -> set[str] | Unavailable:
    """Return the commits whose author, author's time and subject the default branch has too."""
    theirs = history.described(oids)
    ours = history.described(graph.trunk[:COMPARED])
    if isinstance(theirs, Unavailable):
        return theirs
    if isinstance(ours, Unavailable):
        return ours
    known = {_key(commit) for commit in ours}
    return {commit.oid for commit in theirs if _key(commit) in known}


def _is_twin(own: list[Node], twins: set[str]) -> bool:
    compared = own[:COMPARED]
    return sum(node.oid in twins for node in compared) * 2 >= len(compared)


def _count(graph: Graph, tip: str, own: list[Node], twins: set[str]) -> Twins:
    if graph.is_related(tip):
        root = None
    else:
        root = next((node.oid for node in reversed(own) if not node.parents), None)
    count = sum(node.oid in twins for node in own)
    # A few commits alike are no twin of a history that is another from its first commit on.
    return Twins(0 if root and not _is_twin(own, twins) else count, len(own), root)


def _key(commit: Commit) -> _Key:
    """Return what a rewrite keeps: author, author date and subject."""
    subject = commit.message.partition("\n")[0].strip()
    return (commit.author_email.lower(), commit.authored_at, subject)
