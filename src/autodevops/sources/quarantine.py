"""A git folder of our own that stands in for the target's, so that git obeys us and not the target.

Copied: HEAD, refs, packed-refs, shallow and the index; regular files only, none too large, no link
followed. Left behind: configuration, hooks, attributes, grafts, logs and everything else. Objects
are read where they are.
"""

import os
import re
import stat
from collections.abc import Iterator
from hashlib import sha1, sha256
from pathlib import Path

from msgspec import Struct

from autodevops.errors import UnreadableTargetError
from autodevops.sources.collapsed import is_collapsed, keep_collapsed
from autodevops.sources.configuration import Configuration
from autodevops.sources.files import copy_regular, read_regular, write_copy
from autodevops.sources.index_names import stray_name
from autodevops.sources.locating import Location

_HEAD_LIMIT = 1 << 12
_REF_LIMIT = 1 << 12
_LOOSE_REFS = 200_000
_LIMITS = {"packed-refs": 256 << 20, "shallow": 64 << 20}
_INDEX_LIMIT = 512 << 20
_SHARED_INDEX = re.compile(r"sharedindex\.[0-9a-f]{40,64}")
_OF_ONE_WORKTREE = frozenset({"refs/bisect", "refs/rewritten", "refs/worktree"})
_HEAD = re.compile(r"ref: (refs/[^\0-\x20\x7f]+)|[0-9a-f]{40}|[0-9a-f]{64}")
_CONFIGURATION = """\
[core]
\trepositoryformatversion = {version}
\tbare = false
\thooksPath = /dev/null
\tfsmonitor = false
\tuntrackedCache = false
\tattributesFile = /dev/null
\texcludesFile = /dev/null
\tquotePath = false
\tbigFileThreshold = 16m
{working_tree}[gc]
\tauto = 0
[maintenance]
\tauto = false
[protocol]
\tallow = never
[submodule]
\trecurse = false
[extensions]
\tobjectFormat = {object_format}
"""


class Copied(Struct, frozen=True, kw_only=True):
    """What the copy of the refs told."""

    head: str | None
    """Full name of the checked-out branch; None when detached."""
    loose: frozenset[str]
    """Names of the copied loose refs that hold an object id or should."""
    left_out: tuple[str, ...]
    """Names of refs that are links, special files or too large."""


def prepare(folder: Path) -> None:
    """Make the empty folder look like a git folder, so that git looks nowhere else."""
    (folder / "objects").mkdir()
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    configure(folder, Configuration({}))


def configure(folder: Path, configuration: Configuration) -> None:
    """Write our configuration; of the target's only words that we know pass."""
    object_format = configuration.object_format
    text = _CONFIGURATION.format(
        version=1 if object_format == "sha256" else 0,
        object_format=object_format,
        working_tree="".join(
            f"\t{name.removeprefix('core.')} = {value}\n"
            for name, value in configuration.working_tree().items()
        ),
    )
    if object_format == "sha1":
        text = text[: text.index("[extensions]")]
    (folder / "config").write_text(text, encoding="ascii")


def copy_refs(location: Location, folder: Path) -> Copied:
    """Copy HEAD, the refs and the shallow boundary into the quarantine.

    Loose refs go first: one that git packs meanwhile is then found twice, not nowhere.
    """
    head = _copy_head(location.git_folder, folder)
    loose: set[str] = set()
    left_out: list[str] = []
    for count, (name, entry) in enumerate(_refs_of(location)):
        if count >= _LOOSE_REFS:
            raise UnreadableTargetError(
                f"{location.common} holds more than {_LOOSE_REFS} loose refs",
                advice="run `git pack-refs --all` in the repository",
            )
        written = _copy_ref(entry, folder / name)
        if written is None:
            left_out.append(name)
        elif not written.startswith(b"ref:"):
            loose.add(name)
    for name, limit in _LIMITS.items():
        _copy(location.common / name, folder / name, limit)
    return Copied(head=head, loose=frozenset(loose), left_out=tuple(sorted(left_out)))


