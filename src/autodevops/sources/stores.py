"""Tells whether the target's object store may be read: all of it must be the target's own."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources.files import read_regular
from autodevops.sources.locating import Location

_ALTERNATES_LIMIT = 1 << 16
_FOLDERS = ("pack", "pack/multi-pack-index.d", "info", "info/commit-graphs")
_BYTE = re.compile(r"[0-9a-f]{2}")


def usable_objects(location: Location) -> Path | Unavailable:
    """Return the object store, or why it must not be read: parts of it are outside the target."""
    pending = [location.common / "objects"]
    seen: set[Path] = set()
    while pending:
        store = pending.pop()
        if store in seen:
            continue
        seen.add(store)
        try:
            odd = _odd_part(store)
        except OSError as problem:
            return Unavailable(f"objects in {store} can't be read: {problem.strerror}")
        if odd is not None:
            return Unavailable(f"{odd} is a link or special file, which may lead anywhere")
        for named in _alternates(store):
            if named.startswith('"'):
                # Git unquotes it; nobody but an attacker writes it so.
                return Unavailable(f"{store}/info/alternates has a name in quotation marks")
            places = _meant(store, named)
            for place in places:
                if not any(place.is_relative_to(root) for root in location.roots):
                    return Unavailable(
                        f"objects are borrowed from {place}, outside the target",
                        needs="a repository of its own: `git repack -a -d`, "
                        "then remove .git/objects/info/alternates",
                    )
            pending += places
    return location.common / "objects"


def _meant(store: Path, named: str) -> list[Path]:
    """Return where a name leads: links followed first, or `..` taken off first as older gits do."""
    whole = os.path.join(os.path.realpath(store), named)  # noqa: PTH118 - a link's `..` stays
    return [Path(os.path.realpath(path)) for path in (whole, os.path.normpath(whole))]


def _odd_part(store: Path) -> Path | None:
    # Each folder that git looks into, those of loose objects by the first byte of their ids.
    pending = [store, *(store / name for name in _FOLDERS)]
    for folder in pending:
        if folder.is_symlink():
            return folder
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        if folder == store and _BYTE.fullmatch(entry.name):
                            pending.append(folder / entry.name)
                    # A pipe would keep git waiting, a link could lead anywhere.
                    elif not entry.is_file(follow_symlinks=False):
                        return folder / entry.name
        except FileNotFoundError:
            continue
    return None


def _alternates(store: Path) -> Iterator[str]:
    try:
        written = read_regular(store / "info" / "alternates", _ALTERNATES_LIMIT)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise UnreadableTargetError(
            f"{store}/info/alternates can't be read: {problem.strerror}",
            advice="clone the repository again",
        ) from problem
    # Only line feeds end a name, and a NUL ends the file, for git as well.
    for line in os.fsdecode(written.partition(b"\0")[0]).split("\n"):
        if line and not line.startswith("#"):
            yield line
