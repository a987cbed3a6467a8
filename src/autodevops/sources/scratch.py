"""Folders for the length of one audit: gone at its end, and after a `kill -9` at the next start.

Each folder has a locked file beside it. The system takes the lock away from a process that ends,
however it ends; a folder whose lock nobody holds is nobody's and is removed.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autodevops.folders import cache_folder
from autodevops.temporary import temporary_folder

_LOCK = ".lock"


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give an empty folder in the cache, or where that can't be written, a temporary one.

    `purpose` names the folder above it, in which stale ones are removed first.
    """
    above = cache_folder() / purpose
    try:
        above.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep(above)
        lock, folder = _reserve(above)
    except OSError:
        with temporary_folder() as folder:
            yield folder
        return
    try:
        folder.mkdir(mode=0o700)
        yield Path(os.path.realpath(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _release(folder, lock)


def sweep(above: Path) -> None:
    """Remove the folders whose process is gone."""
    for place in above.glob(f"*{_LOCK}"):
        with suppress(OSError):
            lock = os.open(place, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
                continue
            folder = place.with_suffix("")
            shutil.rmtree(folder, ignore_errors=True)
            _release(folder, lock)


def _reserve(above: Path) -> tuple[int, Path]:
    """Return a lock that is ours and the name that goes with it."""
    while True:
        folder = above / secrets.token_hex(8)
        lock = os.open(_lock_of(folder), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody who swept between the two steps has removed the file.
            if os.fstat(lock).st_nlink:
                return lock, folder
        os.close(lock)


def _release(folder: Path, lock: int) -> None:
    # A folder that could not be removed keeps its lock file, so that it is found again.
    if not folder.exists():
        _lock_of(folder).unlink(missing_ok=True)
    os.close(lock)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)
