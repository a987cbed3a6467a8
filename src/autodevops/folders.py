"""Where autodevops keeps what it may lose (the cache) and what it must not (the state)."""

import os
from pathlib import Path

CACHE = "AUTODEVOPS_CACHE_DIR"
"""Variable that names another folder for the cache."""


def cache_folder() -> Path:
    """Return the folder for what can be made again; it may not exist yet."""
    named = os.environ.get(CACHE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("autodevops", appauthor=False)
