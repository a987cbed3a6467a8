"""What is checked out or staged: the index and how the working tree and HEAD differ from it."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Entry, EntryKind
from autodevops.sources.collapsed import is_kept_collapsed
from autodevops.sources.files import Files
from autodevops.sources.git import Git
from autodevops.sources.listing import Indexed, intended, list_index
from autodevops.sources.objects import Objects
from autodevops.sources.process import GitError
from autodevops.sources.readers import ObjectReader, WorkingTreeReader
from autodevops.sources.reading_ahead import ReadingAhead

STATUS = (
    *("status", "--porcelain", "-z", "--untracked-files=no"),
    *("--no-renames", "--ignore-submodules=all"),
)
"""Asks which tracked files differ from the commit; each is a status of two letters and a path."""
_STATUS_SECONDS = 6.0
"""Until git has compared all files; a few that never end must not hold an audit up."""


class State(Struct, frozen=True, kw_only=True):
    """One state of a repository, ready to be read."""

    entries: tuple[Entry, ...]
    """Every tracked path."""
    reader: WorkingTreeReader | ReadingAhead
    """Reads them."""
    dirty: bool = False
    """Whether it differs from the commit."""
    scope: frozenset[str] | None = None
    """Paths that the audit is limited to; None for all."""
    notes: tuple[str, ...] = ()
    """What could not be told."""


def working_tree(git: Git, files: Files, objects: Objects) -> State:
    """Return the tracked files as they are on disk; `git` knows the working tree.

    Raises `UnreadableTargetError` for a broken index.
    """
    notes: tuple[str, ...]
    # Two processes at once: git compares the files while their names are listed.
    with git.start(*STATUS, time_limit=_STATUS_SECONDS) as status:
        indexed = _indexed(git)
        try:
            dirty, gone = _changed(status.everything())
            status.finish()
            doubtful, notes = indexed.unmerged, ()
        except GitError as problem:
            dirty, gone, doubtful = True, set(), _expected_on_disk(indexed)
            notes = (f"whether files differ from the commit can't be told: {problem.message}",)
    # With a conflict git says what the sides did, not what is on disk.
    gone = (gone - doubtful) | {path for path in doubtful if not files.holds(path)}
    return State(
        entries=tuple(entry for entry in indexed.entries if entry.path not in gone),
        reader=WorkingTreeReader(
            files=files, stored=ObjectReader(objects=objects), sparse=indexed.sparse
        ),
        dirty=dirty,
        notes=notes,
    )


def index(git: Git, objects: Objects, commit: str | None) -> State:
    """Return what is staged, its scope the paths that differ from the commit.

    Raises `UnreadableTargetError` for a broken index or a missing commit.
    """
    indexed = _indexed(git)
    announced = intended(git, indexed)
    entries = tuple(entry for entry in indexed.entries if entry.path not in announced)
    stored = ObjectReader(objects=objects, unmerged=indexed.unmerged)
    reader = ReadingAhead(stored=stored, entries=entries)
    if commit is None:
        scope = frozenset(entry.path for entry in entries)
        return State(entries=entries, reader=reader, dirty=bool(entries), scope=scope)
    differing = {path: status for path, status in _differing(git, commit) if path not in announced}
    return State(
        entries=entries,
        reader=reader,
        dirty=bool(differing),
        scope=frozenset(path for path, status in differing.items() if status != "D"),
    )


def _indexed(git: Git) -> Indexed:
    try:
        return list_index(git)
    except GitError as problem:
        raise UnreadableTargetError(
            f"the index can't be read: {problem.message}",
            advice="update git if a newer one wrote it; else remove .git/index and run `git reset`",
        ) from problem


def _expected_on_disk(indexed: Indexed) -> frozenset[str]:
    paths = (entry.path for entry in indexed.entries if entry.kind is not EntryKind.SUBMODULE)
    return frozenset(paths) - indexed.sparse


def _changed(printed: bytes) -> tuple[bool, set[str]]:
    """Return whether anything differs, and the paths that git misses on disk."""
    changes = printed.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return bool(changes), {change[3:] for change in changes if change[1:2] == "D"}


def _differing(git: Git, commit: str) -> Iterator[tuple[str, str]]:
    """Return path and status letter of what differs between the commit and the index."""
    # Only the newer command can compare a collapsed index as it is.
    command = ("diff", "--no-ext-diff") if is_kept_collapsed(git.folder) else ("diff-index",)
    arguments = ("--cached", "--name-status", "-z", "--no-renames", "--end-of-options")
    printed = git.run(*command, *arguments, commit)
    records = iter(printed.decode("utf-8", "surrogateescape").split("\0")[:-1])
    return ((path, status) for status, path in zip(records, records, strict=True))
