"""Git's rule that a repository of somebody else is read only when the user allowed it.

The decision stays the user's `safe.directory`; autodevops never adds to it.
"""

import os
from pathlib import Path

from autodevops.errors import UnreadableTargetError
from autodevops.sources.git import Git
from autodevops.sources.locating import Location


def refuse_foreign(location: Location, git: Git) -> None:
    """Raise `UnreadableTargetError` for a repository of another user that is not allowed."""
    places = {*location.roots, location.top / ".git"}
    if all(_is_ours(place) for place in places) or _is_allowed(location.top, git):
        return
    raise UnreadableTargetError(
        f"{location.top} belongs to another user",
        advice=f"if you trust it: `git config --global --add safe.directory {location.top}`",
    )


def _is_ours(place: Path) -> bool:
    try:
        owner = _owner(place)
    except FileNotFoundError:
        return True
    user = os.geteuid()
    if user == 0 and owner != 0:
        asked_by = os.environ.get("SUDO_UID", "")
        return asked_by.isdecimal() and owner == int(asked_by)
    return owner == user


def _owner(place: Path) -> int:
    return place.lstat().st_uid


def _is_allowed(top: Path, git: Git) -> bool:
    allowed = False
    for value in git.user_values("safe.directory"):
        # As git reads it: an empty value takes back those before it.
        allowed = bool(value) and (allowed or _names(value, top))
    return allowed


def _names(value: str, top: Path) -> bool:
    if value == "*":
        return True
    if value.endswith("/*"):
        return top.is_relative_to(os.path.realpath(value[:-2])) and value.startswith("/")
    return value.startswith("/") and Path(os.path.realpath(value)) == top
