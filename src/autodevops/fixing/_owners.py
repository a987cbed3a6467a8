"""Who owns what, from what the repository itself says: CODEOWNERS as it is now, MAINTAINERS."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts.codeowners import Codeowners, CodeownersPlaces, OwnerLine, parse_codeowners
from autodevops.facts.documents import Documents
from autodevops.facts.ownership import Ownership
from autodevops.facts.services import Services
from autodevops.fixing._api import Site
from autodevops.guide.model import OwnershipPolicy

_HANDLE = re.compile(r"(?<![\w/.`])@[A-Za-z0-9][\w-]{0,38}(?:/[\w.-]{1,100})?(?![\w@.]*\.\w)")
_PLACE = re.compile(r"`/?([\w.@-]+(?:/[\w.@-]+)*/?)`")
_MOST_DEFAULT = 3
"""Most people of whom all may be meant as the default owners."""


class Maintainer(NamedTuple):
    """One line of MAINTAINERS that names somebody."""

    owners: tuple[str, ...]
    """Who."""
    places: tuple[str, ...]
    """Tracked paths that the line names, folders with a slash at the end."""


def codeowners_now(site: Site) -> Codeowners | None:
    """Return the CODEOWNERS file that counts, with the edits so far; None without one."""
    places = site.fact(CodeownersPlaces)
    path = None if places is None else places.counts
    text = None if path is None else site.text(path)
    return None if path is None or text is None else parse_codeowners(path, text)


def default_owners(site: Site) -> tuple[str, ...]:
    """Return who owns what nobody else does: by the `*` line, by every line, by MAINTAINERS."""
    codeowners = codeowners_now(site)
    lines = [line for line in codeowners.lines if line.owners] if codeowners else []
    chosen = next((line for line in reversed(lines) if line.is_default), None)
    if chosen is not None:
        return names(chosen)
    shared = frozenset.intersection(*(line.owner_keys for line in lines)) if lines else frozenset()
    if shared and _own_most(site):
        return tuple(name for name in names(lines[0]) if name.lower() in shared)
    return _default_maintainers(site)


def maintainers(site: Site) -> tuple[Maintainer, ...]:
    """Return what MAINTAINERS says about who looks after what."""
    documents = site.fact(Documents)
    found = None if documents is None else documents.find("maintainers")
    text = None if found is None or found.stub else site.text(found.path)
    return tuple(_maintainers(text or "", site))


def asked_places(site: Site) -> tuple[str, ...]:
    """Return the folders for which the guide asks a line of its own, with a slash at the end."""
    services = site.fact(Services)
    folders = [one.folder for one in (services.present if services else ()) if one.folder]
    guarded = [
        ".github/" if place.startswith(".github/") else place
        for place in site.guide(OwnershipPolicy).guarded
    ]
    places = [*(f"{folder}/" for folder in folders), *guarded]
    return tuple(
        dict.fromkeys(one for one in places if one == ".github/" or site.has(one.rstrip("/")))
    )


def _own_most(site: Site) -> bool:
    """Tell whether most files have an owner: then who owns all of them may own the rest."""
    ownership = site.fact(Ownership)
    return ownership is not None and len(ownership.unowned) * 2 < len(ownership.index.paths)


def _default_maintainers(site: Site) -> tuple[str, ...]:
    general = [one for one in maintainers(site) if not one.places]
    people = tuple(dict.fromkeys(name for one in general for name in one.owners))
    if len(people) <= _MOST_DEFAULT:
        return people
    return general[0].owners


def _maintainers(text: str, site: Site) -> Iterator[Maintainer]:
    fenced = False
    for row in text.split("\n"):
        if row.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        owners = () if fenced else tuple(dict.fromkeys(_HANDLE.findall(row)))
        if owners:
            named = (one.rstrip("/") for one in _PLACE.findall(row))
            places = [f"{one}/" if one not in site.paths else one for one in named if site.has(one)]
            yield Maintainer(owners, tuple(places))


def names(line: OwnerLine) -> tuple[str, ...]:
    """Return the owners of a line as it writes them."""
    return tuple(owner.name for owner in line.owners)
