"""Writes edits into a working tree: each file in one step, none through a link.

Folders are opened one below the other without following links, so that nothing that appears on
the way between looking and writing leads out of the repository.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autodevops.errors import OutputError
from autodevops.fixing.boundaries import path_objection
from autodevops.model.edit import Edit
from autodevops.writing import write_whole

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def obstacles(top: Path, edits: Iterable[Edit], tracked: Iterable[str]) -> Iterator[str]:
    """Yield what on disk is in the way of edits, each beginning with the path."""
    known = frozenset(tracked)
    for edit in edits:
        if path_objection(edit.path) is not None:
            continue
        reason = _obstacle(top, edit, is_tracked=edit.path in known)
        if reason is not None:
            yield f"{edit.path} {reason}"


def write_edits(top: Path, edits: Iterable[Edit]) -> None:
    """Make these edits below a folder; raises OutputError for the first that can't be made.

    Every file is whole at any moment: a kill in the middle leaves it as it was or as it will be.
    """
    for edit in edits:
        reason = path_objection(edit.path)
        if reason is not None:
            raise OutputError(f"{edit.path} {reason}", advice="nothing was written there")
        if edit.content is None and edit.keep:
            continue
        try:
            with _folder_of(top, edit.path, make=edit.content is not None) as (folder, name):
                if edit.content is None:
                    os.unlink(name, dir_fd=folder)
                else:
                    write_whole(
                        Path(name), [edit.content], executable=bool(edit.executable), folder=folder
                    )
        except OSError as error:
            raise OutputError(
                f"could not write {edit.path}: {error.strerror}",
                advice="look at `git status`: files before it may be written already",
            ) from error


def _obstacle(top: Path, edit: Edit, *, is_tracked: bool) -> str | None:
    place = top
    parts = edit.path.split("/")
    for part in parts[:-1]:
        place /= part
        found = _mode(place)
        if found is None:
            return None if edit.content is not None else "is not in the working tree"
        if not stat.S_ISDIR(found):
            return f"lies below {place.relative_to(top)}, which is no folder"
    found = _mode(top / edit.path)
    if found is None:
        return None
    if not stat.S_ISREG(found):
        return "is no regular file in the working tree"
    return None if is_tracked else "is there already, and git does not track it"


def _mode(place: Path) -> int | None:
    try:
        return place.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def _folder_of(top: Path, path: str, *, make: bool) -> Iterator[tuple[int, str]]:
    """Give the open folder of a path, made if need be, and the name in it."""
    *folders, name = path.split("/")
    current = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(folder, dir_fd=current)
            below = os.open(folder, _FOLDER, dir_fd=current)
            os.close(current)
            current = below
        yield current, name
    finally:
        os.close(current)
