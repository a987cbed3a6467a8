"""A git folder of our own that stands in for the target's, so that git obeys us and not the target.

Copied: HEAD, refs, packed-refs, shallow and the index; regular files only, none too large, no link
followed. Left behind: configuration, hooks, attributes, grafts, logs and everything else. Objects
are read where they are.
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources.configuration import Configuration
from autodevops.sources.files import copy_regular, read_regular
from autodevops.sources.locating import Location

_HEAD_LIMIT = 1 << 12
_REF_LIMIT = 1 << 12
_LOOSE_REFS = 200_000
_LIMITS = {"packed-refs": 256 << 20, "shallow": 64 << 20}
_INDEX_LIMIT = 1 << 30
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
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
    sources = [location.common]
    if location.git_folder != location.common:
        sources.append(location.git_folder)
    for source in sources:
        for name, place in _loose_refs(source):
            if source is not location.git_folder and _is_of_one_worktree(name):
                continue
            if len(loose) >= _LOOSE_REFS:
                raise UnreadableTargetError(
                    f"{source} holds more than {_LOOSE_REFS} loose refs",
                    advice="run `git pack-refs --all` in the repository",
                )
            written = _copy_ref(place, folder / name)
            if written is None:
                left_out.append(name)
            elif not written.startswith(b"ref:"):
                loose.add(name)
    for name, limit in _LIMITS.items():
        _copy(location.common / name, folder / name, limit)
    return Copied(head=head, loose=frozenset(loose), left_out=tuple(sorted(left_out)))


def copy_index(location: Location, folder: Path, *, index: Path | None = None) -> bool:
    """Copy the index, its time kept because git tells by it which files to look at again.

    Returns False when there is none. `index` is the file that a hook is told to look at.
    """
    for place in location.git_folder.iterdir():
        if _SHARED_INDEX.fullmatch(place.name):
            _copy(place, folder / place.name, _INDEX_LIMIT)
    return _copy(index or location.git_folder / "index", folder / "index", _INDEX_LIMIT)


def usable_objects(location: Location) -> Path | Unavailable:
    """Return the object store, or why it must not be read: parts of it are outside the target."""
    pending = [location.common / "objects"]
    seen: set[Path] = set()
    while pending:
        store = pending.pop()
        if store in seen:
            continue
        seen.add(store)
        linked = _link_inside(store)
        if linked is not None:
            return Unavailable(f"{linked} is a link, which may lead out of the target")
        for named in _alternates(store):
            place = Path(os.path.realpath(store / named))
            if not any(place.is_relative_to(root) for root in location.roots):
                return Unavailable(
                    f"objects are borrowed from {place}, outside the target",
                    needs="a repository of its own: `git repack -a -d`, "
                    "then remove .git/objects/info/alternates",
                )
            pending.append(place)
    return location.common / "objects"


def _link_inside(store: Path) -> Path | None:
    for folder in (store, store / "pack", store / "info"):
        if folder.is_symlink():
            return folder
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    if entry.is_symlink():
                        return folder / entry.name
        except OSError:
            continue
    return None


def _alternates(store: Path) -> Iterator[str]:
    try:
        written = read_regular(store / "info" / "alternates", 1 << 16)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise UnreadableTargetError(
            f"{store}/info/alternates can't be read: {problem.strerror}",
            advice="clone the repository again",
        ) from problem
    for line in os.fsdecode(written).splitlines():
        if line and not line.startswith("#"):
            yield line.strip('"')


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
    pending = ["refs"]
    while pending:
        above = pending.pop()
        try:
            with os.scandir(source / above) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
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
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(written)
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