def _refs_of(location: Location) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the loose refs: the shared ones, then those of this worktree alone."""
    linked = location.git_folder != location.common
    for name, entry in _loose_refs(location.common):
        if not (linked and _is_of_one_worktree(name)):
            yield name, entry
    if linked:
        yield from _loose_refs(location.git_folder)


def copy_index(location: Location, folder: Path, *, index: Path | None = None) -> bool:
    """Copy the index, its time kept because git tells by it which files to look at again.

    Returns False when there is none. `index` is the file that a hook is told to look at. Raises
    `UnreadableTargetError` for a damaged one.
    """
    shared = [
        place for place in location.git_folder.iterdir() if _SHARED_INDEX.fullmatch(place.name)
    ]
    for place in shared:
        _copy_index(place, folder / place.name)
    return _copy_index(index or location.git_folder / "index", folder / "index")


def _copy_index(place: Path, to: Path) -> bool:
    if not _copy(place, to, _INDEX_LIMIT):
        return False
    content, configuration = to.read_bytes(), to.with_name("config").read_bytes()
    fault = _fault_of_index(content, configuration)
    if fault is not None:
        raise UnreadableTargetError(
            f"{place} is damaged: {fault}",
            advice=f"remove {place}, then `git reset` builds it again from the commit",
        )
    if is_collapsed(content, _id_size(configuration)):
        keep_collapsed(to.parent)
    return True


def _fault_of_index(content: bytes, configuration: bytes) -> str | None:
    size = _id_size(configuration)
    digest = sha256 if size == 32 else sha1  # noqa: PLR2004 - bytes of SHA-256
    body, sum_ = memoryview(content)[:-size], content[-size:]
    # Git itself reads a truncated index as far as it goes, and then whatever follows in memory.
    if sum_ not in {bytes(size), digest(body, usedforsecurity=False).digest()}:
        return "its checksum does not fit"
    try:
        stray = stray_name(content, size)
    except (IndexError, ValueError):
        return "it ends too early"
    return None if stray is None else f"{os.fsdecode(stray)!r} is not inside the repository"


def _id_size(configuration: bytes) -> int:
    return 32 if b"sha256" in configuration else 20


def _copy_head(git_folder: Path, folder: Path) -> str | None:
    place = git_folder / "HEAD"
    try:
        # The oldest gits made HEAD a link to the branch's file.
        written = (
            f"ref: {os.readlink(place)}"  # noqa: PTH115 - kept as written
            if place.is_symlink()
            else read_regular(place, _HEAD_LIMIT).decode("utf-8", "surrogateescape").strip()
        )
    except OSError as problem:
        raise UnreadableTargetError(
            f"{place} can't be read: {problem.strerror}", advice="run as a user who may read it"
        ) from problem
    found = _HEAD.fullmatch(written)
    if found is None:
        raise UnreadableTargetError(
            f"{place} is damaged: it names neither a branch nor a commit",
            advice="write the branch's name back: `git symbolic-ref HEAD refs/heads/main`",
        )
    (folder / "HEAD").write_bytes(written.encode("utf-8", "surrogateescape") + b"\n")
    return found[1]


def _loose_refs(source: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if (source / "refs").is_symlink():
        raise UnreadableTargetError(
            f"{source}/refs is a link, which is not followed out of the target",
            advice="audit a fresh clone",
        )
    pending = ["refs"]
    while pending:
        above = pending.pop()
        try:
            with os.scandir(source / above) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        for entry in entries:
            name = f"{above}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                pending.append(name)
            elif not name.endswith(".lock"):
                yield name, entry


def _is_of_one_worktree(name: str) -> bool:
    return "/".join(name.split("/", 2)[:2]) in _OF_ONE_WORKTREE


def _copy_ref(entry: os.DirEntry[str], to: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            return None
        written = read_regular(Path(entry.path), _REF_LIMIT)
        write_copy(to, written)
    except OSError:
        return None
    return written


def _copy(place: Path, to: Path, limit: int) -> bool:
    try:
        copy_regular(place, to, limit)
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise UnreadableTargetError(
            f"{place} can't be read: {problem.strerror}",
            advice="run as a user who may read it, or clone the repository again",
        ) from problem
    return True
