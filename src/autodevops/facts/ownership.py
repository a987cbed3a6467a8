"""Who owns which tracked file, line by line of CODEOWNERS.

Sets of files are integers with one bit a file, so that unions and differences over 100,000 files
and hundreds of lines stay cheap.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.codeowners import Codeowners, OwnerLine
from autodevops.facts.path_index import PathIndex


class Overridden(NamedTuple):
    """A line without effect, because later ones match all that it matches."""

    line: OwnerLine
    """The line."""
    by: tuple[OwnerLine, ...]
    """The lines that win, in their order."""


class Repeated(NamedTuple):
    """A line that changes nothing, because its files have these owners anyway."""

    line: OwnerLine
    """The line."""
    earlier: OwnerLine
    """The line that gives the same owners."""


class Ownership(Struct, frozen=True, kw_only=True, dict=True):
    """CODEOWNERS applied to the tracked files."""

    codeowners: Codeowners
    """The file."""
    index: PathIndex
    """The tracked paths."""
    matched: tuple[int, ...]
    """Files that each line matches, one bit a file."""

    @cached_property
    def effective(self) -> tuple[int, ...]:
        """Return the files that each line decides about, one bit a file."""
        decided = 0
        own = []
        for files in reversed(self.matched):
            own.append(files & ~decided)
            decided |= files
        return tuple(reversed(own))

    @cached_property
    def dead(self) -> tuple[OwnerLine, ...]:
        """Return the lines that match no tracked file."""
        pairs = zip(self.codeowners.lines, self.matched, strict=True)
        return tuple(line for line, files in pairs if not files)

    @cached_property
    def overridden(self) -> tuple[Overridden, ...]:
        """Return the lines that match files but decide about none."""
        found = []
        winners: dict[int, tuple[OwnerLine, ...]] = {}
        for line, files, own in zip(
            self.codeowners.lines, self.matched, self.effective, strict=True
        ):
            if files and not own:
                if files not in winners:
                    deciders = {self._decider[position] for position in _positions(files)}
                    winners[files] = tuple(self.codeowners.lines[j] for j in sorted(deciders))
                found.append(Overridden(line, winners[files]))
        return tuple(found)

    @cached_property
    def _decider(self) -> Mapping[int, int]:
        """Return which line decides about each file, both by their positions."""
        return {at: i for i, own in enumerate(self.effective) for at in _positions(own)}

    @cached_property
    def repeated(self) -> tuple[Repeated, ...]:
        """Return the lines whose files a wider earlier line would give to the same owners.

        Only where the earlier pattern covers the later one by what it says, not by what happens to
        be tracked today. What only an overridden line would give is left to that line.
        """
        kept: list[int] = []
        found = []
        for i, line in enumerate(self.codeowners.lines):
            j = self._fallback(i, kept) if self.effective[i] else None
            if j is not None and self.effective[j] and _covers(self.codeowners.lines[j], line):
                found.append(Repeated(line, self.codeowners.lines[j]))
            else:
                kept.append(i)
        return tuple(found)

    def _fallback(self, i: int, kept: list[int]) -> int | None:
        """Return the line that gives all files of line `i` the same owners if it were not there."""
        rest = self.effective[i]
        first, last = _ends(rest)
        owners = self.codeowners.lines[i].owner_keys
        nearest = None
        for j in reversed(kept):
            # Most lines are about folders that lie apart: their ends tell that without their files.
            low, high = self._ends[j]
            if low <= last and first <= high and rest & self.matched[j]:
                if self.codeowners.lines[j].owner_keys != owners:
                    return None
                nearest = j if nearest is None else nearest
                rest &= ~self.matched[j]
        return None if rest else nearest

    @cached_property
    def _ends(self) -> tuple[tuple[int, int], ...]:
        return tuple(map(_ends, self.matched))

    @cached_property
    def unowned(self) -> tuple[str, ...]:
        """Return the tracked files without an owner."""
        owned = 0
        for line, files in zip(self.codeowners.lines, self.effective, strict=True):
            if line.owners:
                owned |= files
        return tuple(self._paths(_below(len(self.index.paths)) & ~owned))

    def deciding(self, place: str) -> tuple[OwnerLine | None, ...]:
        """Return the lines that decide about a file, or about all files below a folder.

        None stands for files that no line matches; a place without files has no lines at all.
        """
        low, high = self.index.reach(place)
        wanted = _below(high) & ~_below(low)
        found: list[OwnerLine | None] = []
        for line, files in zip(self.codeowners.lines, self.effective, strict=True):
            if files & wanted:
                found.append(line)
                wanted &= ~files
        return (*found, None) if wanted else tuple(found)

    def differs_in_case(self, line: OwnerLine) -> str | None:
        """Return the tracked path that a dead line means but for upper and lower case."""
        steps = line.glob.literal or line.glob.prefix.rstrip("/")
        return self._by_lower_case.get(steps.lower()) if steps else None

    @cached_property
    def _by_lower_case(self) -> Mapping[str, str]:
        paths = {path.lower(): path for path in self.index.paths}
        return paths | {folder.lower(): f"{folder}/" for folder in self.index.folders}

    def files_of(self, owner: str) -> frozenset[str]:
        """Return the files that somebody owns, alone or with others."""
        files = 0
        for line, own in zip(self.codeowners.lines, self.effective, strict=True):
            if owner.lower() in line.owner_keys:
                files |= own
        return frozenset(self._paths(files))

    def _paths(self, files: int) -> Iterator[str]:
        return (self.index.paths[position] for position in _positions(files))


@fact
def ownership(codeowners: Codeowners, index: PathIndex) -> Ownership:
    """Apply each line of CODEOWNERS to the tracked files."""
    matched = tuple(_matched(line, index) for line in codeowners.lines)
    return Ownership(codeowners=codeowners, index=index, matched=matched)


def count_by_folder(paths: tuple[str, ...]) -> Mapping[str, int]:
    """Return how many of the paths lie below each top-level folder, most first."""
    counts = Counter(path.split("/", 1)[0] + "/" if "/" in path else "/" for path in paths)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _matched(line: OwnerLine, index: PathIndex) -> int:
    """Return the files that a line matches: themselves or through a folder above them."""
    if line.is_default:
        return _below(len(index.paths))
    found = index.find(line.glob)
    files = _bits(found.files, len(index.paths))
    if not line.files_only:
        for folder in found.folders:
            low, high = index.span(folder)
            files |= _below(high) & ~_below(low)
    return files


def _below(count: int) -> int:
    """Return a set of the first files."""
    return (1 << count) - 1


def _positions(files: int) -> Iterator[int]:
    """Yield the positions of a set of files, the first one first."""
    bits = bin(files)[:1:-1]
    at = bits.find("1")
    while at >= 0:
        yield at
        at = bits.find("1", at + 1)


def _ends(files: int) -> tuple[int, int]:
    """Return the positions of the first and the last of these files; (-1, -1) of none."""
    return (files & -files).bit_length() - 1, files.bit_length() - 1


def _bits(positions: Sequence[int], count: int) -> int:
    """Return a set of these files."""
    held = bytearray(count // 8 + 1)
    for position in positions:
        held[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(held, "little")


def _covers(earlier: OwnerLine, later: OwnerLine) -> bool:
    """Tell whether everything that the later pattern could match matches the earlier one."""
    if earlier.is_default or earlier.pattern == later.pattern:
        return True
    if later.glob.literal is not None and later.glob.anchored:
        steps = later.glob.literal.split("/")
        above = ["/".join(steps[: depth + 1]) for depth in range(len(steps))]
        return any(map(earlier.glob.matches, above[-1:] if earlier.files_only else above))
    folder = earlier.glob.literal
    if folder is None or not earlier.glob.anchored or not later.glob.anchored:
        return False
    return later.glob.prefix.startswith(f"{folder}/")
