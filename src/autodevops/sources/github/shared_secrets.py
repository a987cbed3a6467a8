"""Secrets and variables of an organisation, read once for many of its repositories.

What is shared with all, or with all private ones, needs no question for each repository. As soon as
something is shared with chosen repositories, each one has to be asked itself.
"""

import threading
from dataclasses import dataclass, field

import msgspec

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Listing
from autodevops.sources.github.client import GitHub, path

_MOST_PAGES = 3
_SCOPE = "admin:org"


class _Shared(msgspec.Struct, frozen=True, kw_only=True):
    visibility: str


@dataclass(slots=True)
class SharedSecrets:
    """What organisations share with their repositories, as far as their own lists tell.

    Threads may ask at once: the second one waits for the list that the first one reads.
    """

    client: GitHub
    """Who asks."""
    calls: int = 0
    """Lists that were asked for."""
    _lists: dict[tuple[str, str], Listing | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, owner: str, kind: str, *, private: bool) -> Listing | None:
        """Return the `secrets` or `variables` that a repository is given; None when unknown."""
        if self.client.rights.has_scope(_SCOPE) is not True:
            return None  # a call that is as good as refused
        key = (owner.lower(), kind)
        with self._lock:
            if key not in self._lists:
                self._lists[key] = self._read(owner, kind)
            listing = self._lists[key]
        if listing is None:
            return None
        shared = listing.read(_Shared)
        if isinstance(shared, Unavailable):
            return None
        given = {"all", "private"} if private else {"all"}
        pairs = zip(listing.items, shared, strict=True)
        return Listing(
            status=200, items=tuple(one for one, said in pairs if said.visibility in given)
        )

    def _read(self, owner: str, kind: str) -> Listing | None:
        """Return the whole list, if none of it is for chosen repositories."""
        self.calls += 1
        where = path("orgs", owner, "actions", kind)
        listing = self.client.listing(where, key=kind, most=_MOST_PAGES)
        shared = listing.read(_Shared)
        if listing.unavailable is not None or isinstance(shared, Unavailable):
            return None
        chosen = any(one.visibility not in {"all", "private"} for one in shared)
        return None if chosen else listing
