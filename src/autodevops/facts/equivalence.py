"""Whether a branch's work is on the default branch under other commit ids: squashed or rebased.

A squash is one commit on the trunk with the patch of `merge-base..tip`; a rebase is a commit with
the same patch for each of the branch's own. Comparing patches is dear, so candidates must first
change exactly the same paths, and the trunk is only looked at as far back as `COMPARED` commits of
`_trunk.py`.
What these limits leave open is `UNDECIDED`, never "not merged".
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._trunk import COMPARED, Pair, Question, Trunk, Twin, pair_of
from autodevops.facts.lineage import Lineage
from autodevops.model.history import History, Node
from autodevops.model.snapshot import Unavailable

OWN_LIMIT = 200
"""Most commits of one branch that are looked for one by one."""


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


class Work(Struct, frozen=True):
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
    def whole(self) -> Question:
        """Return the question for its whole difference."""
        return Question((self.base, self.tip), self.tip, self.began, is_commit=False)

    @property
    def each(self) -> tuple[Question, ...]:
        """Return the questions for its commits, newest first."""
        began = self.began
        return tuple(
            Question(pair_of(node), self.tip, began, is_commit=True) for node in self.commits
        )

    @property
    def last(self) -> Question:
        """Return the question for its newest commit."""
        return Question(pair_of(self.commits[0]), self.tip, self.began, is_commit=True)


def find_equivalents(
    history: History, lineage: Lineage, tips: Iterable[str]
) -> Mapping[str, Equivalence]:
    """Return for each tip that the default branch doesn't reach what became of its work."""
    wanted = tuple(tips)
    works = _works(lineage, wanted)
    found = dict.fromkeys(wanted, NOT_MERGED)
    if not works:
        return found
    asked = {question.pair for work in works for question in (work.whole, work.last)}
    trunk = Trunk(history, lineage, min(work.began for work in works), sorted(asked))
    if trunk.failure is not None:
        undecided = Equivalence(Merge.UNDECIDED, reason=trunk.failure)
        return found | dict.fromkeys((work.tip for work in works), undecided)
    twins = _twins(trunk, works)
    return found | {work.tip: _answer(work, trunk, twins) for work in works}


def _works(lineage: Lineage, tips: Iterable[str]) -> tuple[Work, ...]:
    """Return the work of the tips that share history with the trunk and have some of their own."""
    works = []
    for tip, own in lineage.own_commits(tips).items():
        base = lineage.bases.get(lineage.bits[tip])
        plain = tuple(node for node in own if len(node.parents) == 1)
        if base is not None and plain:
            works.append(Work(tip, base, plain, len(plain) < len(own)))
    return tuple(works)


def _twins(trunk: Trunk, works: tuple[Work, ...]) -> Mapping[Pair, Twin]:
    """Return the twins of each whole and last change, and of all commits where the last has one.

    Most branches are answered by the first two, so the rest is only asked where it can matter.
    """
    twins = trunk.twins(question for work in works for question in (work.whole, work.last))
    further = [
        question
        for work in works
        if isinstance(twins.get(work.last.pair), str) and len(work.commits) <= OWN_LIMIT
        for question in work.each[1:]
    ]
    trunk.learn(question.pair for question in further)
    return twins | trunk.twins(further)


def _answer(work: Work, trunk: Trunk, twins: Mapping[Pair, Twin]) -> Equivalence:
    squash = twins.get(work.whole.pair)
    if isinstance(squash, str):
        return Equivalence(Merge.SQUASHED, squash)
    if not trunk.changes(work.whole.pair).paths and work.took_trunk:
        return Equivalence(Merge.SQUASHED, work.base)
    newest = twins.get(work.last.pair)
    if isinstance(newest, str):
        if len(work.commits) > OWN_LIMIT:
            many = f"more than {OWN_LIMIT} commits would have to be found"
            return Equivalence(Merge.UNDECIDED, reason=many)
        # Commits without a difference leave nothing to look for.
        asked = [question.pair for question in work.each if trunk.changes(question.pair).paths]
        if all(isinstance(twins.get(pair), str) for pair in asked):
            return Equivalence(Merge.REBASED, newest)
    reason = _why_open(work, trunk, twins)
    return NOT_MERGED if reason is None else Equivalence(Merge.UNDECIDED, reason=reason)


def _why_open(work: Work, trunk: Trunk, twins: Mapping[Pair, Twin]) -> str | None:
    """Return why it is open whether the work is on the trunk; None when it is not there."""
    for question in (work.whole, *work.each):
        twin = twins.get(question.pair)
        if isinstance(twin, Unavailable):
            return twin.reason
    if trunk.reaches_back_to is not None and work.began < trunk.reaches_back_to:
        return f"the work is older than the {COMPARED} newest commits that are compared"
    return None
