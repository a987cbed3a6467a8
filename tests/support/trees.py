"""The state of a folder to the byte, to show that reading it changes nothing."""

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple


class Trace(NamedTuple):
    """What is compared of one path."""

    mode: int
    """Type and permissions."""
    modified_at: int
    """Nanoseconds; of folders too, so that nothing is even made and removed again."""
    content: str
    """Hash of a file's bytes, or where a link points."""


def trace(folder: Path) -> dict[str, Trace]:
    """Return what is under a folder, the folder itself and its `.git` included."""
    found = {}
    for above, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            place = Path(above, name)
            found[str(place.relative_to(folder))] = _trace(place)
    return found


def _trace(place: Path) -> Trace:
    looked_at = place.lstat()
    content = ""
    if stat.S_ISREG(looked_at.st_mode):
        content = sha256(place.read_bytes()).hexdigest()
    elif stat.S_ISLNK(looked_at.st_mode):
        content = str(place.readlink())
    return Trace(looked_at.st_mode, looked_at.st_mtime_ns, content)
