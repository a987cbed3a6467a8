"""A repository as a source read it: the only thing that facts are made from.

A source fills a `Snapshot`; facts read it; nothing else of the target is ever seen. Reading is
lazy, so the snapshot carries two protocols that the source implements: `Reader` for file contents
and `History` for refs and commits. Whatever can't be read is an `Unavailable` value with a reason,
never an exception and never an empty answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.model.analysis import WorkflowAnalyser
from autodevops.model.detection import SecretScanner
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


class Ref(NamedTuple):
    """One ref of the repository."""

    name: str
    """Full name, such as `refs/heads/main`."""
    oid: str
    """Object id that the ref holds."""
    kind: str
    """Type of that object: `commit`, `tag`, `tree` or `blob`."""
    commit: str | None
    """Commit that it leads to, tags peeled; null when it leads to none."""
    symref: str | None
    """Target of a symbolic ref such as `refs/remotes/origin/HEAD`."""
    committed_at: int
    """Committer time of that commit (or tagger time of a tag on something else), Unix seconds."""


class Commit(NamedTuple):
    """One commit with what its header and message say."""

    oid: str
    """Object id."""
    parents: tuple[str, ...]
    """Object ids of its parents."""
    author_name: str
    """As written, before `.mailmap`."""
    author_email: str
    """As written, before `.mailmap`."""
    authored_at: int
    """Unix seconds."""
    committer_name: str
    """As written."""
    committer_email: str
    """As written."""
    committed_at: int
    """Unix seconds."""
    message: str
    """Whole message."""
    signed: bool
    """Whether the commit carries a signature (not whether it is good)."""


class Node(NamedTuple):
    """One commit of the graph."""

    oid: str
    """Object id."""
    committed_at: int
    """Committer time, Unix seconds."""
    parents: tuple[str, ...]
    """Object ids of its parents; those beyond a shallow boundary are left out."""


class Change(NamedTuple):
    """One path changed by one commit against its first parent."""

    status: str
    """`A`, `M`, `D` or `T`; renames are shown as a deletion and an addition."""
    path: str
    """Path inside the repository."""
    old_oid: str
    """Blob before, zeros when added."""
    new_oid: str
    """Blob after, zeros when deleted."""


class CommitChanges(NamedTuple):
    """What one commit changed against its first parent."""

    oid: str
    """Object id of the commit."""
    committed_at: int
    """Committer time, Unix seconds."""
    author_email: str
    """As written."""
    changes: tuple[Change, ...]
    """Paths in git's order."""


class Difference(NamedTuple):
    """What differs between two commits: enough to tell whether others differ in the same."""

    paths: bytes = b""
    """Hash of the paths that differ; empty when the trees are the same."""
    described: bytes = b""
    """Hash of what git says of each path: modes, blobs and status."""


class Arrival(NamedTuple):
    """What a commit makes of a path, against its first parent."""

    commit: str
    """Object id of the commit."""
    path: str
    """Path inside the repository."""
    oid: str
    """Object id of the blob that it brings; empty when it removes the path."""


class History(Protocol):
    """Refs, commits and old contents. Revisions are object ids or full ref names.

    Every method costs at most a few git processes, however many objects it answers about.
    """

    @property
    def shallow(self) -> bool:
        """Tell whether commits are missing below a shallow boundary."""
        ...

    @property
    def partial(self) -> bool:
        """Tell whether the clone lacks blobs or trees by filter."""
        ...

    @property
    def head(self) -> str | None:
        """Return the full name of the checked-out branch; None when detached."""
        ...

    @property
    def init_default_branch(self) -> str | None:
        """Return `init.defaultBranch` of the repository's own configuration."""
        ...

    def refs(self) -> tuple[Ref, ...] | Unavailable:
        """Return every ref, sorted by name; broken ones are left out and noted."""
        ...

    def graph(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> tuple[Node, ...] | Unavailable:
        """Return all commits reachable from the tips, children before parents."""
        ...

    def commits(
        self,
        tips: Iterable[str],
        *,
        exclude: Iterable[str] = (),
        since: int | None = None,
        first_parent: bool = False,
        limit: int | None = None,
    ) -> tuple[Commit, ...] | Unavailable:
        """Return commits, newest first, committed at or after `since` (Unix seconds)."""
        ...

    def described(self, oids: Iterable[str]) -> tuple[Commit, ...] | Unavailable:
        """Return these commits, by object id, in the order asked for."""
        ...

    def changes(
        self,
        tips: Iterable[str],
        *,
        exclude: Iterable[str] = (),
        since: int | None = None,
        paths: Iterable[str] = (),
        first_parent: bool = True,
    ) -> tuple[CommitChanges, ...] | Unavailable:
        """Return what each commit changed against its first parent, newest first.

        `paths` are literal files or folders; commits that touch none of them are left out.
        """
        ...

    def diff_paths(
        self, pairs: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Difference] | Unavailable:
        """Return what differs between each pair of commits (old, new)."""
        ...

    def patch_ids(
        self, pairs: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], str] | Unavailable:
        """Return git's stable patch id of the whole difference of each pair (old, new).

        Pairs without a textual difference are left out.
        """
        ...

    def arrivals(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> Iterator[Arrival | Unavailable]:
        """Yield every content that commits bring or remove against their first parent.

        Parents come before their children. So every blob that the tips reach is named, in the
        commit that first brought it and in each that brought it again; at a shallow boundary, the
        whole tree. Ends with an `Unavailable` when objects are missing.
        """
        ...

    def blobs(self, oids: Iterable[str], limit: int) -> Iterator[tuple[str, bytes | Unavailable]]:
        """Yield the content of blobs, in the order asked for."""
        ...

    def files_at(self, commit: str) -> tuple[Entry, ...] | Unavailable:
        """Return every path of a commit's tree."""
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
