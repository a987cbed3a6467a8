"""Opens what a command's target names: a folder on this machine, or a repository on GitHub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from autodevops.errors import AutodevopsError, UnreachableError, UsageError
from autodevops.folders import cache_folder
from autodevops.model.report import Target
from autodevops.model.snapshot import Snapshot
from autodevops.sources.github.names import RepositoryName, resolve
from autodevops.sources.local import open_local
from autodevops.sources.modes import Index, Mode, Revision

if TYPE_CHECKING:
    from autodevops.credentials import Credential
    from autodevops.sources.github.shapes import Shape


class Place(Struct, frozen=True, kw_only=True):
    """A target that was found to be one thing or the other."""

    target: str
    """As the user named it."""
    name: RepositoryName | None
    """The repository on GitHub; None for a folder."""
    mode: Mode
    """Which of its states is read."""


def find(target: str, mode: Mode, *, offline: bool) -> Place:
    """Return what a target is; a folder that exists wins over a repository on GitHub.

    Raises UsageError for an index that GitHub does not have, UnreachableError when GitHub must not
    be asked, and TargetNotFoundError for an address that leads to neither.
    """
    name = resolve(target)
    if name is not None and isinstance(mode, Index):
        raise UsageError(
            f"{target} is not a folder here, and {name} on GitHub has no index",
            advice="leave --staged out, or name a folder",
        )
    if name is not None and offline:
        raise UnreachableError(
            f"{target} is not a folder here, and --offline keeps from asking GitHub for {name}",
            advice="leave --offline out, or clone the repository and name its folder",
        )
    return Place(target=target, name=name, mode=mode)


@contextmanager
def open_place(
    place: Place,
    *,
    now: datetime,
    shape: "Shape | None" = None,
    ahead: bool = False,
    say: Callable[[str], None] | None = None,
) -> Iterator[Snapshot]:
    """Open a target for the length of a `with`; raises a `TargetError` when it can't be read.

    `shape` says how much of a repository on GitHub is fetched, by default one commit; `ahead` lets
    the history of a folder be walked before anybody asks.
    """
    if place.name is None:
        cache = cache_folder()
        with open_local(
            place.target, now=now, mode=place.mode, ahead=ahead, cache=cache
        ) as snapshot:
            yield snapshot
        return
    from autodevops.sources.github.opening import open_github
    from autodevops.sources.github.shapes import Depth, Shape

    rev = place.mode.name if isinstance(place.mode, Revision) else None
    opening = partial(open_github, place.name, now=now, token=github_token(), rev=rev, say=say)
    with opening(shape=shape or Shape(Depth.TIP)) as snapshot:
        yield snapshot


def unaudited(target: str) -> Target:
    """Return how a report names a target that could not be audited."""
    try:
        name = resolve(target)
    except AutodevopsError:
        name = None
    return Target(
        kind="local" if name is None else "github",
        name=str(name or PurePath(target).name or target),
        path=target if name is None else None,
        url=None if name is None else name.url,
        commit=None,
        branch=None,
        dirty=False,
    )


def github_token(option: str | None = None) -> "Credential | None":
    """Return the token for the GitHub server in use; None where there is none.

    `option` is a file that holds it, or `-`; without one environment and keyring are looked at.
    """
    from autodevops.credentials import Service, find
    from autodevops.sources.github.endpoints import endpoints

    return find(Service.GITHUB, option=option, account=endpoints().account)
