"""Finds commits of the default branch that make the same change as another pair of commits."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from autodevops.facts.lineage import Lineage
from autodevops.model.history import Difference, History, Node
from autodevops.model.snapshot import Unavailable

COMPARED = 10_000
"""Newest commits of the trunk that changes are compared with."""
PATCH_LIMIT = 2_000
"""Most commits of the trunk whose patches are compared in one run."""
_FEW = 20
_NOTHING = Difference()

Pair: TypeAlias = tuple[str, str]
"""Two commits whose difference is meant: old, new."""
Twin: TypeAlias = str | Unavailable
"""The commit that makes the same change, or why that can't be told."""


class Question(NamedTuple):
    """A change to look for on the trunk."""

    pair: Pair
    """The change."""
    tip: str
    """The branch's tip; what it reaches itself doesn't count."""
    since: int
    """Only commits from then on can hold it, Unix seconds."""
    is_commit: bool
    """Whether it is one commit, which keeps its author when it is rebased."""


def pair_of(node: Node) -> Pair:
    """Return the pair of a commit with one parent."""
    return (node.parents[0], node.oid)


class Trunk:
    """The trunk's newest commits by the paths that they change."""

    def __init__(
        self, history: History, lineage: Lineage, since: int, asked: Iterable[Pair]
    ) -> None:
        """Read the changes of the trunk since then, and of the pairs that will be asked about."""
        self._history = history
        self._lineage = lineage
        self._budget = PATCH_LIMIT
        nodes, self.reaches_back_to = _newest(lineage, since)
        pairs = {pair_of(node): node for node in nodes}
        changes = history.diff_paths(dict.fromkeys([*pairs, *asked]))
        self.failure = changes.reason if isinstance(changes, Unavailable) else None
        """Why nothing can be told."""
        self._changes = {} if isinstance(changes, Unavailable) else dict(changes)
        self._by_paths: dict[bytes, list[Node]] = {}
        for pair, node in pairs.items():
            if paths := self.changes(pair).paths:
                self._by_paths.setdefault(paths, []).append(node)

    def changes(self, pair: Pair) -> Difference:
        """Return what a pair changes, as far as it was asked about."""
        return self._changes.get(pair, _NOTHING)

    def learn(self, pairs: Iterable[Pair]) -> None:
        """Read the changes of further pairs; what can't be had changes nothing."""
        missing = set(pairs) - self._changes.keys()
        more = self._history.diff_paths(sorted(missing)) if missing else {}
        if not isinstance(more, Unavailable):
            self._changes.update(more)

    def twins(self, questions: Iterable[Question]) -> dict[Pair, Twin]:
        """Return the commits that make the same changes, for the pairs that have one."""
        found: dict[Pair, Twin] = {}
        compare: dict[Pair, list[Pair]] = {}
        for question in questions:
            changed = self.changes(question.pair)
            nodes = self._candidates(question, changed.paths)
            exact = [node for node in nodes if self._changes[pair_of(node)] == changed]
            if exact:
                found[question.pair] = exact[0].oid
                continue
            if question.is_commit and len(nodes) > _FEW:
                nodes = self._of_same_author(question.pair[1], nodes)
            if len(nodes) > self._budget:
                reason = "too many commits of the trunk change the same files"
                found[question.pair] = Unavailable(reason)
            elif nodes:
                self._budget -= len(nodes)
                compare[question.pair] = [pair_of(node) for node in nodes]
        return found | self._same_patches(compare)

    def _candidates(self, question: Question, paths: bytes) -> list[Node]:
        """Return the commits since the work began that change exactly these paths."""
        bit = self._lineage.bits[question.tip]
        return [
            node
            for node in (self._by_paths.get(paths, ()) if paths else ())
            if node.committed_at >= question.since
            and not self._lineage.masks[self._lineage.position[node.oid]] & bit
        ]

    def _of_same_author(self, oid: str, nodes: list[Node]) -> list[Node]:
        """Return those written by the same author at the same time, as a rebase leaves them."""
        said = self._history.described([oid, *(node.oid for node in nodes)])
        if isinstance(said, Unavailable):
            return nodes
        author = (said[0].author_email, said[0].authored_at)
        same = {one.oid for one in said[1:] if (one.author_email, one.authored_at) == author}
        return [node for node in nodes if node.oid in same]

    def _same_patches(self, compare: Mapping[Pair, list[Pair]]) -> dict[Pair, Twin]:
        if not compare:
            return {}
        wanted = {*compare, *(pair for pairs in compare.values() for pair in pairs)}
        patches = self._history.patch_ids(sorted(wanted))
        if isinstance(patches, Unavailable):
            return dict.fromkeys(compare, patches)
        found: dict[Pair, Twin] = {}
        for pair, candidates in compare.items():
            patch = patches.get(pair)
            same = [new for old, new in candidates if patches.get((old, new)) == patch]
            if patch is not None and same:
                found[pair] = same[0]
        return found


def _newest(lineage: Lineage, since: int) -> tuple[list[Node], int | None]:
    """Return the trunk's commits with one parent since then, newest first and at most `COMPARED`.

    Also the time that they reach back to, when that is later than was asked.
    """
    nodes = [
        node
        for node, mask in zip(lineage.nodes, lineage.masks, strict=True)
        if mask & lineage.default and len(node.parents) == 1 and node.committed_at >= since
    ]
    nodes.sort(key=lambda node: -node.committed_at)
    if len(nodes) <= COMPARED:
        return nodes, None
    return nodes[:COMPARED], nodes[COMPARED - 1].committed_at
