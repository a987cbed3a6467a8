"""What is checked out or staged: the index and how the working tree and HEAD differ from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Entry
from autodevops.sources.files import Files
from autodevops.sources.git import Git
from autodevops.sources.listing import Indexed, intended, list_index
from autodevops.sources.objects import Objects
from autodevops.sources.process import GitError
from autodevops.sources.readers import ObjectReader, WorkingTreeReader

_STATUS = (
    *("status", "--porcelain", "-z", "--untracked-files=no"),
    *("--no-renames", "--ignore-submodules=all"),
)
_STATUS_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a repository, ready to be read."""

    entries: tuple[Entry, ...]
    """Every tracked path."""
    reader: WorkingTreeReader | ObjectReader
    """Reads them."""
    dirty: bool = False
    """Whether it differs from the commit."""
    scope: frozenset[str] | None = None
    """Paths that the audit is limited to; None for all."""
    notes: tuple[str, ...] = ()
    """What could not be told."""


@dataclass(frozen=True, slots=True)
class _Changed:
    """How the working tree differs from the index and HEAD."""

    dirty: bool
    """Whether anything differs."""
    gone: frozenset[str]
    """Tracked paths that are not on disk."""
    notes: tuple[str, ...] = ()
    """What could not be told."""


def working_tree(git: Git, files: Files, objects: Objects) -> State:
    """Return the tracked files as they are on disk; `git` knows the working tree.

    Raises `UnreadableTargetError` for a broken index.
    """
    # Two processes at once: git compares the files while their names are listed.
    with git.start(*_STATUS, time_limit=_STATUS_SECONDS) as status:
        indexed = _indexed(git)
        try:
            changed = _changed(status.everything().split(b"\0"))
            status.finish()
        except GitError as problem:
            changed = _changed_on_disk(git, problem)
    gone = changed.gone | {path for path in indexed.unmerged if not files.exists(path)}
    return State(
        entries=tuple(entry for entry in indexed.entries if entry.path not in gone),
        reader=WorkingTreeReader(
            files=files, stored=ObjectReader(objects=objects), sparse=indexed.sparse
        ),
        dirty=changed.dirty,
        notes=changed.notes,
    )


def index(git: Git, objects: Objects, commit: str | None) -> State:
    """Return what is staged, its scope the paths that differ from the commit.

    Raises `UnreadableTargetError` for a broken index or a missing commit.
    """
    indexed = _indexed(git)
    announced = intended(git, indexed)
    entries = tuple(entry for entry in indexed.entries if entry.path not in announced)
    reader = ObjectReader(objects=objects, unmerged=indexed.unmerged)
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
            advice="remove .git/index, then `git reset` builds it again from the commit",
        ) from problem


def _changed(records: list[bytes]) -> _Changed:
    changes = [record.decode("utf-8", "surrogateescape") for record in records if record]
    # A conflict has a `D` too for a file that is on disk; those are looked at one by one.
    gone = (change[3:] for change in changes if change[1] == "D" and change[0] not in "DU")
    return _Changed(bool(changes), frozenset(gone))


def _changed_on_disk(git: Git, problem: GitError) -> _Changed:
    """Return what can be told without comparing contents, when git could not compare them."""
    note = f"whether files differ from the commit could not be told: {problem.message}"
    try:
        printed = git.run("diff-files", "--name-status", "-z", "--ignore-submodules=all")
    except GitError:
        return _Changed(dirty=True, gone=frozenset(), notes=(note,))
    gone = frozenset(path for path, status in _pairs(printed) if status == "D")
    return _Changed(dirty=True, gone=gone, notes=(note,))


def _differing(git: Git, commit: str) -> Iterator[tuple[str, str]]:
    arguments = ("diff-index", "--cached", "--name-status", "-z", "--no-renames")
    return _pairs(git.run(*arguments, "--end-of-options", commit))


def _pairs(printed: bytes) -> Iterator[tuple[str, str]]:
    """Yield path and status letter."""
    records = iter(printed.decode("utf-8", "surrogateescape").split("\0"))
    for status, path in zip(records, records, strict=False):
        yield path, status
