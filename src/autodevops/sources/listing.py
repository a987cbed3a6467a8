"""The tracked paths of an index or a tree, as git lists them."""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Entry, EntryKind
from autodevops.sources.collapsed import is_kept_collapsed
from autodevops.sources.git import Git

_T = TypeVar("_T")
_MOST_ENTRIES = 1_000_000
_KINDS = {"120000": EntryKind.LINK, "160000": EntryKind.SUBMODULE}
_OURS = "2"
_FOLDER = "040000"
_KEEPS_FOLDERS = (2, 36)
"""The first version of git that lists a collapsed index as it is."""
_INTENT_TO_ADD = 0x2000_0000
_EMPTY_BLOBS = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)


class Indexed(Struct, frozen=True, kw_only=True):
    """What the index holds."""

    entries: tuple[Entry, ...]
    """One for each path; of an unmerged one the version of the checked-out branch."""
    unmerged: frozenset[str]
    """Paths with a conflict."""
    sparse: frozenset[str]
    """Paths that a sparse checkout leaves out of the working tree."""


def list_index(git: Git) -> Indexed:
    """Return the content of the quarantine's index; raises `GitError` when it is broken."""
    entries: dict[str, Entry] = {}
    unmerged: set[str] = set()
    sparse: set[str] = set()
    listed = git.records("ls-files", "--stage", "-t", "-z", *_as_it_is(git))
    for tag, mode, oid, stage, path in _bounded(_whole(git, listed)):
        if stage != "0":
            unmerged.add(path)
            if path in entries and stage != _OURS:
                continue
        elif tag == "S":
            sparse.add(path)
        entries[path] = _entry(path, mode, oid)
    return Indexed(
        entries=tuple(entries.values()), unmerged=frozenset(unmerged), sparse=frozenset(sparse)
    )


def _as_it_is(git: Git) -> tuple[str, ...]:
    """Return the option that keeps git from reading a collapsed index out into all files."""
    is_wanted = is_kept_collapsed(git.folder) and git.program.version >= _KEEPS_FOLDERS
    return ("--sparse",) if is_wanted else ()


def _whole(git: Git, listed: Iterator[bytes]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield tag, mode, object, stage and path of each file, those of folders included."""
    for record in listed:
        described, _, path = record.decode("utf-8", "surrogateescape").partition("\t")
        tag, mode, oid, stage = described.split(" ")
        if mode != _FOLDER:
            yield tag, mode, oid, stage, path
            continue
        for below, held, name in _tree(git, oid):
            yield tag, below, held, stage, f"{path}{name}"


def intended(git: Git, indexed: Indexed) -> frozenset[str]:
    """Return the paths that `git add --intent-to-add` only announced: they have no content yet."""
    if not any(entry.oid in _EMPTY_BLOBS for entry in indexed.entries):
        return frozenset()
    found: set[str] = set()
    path = ""
    # After each path, ended by NUL, come lines about it; the last of them holds the flags.
    for record in git.records("ls-files", "--debug", "-z", *_as_it_is(git)):
        lines = record.decode("utf-8", "surrogateescape")
        if path:
            *_, flags = lines.partition("flags: ")
            digits, _, lines = flags.partition("\n")
            if int(digits, 16) & _INTENT_TO_ADD:
                found.add(path)
        path = lines
    return frozenset(found)


def list_tree(git: Git, commit: str) -> tuple[Entry, ...]:
    """Return every path of a commit's tree; raises `GitError` when a tree is missing."""
    return tuple(_entry(path, mode, oid) for mode, oid, path in _bounded(_tree(git, commit)))


def _tree(git: Git, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield mode, object and path of each file."""
    arguments = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", name)
    for record in git.records(*arguments):
        described, _, path = record.decode("utf-8", "surrogateescape").partition("\t")
        mode, _, oid = described.split(" ")
        yield mode, oid, path


def _entry(path: str, mode: str, oid: str) -> Entry:
    return Entry(path, _KINDS.get(mode, EntryKind.FILE), mode == "100755", oid)


def _bounded(records: Iterator[_T]) -> Iterator[_T]:
    for count, record in enumerate(records):
        if count >= _MOST_ENTRIES:
            raise UnreadableTargetError(
                f"the target tracks more than {_MOST_ENTRIES:,} files",
                advice="audit a part of it from a clone of its own",
            )
        yield record
