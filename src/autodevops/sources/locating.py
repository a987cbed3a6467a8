"""Finds the git folder of a target as git does, and refuses one that leads out of it.

A `.git` that is a directory belongs to the target. A `.git` file may name a folder elsewhere, which
anybody can write down; it counts only when that folder says the same: a linked worktree's `gitdir`
file and a submodule's `core.worktree` point back.
"""

import os
import stat
from pathlib import Path

from msgspec import Struct

from autodevops.errors import NotARepositoryError, TargetNotFoundError, UnreadableTargetError
from autodevops.sources.files import read_regular

_POINTER_LIMIT = 1 << 14
_ELSEWHERE = "audit the repository it leads to by its own path"


class Location(Struct, frozen=True, kw_only=True):
    """Where the parts of a local repository are; every path is absolute and free of links."""

    top: Path
    """Top folder of the working tree, or the bare repository itself."""
    git_folder: Path
    """Holds HEAD and index."""
    common: Path
    """Holds objects, refs and configuration; differs from `git_folder` in a linked worktree."""
    bare: bool
    """Whether there is no working tree."""
    vouched: bool
    """False when only `core.worktree` can tell that the git folder belongs to `top`."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """Return the folders that belong to the target."""
        return (self.top, self.git_folder, self.common)


def locate(path: str) -> Location:
    """Return the repository that holds a folder.

    Raises `TargetNotFoundError`, `NotARepositoryError` or `UnreadableTargetError`.
    """
    start = _folder(path)
    incomplete: Path | None = None
    device = start.stat().st_dev
    for folder in (start, *start.parents):
        if folder.stat().st_dev != device:
            break
        link = folder / ".git"
        match _kind(link):
            case stat.S_IFLNK:
                raise UnreadableTargetError(
                    f"{link} is a symbolic link; a git folder is not followed out of its target",
                    advice=_ELSEWHERE,
                )
            case stat.S_IFREG:
                return _linked(folder, link)
            case stat.S_IFDIR if _is_git_folder(link):
                return _own(folder, link)
            case stat.S_IFDIR:
                incomplete = incomplete or link
            case _:
                pass
        if _is_git_folder(folder):
            if folder.name == ".git":
                return _own(folder.parent, folder)
            return _plain(folder, folder, bare=True)
    if incomplete is not None:
        raise UnreadableTargetError(
            f"{incomplete} can't be read as a git folder: HEAD, objects or refs is not there",
            advice="restore it, or remove it and clone the repository again",
        )
    raise NotARepositoryError(
        f"{path} is not inside a git repository",
        advice="name a folder of a repository, or make one there with `git init`",
    )


def _folder(path: str) -> Path:
    try:
        found = os.stat(path)  # noqa: PTH116 - the path as it was given, a NUL in it included
        start = Path(os.path.realpath(path))
        if stat.S_ISDIR(found.st_mode):
            with os.scandir(start):
                return start
    except PermissionError as problem:
        raise UnreadableTargetError(
            f"{path} can't be read: permission denied", advice="run as a user who may read it"
        ) from problem
    except (OSError, ValueError) as problem:
        raise TargetNotFoundError(
            f"there is no {path!r}", advice="name the folder of a repository"
        ) from problem
    raise NotARepositoryError(
        f"{path} is a file, not a repository", advice="name the folder of a repository"
    )


def _own(top: Path, git_folder: Path) -> Location:
    if _kind(git_folder / "commondir"):
        raise UnreadableTargetError(
            f"{git_folder} borrows its refs and objects from another repository (`commondir`)",
            advice=_ELSEWHERE,
        )
    return _plain(top, git_folder, bare=False)


def _plain(top: Path, git_folder: Path, *, bare: bool) -> Location:
    return Location(top=top, git_folder=git_folder, common=git_folder, bare=bare, vouched=True)


def _linked(top: Path, link: Path) -> Location:
    named = _pointer(link, prefix="gitdir:")
    git_folder = _resolved(top, named)
    if _kind(git_folder) != stat.S_IFDIR:
        raise UnreadableTargetError(
            f"{link} names a git folder that is not there: {named}",
            advice="`git worktree repair` or `git submodule update --init` puts it right",
        )
    if not _kind(git_folder / "commondir"):
        inside = git_folder.is_relative_to(top)
        return Location(
            top=top, git_folder=git_folder, common=git_folder, bare=False, vouched=inside
        )
    common = _resolved(git_folder, _pointer(git_folder / "commondir"))
    back = _resolved(git_folder, _pointer(git_folder / "gitdir"))
    if git_folder.parent != common / "worktrees" or back != link:
        raise UnreadableTargetError(
            f"{link} names a worktree of another repository, which does not name it back",
            advice="`git worktree repair`, run in the main worktree, puts it right",
        )
    return Location(top=top, git_folder=git_folder, common=common, bare=False, vouched=True)


def _pointer(place: Path, *, prefix: str = "") -> str:
    try:
        written = os.fsdecode(read_regular(place, _POINTER_LIMIT)).rstrip("\r\n")
    except OSError as problem:
        raise UnreadableTargetError(
            f"{place} can't be read: {problem.strerror}", advice="run as a user who may read it"
        ) from problem
    named = written.removeprefix(prefix).strip(" ") if prefix else written
    if not written.startswith(prefix) or not named or "\0" in named:
        raise UnreadableTargetError(
            f"{place} does not name a git folder", advice="clone the repository again"
        )
    return named


def _resolved(base: Path, named: str) -> Path:
    return Path(os.path.realpath(base / named))


def _kind(place: Path) -> int:
    try:
        return stat.S_IFMT(place.lstat().st_mode)
    except OSError:
        return 0


def _is_git_folder(folder: Path) -> bool:
    return (
        _kind(folder / "HEAD") != 0 and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )
