"""Where autodevops keeps what it may lose (the cache) and what it must not (the state)."""

import os
from pathlib import Path

from autodevops.errors import HistoryError

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
