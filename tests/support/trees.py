"""The state of a folder to the byte, to show that reading it changes nothing."""

import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

_LARGE = 1 << 30


class Trace(NamedTuple):
    """What is compared of one path."""

    mode: int
    """Type and permissions."""
    modified_at: int
    """Nanoseconds; of folders too, so that nothing is even made and removed again."""
    content: str
    """Hash of a file's bytes, or where a link points."""


def trace(folder: Path) -> dict[str, Trace]:
    """Return what is under a folder, the folder itself and its `.git` included, however deep."""
    found = {".": _trace(folder)}
    pending = [folder]
    while pending:
        for place in pending.pop().iterdir():
            found[str(place.relative_to(folder))] = _trace(place)
            if place.is_dir() and not place.is_symlink():
                pending.append(place)
    return found


def _trace(place: Path) -> Trace:
    looked_at = place.lstat()
    content = ""
    if stat.S_ISREG(looked_at.st_mode):
        is_large = looked_at.st_size > _LARGE
        content = (
            f"{looked_at.st_size} bytes" if is_large else sha256(place.read_bytes()).hexdigest()
        )
    elif stat.S_ISLNK(looked_at.st_mode):
        content = str(place.readlink())
    return Trace(looked_at.st_mode, looked_at.st_mtime_ns, content)
