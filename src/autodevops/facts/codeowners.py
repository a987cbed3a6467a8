"""CODEOWNERS as GitHub reads it: where it lies, what its lines say, which of them are invalid.

The rules are GitHub's own (https://docs.github.com/repositories, "About code owners"): the first of
`.github/`, the root and `docs/` counts; the last matching line wins; a line without owners takes
ownership away; there is no `!`, no `[ ]` and no escaped `#`; paths are case-sensitive; a file above
3 MB is not loaded.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.path_index import Glob, compile_glob
from autodevops.guide.model import OwnershipPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot, Unavailable

_READ_LIMIT = 16 << 20
"""Bytes that are read of a file that GitHub may refuse, to tell that it does."""
_LONGEST = 8192
"""Characters of a pattern that could match anything."""
_WORD = regex(r"(?:\\.|[^\s\\]|\\$)+")
_USER = regex(r"@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")
_TEAM = regex(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9_.-]{1,255}")
_EMAIL = regex(r"[^\s@]{1,64}@[^\s@]{1,255}")


class OwnerKind(StrEnum):
    """How an owner is named."""

    USER = "user"
    TEAM = "team"
    EMAIL = "email"


class Owner(NamedTuple):
    """One owner as a line names it."""

    name: str
    """`@login`, `@org/team` or an address."""
    kind: OwnerKind
    """Which of them."""

    @property
    def key(self) -> str:
        """Return the name as GitHub compares it, without case."""
        return self.name.lower()


class OwnerLine(NamedTuple):
    """One valid line."""

    line: int
    """1-based line."""
    pattern: str
    """The pattern as written."""
    owners: tuple[Owner, ...]
    """Who owns what it matches; nobody takes ownership away."""
    glob: Glob
    """The pattern, compiled."""

    @property
    def owner_keys(self) -> frozenset[str]:
        """Return who owns, as GitHub compares names."""
        return frozenset(owner.key for owner in self.owners)

    @property
    def is_default(self) -> bool:
        """Tell whether it matches every file."""
        return self.pattern in {"*", "**", "/**", "**/*", "/**/*"}

    def is_about(self, folder: str) -> bool:
        """Tell whether it gives a folder (`app/`), or something in it, to somebody."""
        own = f"{self.pattern.lstrip('/')}/"
        is_inside = own.startswith((folder, f"**/{folder}"))
        return is_inside and bool(self.owners) and not self.is_default

    def covers_one_of(self, paths: tuple[str, ...]) -> bool:
        """Tell whether it is one of these paths or a folder above one."""
        own = self.pattern.strip("/")
        return any(path.strip("/") == own or path.startswith(f"{own}/") for path in paths)

    @property
    def files_only(self) -> bool:
        """Tell whether it matches the files of one folder and nothing below (`docs/*`)."""
        return self.pattern.endswith("/*")


class Fault(NamedTuple):
    """Something that GitHub rejects in a line."""

    line: int
    """1-based line."""
    pattern: str
    """The pattern that the line begins with, or that is wrong."""
    reason: str
    """What is wrong with it."""


class CodeownersPlaces(Struct, frozen=True, kw_only=True):
    """Every CODEOWNERS file there is."""

    read: tuple[str, ...]
    """Files in places that GitHub looks at, in its order; only the first counts."""
    elsewhere: tuple[str, ...]
    """Files where GitHub does not look, or whose name it does not know."""
    size: int | None
    """Bytes of the one that counts; None without one or when it is not a regular file."""

    @property
    def counts(self) -> str | None:
        """Return the path of the file that GitHub reads."""
        return self.read[0] if self.read else None


class Codeowners(Struct, frozen=True, kw_only=True, dict=True):
    """The CODEOWNERS file that GitHub reads."""

    path: str
    """Where it lies."""
    lines: tuple[OwnerLine, ...]
    """Its valid lines; GitHub skips the others."""
    faults: tuple[Fault, ...]
    """What GitHub rejects."""

    @cached_property
    def owners(self) -> tuple[tuple[Owner, int], ...]:
        """Return every owner with the line that names it first."""
        first: dict[str, tuple[Owner, int]] = {}
        for line in self.lines:
            for owner in line.owners:
                first.setdefault(owner.key, (owner, line.line))
        return tuple(first.values())


@fact
def codeowners_places(snapshot: Snapshot, policy: OwnershipPolicy) -> CodeownersPlaces:
    """Find every CODEOWNERS file, wherever it lies."""
    entries = snapshot.by_path
    read = tuple(path for path in policy.places if path in entries)
    elsewhere = tuple(
        entry.path
        for entry in snapshot.entries
        if entry.path[-10:].upper() == "CODEOWNERS"
        and entry.path.rpartition("/")[2].upper() == "CODEOWNERS"
        and entry.path not in policy.places
    )
    size = None
    if read and entries[read[0]].kind is EntryKind.FILE:
        content = snapshot.data(read[0], _READ_LIMIT)
        size = None if content is None else len(content)
    return CodeownersPlaces(read=read, elsewhere=elsewhere, size=size)


@fact
def codeowners(
    snapshot: Snapshot, places: CodeownersPlaces, policy: OwnershipPolicy
) -> Codeowners | NotApplicable | Unavailable:
    """Read the CODEOWNERS file that counts."""
    path = places.counts
    if path is None:
        return NotApplicable(reason="there is no CODEOWNERS file where GitHub reads one")
    if places.size is None:
        return Unavailable(f"{path} is not a regular file that can be read")
    if places.size > policy.size_limit:
        return Unavailable(f"{path} is too large for GitHub to load")
    text = snapshot.text(path)
    if text is None:
        return Unavailable(f"{path} is not text")
    return parse_codeowners(path, text)


def parse_codeowners(path: str, text: str) -> Codeowners:
    """Return what a CODEOWNERS text says."""
    lines: list[OwnerLine] = []
    faults: list[Fault] = []
    for number, row in enumerate(text.split("\n"), start=1):
        words = list(_words(row))
        if not words:
            continue
        pattern, *names = words
        found = [*_pattern_faults(number, pattern), *_owner_faults(number, pattern, names)]
        faults += found
        if not found:
            owners = tuple(Owner(name, kind) for name in names if (kind := _kind(name)))
            glob = compile_glob(pattern, brackets=False)
            lines.append(OwnerLine(number, pattern, owners, glob))
    return Codeowners(path=path, lines=tuple(lines), faults=tuple(faults))


def _words(row: str) -> Iterator[str]:
    """Yield a line's words up to its comment; an escaped space belongs to its word."""
    for match in _WORD.finditer(row):
        if match[0].startswith("#"):
            return
        yield match[0]


