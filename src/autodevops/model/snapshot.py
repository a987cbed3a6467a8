"""A repository as a source read it: the only thing that facts are made from.

A source fills a `Snapshot`; facts read it; nothing else of the target is ever seen. Reading is
lazy, so the snapshot carries two protocols that the source implements: `Reader` for file contents
and `History` for refs and commits. Whatever can't be read is an `Unavailable` value with a reason,
never an exception and never an empty answer.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.model.analysis import WorkflowAnalyser
from autodevops.model.detection import SecretScanner
from autodevops.model.history import History
from autodevops.model.report import Target

if TYPE_CHECKING:  # settings are made of `Unavailable`, which is defined here
    from autodevops.model.settings import Settings

CONFIG_LIMIT = 1 << 20
"""Largest configuration file that is read, in bytes."""
SOURCE_LIMIT = 5 << 20
"""Largest source file that is read, in bytes."""


class Unavailable(Struct, frozen=True):
    """A fact that can't be known; a rule over it reads `unknown`."""

    reason: str
    """Why, in one sentence."""
    needs: str | None = None
    """The permission or input that would answer."""


class EntryKind(StrEnum):
    """What a tracked path is."""

    FILE = "file"
    LINK = "link"
    SUBMODULE = "submodule"


class Entry(NamedTuple):
    """One tracked path."""

    path: str
    """With `/`; bytes that are not UTF-8 are kept as surrogate escapes."""
    kind: EntryKind
    """File, symbolic link or submodule."""
    executable: bool
    """Whether the mode says so."""
    oid: str
    """Object id in the index or tree."""


class Reader(Protocol):
    """Reads the content of tracked files."""

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had (gone, too large, not a regular file)."""
        ...

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        ...


class Gap(Struct, frozen=True):
    """Something that could not be read, so that what depends on it stays unknown."""

    subject: str
    """The path or thing."""
    reason: str
    """Why, in one sentence that names the subject."""


class Listing:
    """The tracked paths of a snapshot, indexed once and shared by all its views."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Keep the entries, sorted by path."""
        self.entries = tuple(sorted(entries, key=lambda entry: entry.path))
        """Every tracked path."""

    @cached_property
    def by_path(self) -> Mapping[str, Entry]:
        """Return the entries by path."""
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return every folder that holds a tracked path, without a trailing slash."""
        found: set[str] = set()
        for entry in self.entries:
            folder = entry.path
            while (cut := folder.rfind("/")) > 0:
                folder = folder[:cut]
                if folder in found:
                    break
                found.add(folder)
        return frozenset(found)


class Snapshot(Struct, frozen=True, kw_only=True):
    """A target at one moment, frozen: tracked paths, their contents and history."""

    target: Target
    """What it is a snapshot of."""
    now: datetime
    """The audit's clock, UTC."""
    listing: Listing
    """Every tracked path."""
    reader: Reader
    """Reads contents."""
    history: History | Unavailable
    """Refs and commits."""
    remotes: Mapping[str, str] = field(default_factory=dict)
    """The address of each remote by its name, without credentials."""
    settings: "Settings | Unavailable | Callable[[], Settings | Unavailable]" = Unavailable(
        "GitHub's settings are not read for a local folder"
    )
    """What GitHub says about the repository, or what waits for that; see `ask_settings`."""
    secrets: SecretScanner | Unavailable = Unavailable("no scanner looks for secrets in this run")
    """Finds secrets in the tracked files and in history."""
    analyser: WorkflowAnalyser | Unavailable = Unavailable("no analyser looks at workflows")
    """Analyses workflows."""
    scope: frozenset[str] | None = None
    """Paths that the audit is limited to (`--staged`); None for all."""
    notes: tuple[str, ...] = ()
    """What the source had to cut short; any note makes the report incomplete."""
    gaps: list[Gap] = field(default_factory=list)
    """Filled while facts read; the engine gives each fact a view with a list of its own."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return every tracked path, sorted."""
        return self.listing.entries

    @property
    def by_path(self) -> Mapping[str, Entry]:
        """Return the entries by path."""
        return self.listing.by_path

    @property
    def folders(self) -> frozenset[str]:
        """Return every folder that holds a tracked path, without a trailing slash."""
        return self.listing.folders

    def ask_settings(self) -> "Settings | Unavailable":
        """Return what GitHub says about the repository, waiting for its answer if need be."""
        return self.settings() if callable(self.settings) else self.settings

    def view(self) -> "Snapshot":
        """Return the same snapshot with an empty list of gaps."""
        return replace(self, gaps=[])

    def note_gap(self, subject: str, reason: str) -> None:
        """Say that something could not be read; rules that depend on it read `unknown`."""
        self.gaps.append(Gap(subject, reason))

    def data(self, path: str, limit: int = SOURCE_LIMIT) -> bytes | None:
        """Return a regular file's bytes; None, with a gap, when they can't be had.

        A path that is not tracked, a link or a submodule gives None without a gap.
        """
        entry = self.listing.by_path.get(path)
        if entry is None or entry.kind is not EntryKind.FILE:
            return None
        content = self.reader.read(entry, limit)
        if isinstance(content, Unavailable):
            self.note_gap(path, content.reason)
            return None
        return content

    def text(self, path: str, limit: int = SOURCE_LIMIT) -> str | None:
        """Return a file's text, line ends as line feeds; None when it is binary or unreadable.

        A byte order mark decides the encoding (UTF-8 or UTF-16) and is dropped; bytes that don't
        decode are replaced. A NUL byte in anything but UTF-16 means binary.
        """
        content = self.data(path, limit)
        return None if content is None else decode(content)


def decode(content: bytes) -> str | None:
    """Return text with line feeds only as line ends, or None for binary content."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        return None
    else:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
