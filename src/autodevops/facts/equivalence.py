"""Whether a branch's work is on the default branch under other commit ids: squashed or rebased.

A squash is one commit on the trunk with the patch of `merge-base..tip`; a rebase is a commit with
the same patch for each of the branch's own. Comparing patches is dear, so candidates must first
change exactly the same paths, and the trunk is only looked at as far back as `COMPARED` commits.
What these limits leave open is `UNDECIDED`, never "not merged".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from autodevops.facts.lineage import Lineage
from autodevops.model.snapshot import Change, History, Node, Unavailable

COMPARED = 10_000
"""Newest commits of the trunk that branches are compared with."""
OWN_LIMIT = 200
"""Most commits of one branch that are looked for one by one."""
PATCH_LIMIT = 2_000
"""Most commits of the trunk whose patches are compared, all branches together."""

Pair: TypeAlias = tuple[str, str]
"""Two commits whose difference is meant: old, new."""


class Merge(StrEnum):
    """Whether and how a branch's work is on the default branch."""

    NO = "no"
    ANCESTOR = "merged"
    SQUASHED = "squashed"
    REBASED = "rebased"
    UNDECIDED = "undecided"


class Equivalence(NamedTuple):
    """What became of one tip's work."""

    merge: Merge
    """How it is on the default branch."""
    commit: str | None = None
    """The commit there that holds it, or the newest of several."""
    reason: str | None = None
    """Why it could not be decided."""


NOT_MERGED = Equivalence(Merge.NO)


@dataclass(frozen=True, slots=True)
class Work:
    """One tip's own work."""

    tip: str
    """The tip."""
    base: str
    """Where it left the default branch."""
    commits: tuple[Node, ...]
    """Its own commits with one parent, newest first."""
    took_trunk: bool
    """Whether it merged something, the default branch for one, into itself."""

    @property
    def began(self) -> int:
        """Return the committer time of its oldest commit."""
        return min(node.committed_at for node in self.commits)

    @property
    def whole(self) -> Pair:
        """Return the pair of its whole difference."""
        return (self.base, self.tip)

    @property
    def last(self) -> Pair:
        """Return the pair of its newest commit."""
        return pair_of(self.commits[0])


def pair_of(node: Node) -> Pair:
    """Return the pair of a commit with one parent."""
    return (node.parents[0], node.oid)


def find_equivalents(
    history: History, lineage: Lineage, tips: Iterable[str]
) -> Mapping[str, Equivalence]:
    """Return for each tip that the default branch doesn't reach what became of its work."""
    wanted = tuple(tips)
    works = _works(lineage, wanted)
    found = dict.fromkeys(wanted, NOT_MERGED)
    if not works:
        return found
    trunk = _Trunk(history, lineage, works)
    if trunk.failure is not None:
        return found | {
            work.tip: Equivalence(Merge.UNDECIDED, reason=trunk.failure) for work in works
        }
    return found | trunk.judge()


def _works(lineage: Lineage, tips: Iterable[str]) -> tuple[Work, ...]:
    """Return the work of the tips that share history with the trunk and have some of their own."""
    works = []
    for tip, own in lineage.own_commits(tips).items():
        base = lineage.bases.get(lineage.bits[tip])
        plain = tuple(node for node in own if len(node.parents) == 1)
        if base is not None and plain:
            works.append(Work(tip, base, plain, len(plain) < len(own)))
    return tuple(works)


