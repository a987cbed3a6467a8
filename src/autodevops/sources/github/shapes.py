"""How much of a repository is fetched: what the selected rules read, and no more."""

from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct

from autodevops.engine.needs import needed
from autodevops.facts._api import Provider
from autodevops.rules._api import Question


class Depth(IntEnum):
    """How far down a clone goes; each holds all of those before it."""

    TIP = 0
    """One commit with its files."""
    COMMITS = 1
    """Every commit and tree of branches and tags, and the files of one commit."""
    CONTENTS = 2
    """All of that, and every file that there ever was."""


class Shape(Struct, frozen=True, order=True):
    """What a clone holds."""

    depth: Depth
    """How far down it goes."""
    proposals: bool = False
    """Whether the commits of pull requests are there too (`refs/pull/*`)."""

    def holds(self, other: "Shape") -> bool:
        """Tell whether this clone can answer all that the other one could."""
        return self.depth >= other.depth and self.proposals >= other.proposals


WHOLE = Shape(Depth.CONTENTS, proposals=True)
"""Everything that GitHub has."""


def shape_for(
    questions: Iterable[Question], providers: Iterable[Provider], *, secret_history: bool
) -> Shape:
    """Return what these rules read.

    `secret_history` tells whether old versions are looked through for secrets at all.
    """
    from autodevops.facts.reads import CONTENTS, HISTORY, SECRET_HISTORY

    asked = needed(questions, providers)
    if secret_history and asked.intersection(SECRET_HISTORY):
        return WHOLE
    read = asked.difference(() if secret_history else SECRET_HISTORY)
    if read.intersection(CONTENTS):
        return Shape(Depth.CONTENTS)
    return Shape(Depth.COMMITS if asked.intersection(HISTORY) else Depth.TIP)
