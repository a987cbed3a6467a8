"""The graph pass, held against brute force on random histories."""

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts.lineage import Lineage, read_lineage
from autodevops.facts.refs import NamedBranch, Refs
from autodevops.model.history import Node


@st.composite
def histories(draw: st.DrawFn) -> tuple[tuple[Node, ...], Refs]:
    """Commits `0`, `1`, ... whose parents come before them, and branches at some of them."""
    size = draw(st.integers(1, 14))
    nodes = []
    for number in range(size):
        most = min(2, number)
        parents = draw(
            st.lists(st.integers(0, number - 1), max_size=most, unique=True)
            if number
            else st.just([])
        )
        time = draw(st.integers(0, 100))
        nodes.append(Node(str(number), time, tuple(str(parent) for parent in parents)))
    tips = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=6))
    branches = [
        NamedBranch(name=f"b{i}", refs=(f"refs/heads/b{i}",), tips=(str(tip),))
        for i, tip in enumerate(tips)
    ]
    refs = Refs(default=branches[0], branches=tuple(branches[1:]), tags=(), others=())
    return tuple(reversed(nodes)), refs


def reached(nodes: tuple[Node, ...], tip: str) -> set[str]:
    parents = {node.oid: node.parents for node in nodes}
    pending, found = [tip], set()
    while pending:
        oid = pending.pop()
        if oid not in found:
            found.add(oid)
            pending.extend(parents[oid])
    return found


def counted(lineage: Lineage, tip: str, *, on_default: bool) -> int:
    bit = lineage.bits[tip]
    return sum(
        region.commits
        for region in lineage.regions
        if bool(region.mask & lineage.default) == on_default
        and bool(region.mask & bit) != on_default
    )


@given(histories())
def test_regions_count_what_is_ahead_and_behind(history: tuple[tuple[Node, ...], Refs]) -> None:
    nodes, refs = history
    lineage = read_lineage(nodes, refs, shallow=False)
    trunk = reached(nodes, refs.default.tips[0])
    for branch in refs.branches:
        (tip,) = branch.tips
        own = reached(nodes, tip)
        assert lineage.is_on_default(tip) == (tip in trunk)
        assert counted(lineage, tip, on_default=False) == len(own - trunk)
        assert counted(lineage, tip, on_default=True) == len(trunk - own)


@given(histories())
def test_bases_are_merge_bases(history: tuple[tuple[Node, ...], Refs]) -> None:
    nodes, refs = history
    lineage = read_lineage(nodes, refs, shallow=False)
    trunk = reached(nodes, refs.default.tips[0])
    for branch in refs.branches:
        (tip,) = branch.tips
        common = trunk & reached(nodes, tip)
        below = {parent for oid in common for parent in reached(nodes, oid) - {oid}}
        base = lineage.bases.get(lineage.bits[tip])
        assert (base in common - below) if common else base is None


@given(histories())
def test_own_commits_are_those_that_the_trunk_lacks(
    history: tuple[tuple[Node, ...], Refs],
) -> None:
    nodes, refs = history
    lineage = read_lineage(nodes, refs, shallow=False)
    trunk = reached(nodes, refs.default.tips[0])
    own = lineage.own_commits(tip for branch in refs.branches for tip in branch.tips)
    for tip, found in own.items():
        assert [node.oid for node in found] == [
            node.oid for node in nodes if node.oid in reached(nodes, tip) - trunk
        ]
