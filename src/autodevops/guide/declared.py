"""The short way to say which services there are: `services = [...]` in a team's file."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from autodevops.guide.document import Document
from autodevops.guide.positions import KeyPath

SERVICES = "services"
"""The key."""

_ADVICE = 'write services = ["app", "workers"], [] for none, or [[services]] with a name'


def spell_out_services(document: Document) -> Document:
    """Return the document with a list of services as the table that it stands for.

    `services = ["app"]` is `[services] declared = ["app"]`; an element that is a table also says
    what its service is, as `[services.known.NAME]` would. Raises ConfigurationError for others.
    """
    listed = document.tables.get(SERVICES)
    if not isinstance(listed, list):
        return document
    declared: list[str] = []
    known: dict[str, Any] = {}
    moved: dict[KeyPath, KeyPath] = {}
    for position, item in enumerate(listed):
        name = _name(item, (SERVICES, position), document)
        moved[(SERVICES, position)] = (SERVICES, "declared", len(declared))
        declared.append(name)
        if isinstance(item, Mapping) and len(item) > 1:
            moved[(SERVICES, position)] = (SERVICES, "known", name)
            known[name] = {key: value for key, value in item.items() if key != "name"}
    tables = {"declared": declared, "known": known} if known else {"declared": declared}
    lines = {_moved(at, moved): line for at, line in document.lines.items()}
    if (SERVICES,) in lines:
        lines[(SERVICES, "declared")] = lines[(SERVICES,)]
    return replace(document, tables={**document.tables, SERVICES: tables}, lines=lines)


def _name(item: object, at: KeyPath, document: Document) -> str:
    """Return the name of a listed service."""
    named = item.get("name") if isinstance(item, Mapping) else item
    if isinstance(named, str) and named.strip("/ "):
        return named.strip().strip("/")
    raise document.mistake("a service in `services` has a name", at, _ADVICE)


def _moved(at: KeyPath, moved: Mapping[KeyPath, KeyPath]) -> KeyPath:
    """Return the key under which a place of the list is found afterwards."""
    depth = 2
    return (*moved[at[:depth]], *at[depth:]) if at[:depth] in moved else at
