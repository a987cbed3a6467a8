"""Writes verified edits into the working tree of a target, if that is clean."""

from typing import TYPE_CHECKING

from autodevops.auditing import Opened
from autodevops.errors import UsageError
from autodevops.request import Request
from autodevops.sources.locating import locate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autodevops.fixing.repository import UserRepository
    from autodevops.model.edit import Edit

_SHOWN = 10


def require_local(request: Request, command: str) -> None:
    """Raise UsageError for a target that is not a folder on this machine."""
    from autodevops.sources.github.names import resolve

    if resolve(request.target) is not None:
        raise UsageError(
            f"{request.target} is not on this machine",
            advice=f"clone it, and run `autodevops {command}` there: git clone {request.target}",
        )


def require_clean(request: Request, instead: str = "") -> None:
    """Raise UsageError for a working tree that has changes of its own, or for none at all.

    `instead` names what else can be done, in words that begin with a comma.
    """
    from autodevops.sources.changes import changed_paths

    if locate(request.target).bare:
        raise UsageError(
            f"{request.target} is a bare repository: there is no working tree to write to",
            advice=f"name a clone of it that has one{instead}",
        )
    changed = changed_paths(request.target)
    if changed:
        names = ", ".join(changed[:_SHOWN])
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise UsageError(
            f"the working tree has changes of its own: {names}{more}",
            advice=f"commit or stash them first{instead}",
        )


def write(target: Opened, edits: "Iterable[Edit]") -> None:
    """Make edits that passed the gate; what they add or take away is told to git."""
    from autodevops.fixing.apply import write_edits

    edits, snapshot = tuple(edits), target.snapshot
    write_edits(locate(target.request.target).top, edits)
    is_long = any(len(entry.oid) > len("0" * 40) for entry in snapshot.entries[:1])
    user_repository(target.request).track(edits, snapshot.by_path, long_ids=is_long)


def user_repository(request: Request) -> "UserRepository":
    """Return the repository of a target, to be changed as its owner would."""
    from autodevops.fixing.repository import Place, UserRepository

    found = locate(request.target)
    return UserRepository(
        Place(top=found.top, git_folder=found.git_folder, common=found.common, bare=found.bare)
    )