class _Trunk:
    """The trunk's newest commits by the paths that they change, and the questions to them."""

    def __init__(self, history: History, lineage: Lineage, works: tuple[Work, ...]) -> None:
        self._history = history
        self._lineage = lineage
        self._works = works
        self._budget = PATCH_LIMIT
        nodes, self._reaches_back_to = _newest(lineage, min(work.began for work in works))
        pairs = {pair_of(node): node for node in nodes}
        asked = {pair for work in works for pair in (work.whole, work.last)}
        changes = history.diff_paths([*pairs, *(asked - pairs.keys())])
        self.failure = changes.reason if isinstance(changes, Unavailable) else None
        self._changes = {} if isinstance(changes, Unavailable) else dict(changes)
        self._by_paths: dict[tuple[str, ...], list[Node]] = {}
        for pair, node in pairs.items():
            if changed := self._changes.get(pair):
                self._by_paths.setdefault(_paths(changed), []).append(node)

    def judge(self) -> dict[str, Equivalence]:
        """Return what became of each piece of work."""
        first = self._twins(
            {pair: work for work in self._works for pair in (work.whole, work.last)}
        )
        rebased = [work for work in self._works if _is_commit(first.get(work.last))]
        within = [work for work in rebased if len(work.commits) <= OWN_LIMIT]
        self._add({pair_of(node) for work in within for node in work.commits})
        every = first | self._twins(
            {pair_of(node): work for work in within for node in work.commits if work.commits[1:]}
        )
        return {work.tip: self._answer(work, every) for work in self._works}

    def _answer(self, work: Work, twins: Mapping[Pair, str | Unavailable]) -> Equivalence:
        squash = twins.get(work.whole)
        if isinstance(squash, str):
            return Equivalence(Merge.SQUASHED, squash)
        if not self._changes.get(work.whole) and work.took_trunk:
            return Equivalence(Merge.SQUASHED, work.base)
        newest = twins.get(work.last)
        if isinstance(newest, str):
            if len(work.commits) > OWN_LIMIT:
                reason = f"more than {OWN_LIMIT} commits would have to be found"
                return Equivalence(Merge.UNDECIDED, reason=reason)
            # Commits without a difference leave nothing to look for.
            pairs = [pair_of(node) for node in work.commits]
            if all(isinstance(twins.get(p), str) for p in pairs if self._changes.get(p)):
                return Equivalence(Merge.REBASED, newest)
        return self._undecided(work, twins) or NOT_MERGED

    def _undecided(self, work: Work, twins: Mapping[Pair, str | Unavailable]) -> Equivalence | None:
        pairs = (work.whole, *(pair_of(node) for node in work.commits))
        for pair in pairs:
            twin = twins.get(pair)
            if isinstance(twin, Unavailable):
                return Equivalence(Merge.UNDECIDED, reason=twin.reason)
        if self._reaches_back_to is not None and work.began < self._reaches_back_to:
            reason = f"the work is older than the {COMPARED} newest commits that are compared"
            return Equivalence(Merge.UNDECIDED, reason=reason)
        return None

    def _add(self, pairs: set[Pair]) -> None:
        """Learn the changes of further pairs; what can't be had stays unknown to `_twins`."""
        missing = pairs - self._changes.keys()
        more = self._history.diff_paths(missing) if missing else {}
        if not isinstance(more, Unavailable):
            self._changes.update(more)

    def _twins(self, asked: Mapping[Pair, Work]) -> dict[Pair, str | Unavailable]:
        """Return for each pair a commit of the trunk that makes the same change."""
        found: dict[Pair, str | Unavailable] = {}
        compare: dict[Pair, list[Pair]] = {}
        for pair, work in asked.items():
            nodes = self._candidates(pair, work)
            exact = [n for n in nodes if self._changes[pair_of(n)] == self._changes[pair]]
            if exact:
                found[pair] = exact[0].oid
            elif len(nodes) > self._budget:
                found[pair] = Unavailable("too many commits of the trunk change the same files")
            elif nodes:
                self._budget -= len(nodes)
                compare[pair] = [pair_of(node) for node in nodes]
        return found | self._same_patches(compare)

    def _candidates(self, pair: Pair, work: Work) -> list[Node]:
        """Return the trunk's commits since the work began that change exactly these paths."""
        changed = self._changes.get(pair)
        bit = self._lineage.bits[work.tip]
        return (
            [
                node
                for node in self._by_paths.get(_paths(changed), ())
                if node.committed_at >= work.began
                and not self._lineage.masks[self._lineage.position[node.oid]] & bit
            ]
            if changed
            else []
        )

    def _same_patches(self, compare: Mapping[Pair, list[Pair]]) -> dict[Pair, str | Unavailable]:
        if not compare:
            return {}
        wanted = {*compare, *(pair for pairs in compare.values() for pair in pairs)}
        patches = self._history.patch_ids(sorted(wanted))
        if isinstance(patches, Unavailable):
            return dict.fromkeys(compare, patches)
        found: dict[Pair, str | Unavailable] = {}
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


def _paths(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(change.path for change in changes)


def _is_commit(twin: str | Unavailable | None) -> bool:
    return isinstance(twin, str)
