"""What an audit saw beside its findings, for pages that show more than a report says."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field


class BranchAge(NamedTuple):
    """One unmerged branch of a known type."""

    name: str
    """Its name."""
    days: int
    """Since the first commit of its own."""
    limit: int
    """Days that branches of its type may live."""


class Excerpt(NamedTuple):
    """A few lines of a file around a finding."""

    first: int
    """1-based number of the first line."""
    lines: tuple[str, ...]
    """The lines, long ones cut."""


class Background(Struct, frozen=True, kw_only=True):
    """What stands behind one report."""

    branches: tuple[BranchAge, ...] = ()
    """Unmerged branches of a known type, the oldest first."""
    excerpts: Mapping[tuple[str, int], Excerpt] = field(default_factory=dict)
    """Lines around places of findings, by path and 1-based line."""
