"""Names and ages of Actions secrets and variables; values are never kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from autodevops.facts.settings import SECRETS
from autodevops.model.settings import StoredSecret, StoredSecrets
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Listing
from autodevops.sources.github.groups import ENVIRONMENTS, VARIABLES

HIDDEN = Unavailable("names of secrets are shown only to those who may write", SECRETS)
"""Stands for secrets that the token's owner may not see."""
REPOSITORY = "repository"
"""Place of what the repository itself holds."""
ORGANIZATION = "organization"
"""Place of what its organisation shares with it."""


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """One secret or variable; the value of a variable is not even read."""

    name: str
    updated_at: datetime


def environment(name: str) -> str:
    """Return the place of what an environment holds."""
    return f"environment {name}"


def stored_secrets(
    secrets: Mapping[str, Listing | None],
    variables: Mapping[str, Listing | None],
    *,
    more_environments: Unavailable | None = None,
) -> StoredSecrets | Unavailable:
    """Return what is stored, by place; None is a place that was not asked.

    What the repository itself holds must be known; what else is missing is `unseen`.
    """
    own = secrets.get(REPOSITORY)
    if own is None:
        return Unavailable("secrets were not asked for", SECRETS)
    if isinstance(shape := own.read(_Named), Unavailable):
        return shape
    found = {place: _read(place, listing) for place, listing in secrets.items()}
    known = {place: _read(place, listing) for place, listing in variables.items()}
    return StoredSecrets(
        secrets=_sorted(found.values()),
        variables=_sorted(known.values()),
        unseen=_unseen(secrets, "secrets", SECRETS) or more_environments,
        variables_unseen=_unseen(variables, "variables", VARIABLES),
    )


def _read(place: str, listing: Listing | None) -> tuple[StoredSecret, ...]:
    if listing is None:
        return ()
    named = listing.read(_Named)
    if isinstance(named, Unavailable):
        return ()
    return tuple(
        StoredSecret(name=one.name.upper(), place=place, updated_at=one.updated_at) for one in named
    )


def _sorted(places: Iterable[Sequence[StoredSecret]]) -> tuple[StoredSecret, ...]:
    every = [one for place in places for one in place]
    return tuple(sorted(every, key=lambda one: (one.name, one.place)))


def _unseen(listings: Mapping[str, Listing | None], what: str, needs: str) -> Unavailable | None:
    """Return the first place that could not be read whole."""
    for place, listing in listings.items():
        reason = None
        if listing is None:
            reason, asked = "they were not asked for", None
        elif listing.unavailable is not None:
            reason, asked = listing.unavailable.reason, listing.unavailable.needs
        elif isinstance(shape := listing.read(_Named), Unavailable):
            reason, asked = shape.reason, shape.needs
        if reason is not None:
            default = ENVIRONMENTS if place.startswith("environment ") else needs
            return Unavailable(
                f"the {what} of the {place} are not known: {reason}", asked or default
            )
    return None
