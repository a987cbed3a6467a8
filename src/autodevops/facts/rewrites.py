"""Refs that hold another history: what a rewrite left behind, or a root of its own.

Tools that rewrite history (`git filter-repo`, `git filter-branch`, BFG) keep each commit's author,
dates and subject. So a ref that shares no commit with the default branch is its twin when most of
its commits are there under other ids; and a ref that shares the beginning is one when, from where
they part, commit after commit has a counterpart with the same committer time and the same author.
A rebase or a cherry-pick sets a new committer time, and so makes no twin.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._twins import Graph, count_twins
from autodevops.facts.branches import Branches
from autodevops.facts.lineage import Lineage
from autodevops.facts.refs import Refs
from autodevops.guide.model import BranchPolicy
from autodevops.model.history import History, Node, Ref
from autodevops.model.snapshot import Snapshot, Unavailable

HOSTED_LIMIT = 5_000
"""Most refs of proposals that are looked at."""
# Written by git or a host for its own ends, or somebody else's: a history of their own is normal.
_OTHERS_OWN = tuple(
    f"refs/{name}/" for name in ("notes", "replace", "remotes", "prefetch", "bisect", "meta")
)
# What a host keeps of proposals, which may come from anywhere: only a twin tells something.
_HOSTED = ("refs/pull/", "refs/merge-requests/", "refs/changes/", "refs/keep-around/")

# One counterpart may be a commit that was only amended.
_FEWEST_TWINS = 2


class OtherHistory(NamedTuple):
    """One ref that holds another history."""

    name: str
    """The branch or tag, or the full name of any other ref."""
    ref: str
    """Full name."""
    commit: str
    """The commit that it holds."""
    twins: int
    """How many of its commits have a twin on the default branch; 0 for an unrelated history."""
    own: int
    """How many commits the default branch lacks."""
    root: str | None
    """Its first commit, when it shares nothing with the default branch."""


class Rewrites(Struct, frozen=True, kw_only=True):
    """The refs that hold another history than the default branch."""

    default: str
    """Name of the default branch."""
    found: tuple[OtherHistory, ...]
    """By name."""
    unread: int
    """Refs of proposals that were not looked at, because a host kept too many of them here."""


class _Candidate(NamedTuple):
    """A ref to look at."""

    name: str
    ref: str
    commit: str


@fact
def rewrites(
    snapshot: Snapshot, refs: Refs, lineage: Lineage, branches: Branches, policy: BranchPolicy
) -> Rewrites | Unavailable:
    """Return the refs that hold a rewritten twin of the default branch or a root of their own."""
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    if lineage.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    hosted = sum(ref.name.startswith(_HOSTED) for ref in refs.others)
    unread = hosted if hosted > HOSTED_LIMIT else 0
    others = tuple(r for r in refs.others if not unread or not r.name.startswith(_HOSTED))
    nodes = _nodes(history, others, refs, lineage)
    if isinstance(nodes, Unavailable):
        return nodes
    graph = Graph(nodes, refs.default.tips[0])
    merged = {branch.name for branch in branches.others if branch.is_merged}
    suspects = [
        candidate
        for candidate in _candidates(refs, others, graph, policy)
        if candidate.name not in merged and graph.is_suspect(candidate.commit)
    ]
    found = _found(history, graph, suspects)
    if isinstance(found, Unavailable):
        return found
    return Rewrites(default=refs.default.name, found=tuple(sorted(found)), unread=unread)


def _nodes(
    history: History, others: Iterable[Ref], refs: Refs, lineage: Lineage
) -> tuple[Node, ...] | Unavailable:
    """Return the graph of branches and tags, with what only other refs reach in front."""
    further = {ref.commit for ref in others if ref.commit} - lineage.position.keys()
    if not further:
        return lineage.nodes
    more = history.graph(further, exclude=refs.default.tips)
    if isinstance(more, Unavailable):
        return more
    return (*(node for node in more if node.oid not in lineage.position), *lineage.nodes)


def _candidates(
    refs: Refs, others: Iterable[Ref], graph: Graph, policy: BranchPolicy
) -> Iterator[_Candidate]:
    """Yield every ref but the default branch's own, automation's and what others keep."""
    for full, tip in zip(refs.default.refs[1:], refs.default.tips[1:], strict=False):
        yield _Candidate(full.removeprefix("refs/remotes/"), full, tip)
    for branch in refs.branches:
        if not policy.is_exempt(branch.name):
            for tip in branch.tips:
                yield _Candidate(branch.name, branch.refs[0], tip)
    for ref in (*refs.tags, *others):
        if ref.commit and not ref.name.startswith(_OTHERS_OWN):
            yield _Candidate(ref.name.removeprefix("refs/tags/"), ref.name, _content(ref, graph))


def _content(ref: Ref, graph: Graph) -> str:
    """Return the commit that a ref is about: a stash is about the commit it was made on."""
    commit = ref.commit or ""
    parents = graph.parents_of(commit) if ref.name == "refs/stash" else ()
    return parents[0] if parents else commit


def _found(
    history: History, graph: Graph, suspects: Iterable[_Candidate]
) -> list[OtherHistory] | Unavailable:
    suspects = tuple(suspects)
    counts = count_twins(history, graph, {suspect.commit for suspect in suspects})
    if isinstance(counts, Unavailable):
        return counts
    found: dict[str, OtherHistory] = {}
    for name, ref, commit in suspects:
        twins, own, root = counts[commit]
        is_twin = twins >= _FEWEST_TWINS or (root and twins)
        if is_twin or (root and not ref.startswith(_HOSTED)):
            found.setdefault(name, OtherHistory(name, ref, commit, twins, own, root))
    return list(found.values())