def _pattern_faults(number: int, pattern: str) -> Iterator[Fault]:
    if len(pattern) > _LONGEST:
        shown = f"{pattern[:40]}..."
        yield Fault(number, shown, f"no path has {len(pattern)} characters")
    elif pattern.startswith("!"):
        yield Fault(number, pattern, "GitHub knows no negation with !")
    elif pattern.startswith("\\#"):
        yield Fault(number, pattern, "a pattern can't begin with an escaped #")
    elif "[" in pattern or "]" in pattern:
        yield Fault(number, pattern, "GitHub knows no character ranges with [ ]")
    elif "***" in pattern:
        yield Fault(number, pattern, "a pattern can't hold three asterisks in a row")
    elif pattern.endswith("\\") and not pattern.endswith("\\\\"):
        yield Fault(number, pattern, "the last backslash escapes nothing")


def _owner_faults(number: int, pattern: str, names: list[str]) -> Iterator[Fault]:
    for name in names:
        if _kind(name) is None:
            yield Fault(number, pattern, f"{name} is neither @user, @org/team nor an address")


def _kind(name: str) -> OwnerKind | None:
    if _TEAM.fullmatch(name):
        return OwnerKind.TEAM
    if _USER.fullmatch(name):
        return OwnerKind.USER
    return OwnerKind.EMAIL if _EMAIL.fullmatch(name) else None
