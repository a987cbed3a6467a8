"""Where autodevops keeps what it may lose (the cache) and what it must not (the state)."""

import os
import tempfile
from pathlib import Path

from autodevops.errors import HistoryError, NoRoomError

CACHE = "AUTODEVOPS_CACHE_DIR"
"""Variable that names another folder for the cache."""
STATE = "AUTODEVOPS_STATE_DIR"
"""Variable that names another folder for the state."""


def cache_folder() -> Path:
    """Return the folder for what can be made again; it may not exist yet."""
    named = os.environ.get(CACHE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("autodevops", appauthor=False)


def state_folder() -> Path:
    """Return the folder for what can't be made again; it may not exist yet.

    Raises HistoryError when nobody knows where the user's home is.
    """
    named = os.environ.get(STATE)
    if named:
        return Path(named)
    from platformdirs import user_state_path

    folder = user_state_path("autodevops", appauthor=False)
    if not folder.is_absolute():
        raise HistoryError(
            "there is no home folder to keep the history in", advice=f"name a folder with {STATE}"
        )
    return folder


def settle_temporary_folder() -> None:
    """Choose where temporary files go: never the current folder, which may be a target's.

    Python itself would fall back to it, and even tries it out, when no other takes a file. Raises
    NoRoomError when there is none.
    """
    if tempfile.tempdir is not None:
        return
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    for folder in (*filter(None, named), "/tmp", "/var/tmp", "/usr/tmp"):  # noqa: S108 - Python's own
        try:
            with tempfile.TemporaryFile(dir=os.path.abspath(folder), buffering=0) as probe:  # noqa: PTH100 - text
                probe.write(b"room")
        except OSError:
            continue
        tempfile.tempdir = os.path.abspath(folder)  # noqa: PTH100 - text
        return
    raise NoRoomError(
        "no folder takes temporary files",
        advice="make room in /tmp, or name another folder with TMPDIR",
    )
