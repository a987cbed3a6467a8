"""Tells whether the target's object store may be read: all of it must be the target's own."""

import os
from collections.abc import Iterator
from pathlib import Path

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources.files import read_regular
from autodevops.sources.locating import Location

_ALTERNATES_LIMIT = 1 << 16


def usable_objects(location: Location) -> Path | Unavailable:
    """Return the object store, or why it must not be read: parts of it are outside the target."""
    pending = [location.common / "objects"]
    seen: set[Path] = set()
    while pending:
        store = pending.pop()
        if store in seen:
            continue
        seen.add(store)
        odd = _odd_part(store)
        if odd is not None:
            return Unavailable(f"{odd} is a link or special file, which may lead anywhere")
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


def _odd_part(store: Path) -> Path | None:
    for folder in (store, store / "pack", store / "info"):
        if folder.is_symlink():
            return folder
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    # A pipe would keep git waiting, a link could lead anywhere.
                    if not (entry.is_dir(follow_symlinks=False) or _is_file(entry)):
                        return folder / entry.name
        except FileNotFoundError:
            continue
    return None


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)


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
    for line in os.fsdecode(written).splitlines():
        if line and not line.startswith("#"):
            yield line.strip('"')
