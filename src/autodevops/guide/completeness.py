"""What only shows once all files are laid over each other: entries that lack something."""

from collections.abc import Iterator
from typing import Any

import msgspec

from autodevops.errors import ConfigurationError
from autodevops.guide.check import dotted, shown
from autodevops.guide.layers import Layer, Merged
from autodevops.guide.model import Guide
from autodevops.guide.positions import KeyPath
from autodevops.guide.shape import entry_of, fields, is_struct
from autodevops.model.suggestion import nearest

_TAKEN_OUT: KeyPath = ("services", "remove-known")
"""The key at fault when something names a service that a file takes out."""


def complete(merged: Merged, layers: tuple[Layer, ...]) -> None:
    """Fill in what goes without saying; raise ConfigurationError for what is missing or unknown."""
    _give_services_folders(merged)
    for path, entry, table in _entries(merged.tables):
        for key, info in fields(entry).items():
            if info.required and key not in table:
                advice = f"add it: {key} = ..."
                raise _mistake(f"[{dotted(path)}] lacks `{key}`", (path,), advice, layers)
    _require_services(merged, layers)
    _require_types(merged, layers)


def _entries(
    tables: dict[str, Any],
) -> Iterator[tuple[KeyPath, type[msgspec.Struct], dict[str, Any]]]:
    """Yield every table that stands under a free name, with its path and its struct."""
    for section, info in fields(Guide).items():
        if not is_struct(info.type):
            continue
        for key, inner in fields(info.type).items():
            entry = entry_of(inner.type)
            if entry is not None:
                for name, table in tables[section].get(key, {}).items():
                    yield (section, key, name), entry, table


def _give_services_folders(merged: Merged) -> None:
    """Let a service of code live in the folder of its name when no file says where."""
    for name, table in merged.tables["services"].get("known", {}).items():
        if table.get("kind", "code") == "code":
            table.setdefault("folder", name)


def _require_services(merged: Merged, layers: tuple[Layer, ...]) -> None:
    """Raise where a file names a service that there is not."""
    known = merged.tables["services"]["known"]
    aliases = {table["folder"]: name for name, table in known.items() if "folder" in table}
    declared = merged.tables["services"].get("declared", [])
    for position, name in enumerate(declared):
        declared[position] = name if name in known else aliases.get(name, name)
    for path, name in _service_names(merged.tables):
        if name not in known:
            close = nearest(name, [*known, *aliases])
            advice = f'did you mean "{close}"?' if close else f"there are {', '.join(known)}"
            advice += "; a new one is declared under [services.known.NAME]"
            message = f"`{dotted(path)}` names {shown(name)}, which is no service"
            raise _mistake(message, (path, _TAKEN_OUT), advice, layers)


def _service_names(tables: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Yield every name of a service with where it stands."""
    for position, name in enumerate(tables["services"].get("declared", [])):
        yield ("services", "declared", position), name
    for path, _, table in _entries(tables):
        if path[0] == "references" and "service" in table:
            yield (*path, "service"), table["service"]
        for position, name in enumerate(table.get("services", [])):
            yield (*path, "services", position), name


def _require_types(merged: Merged, layers: tuple[Layer, ...]) -> None:
    """Raise for a type of branch that no branch can have."""
    for name in merged.tables["branches"]["types"]:
        if "/" in name or any(letter in name for letter in " *?~^:[\\"):
            path: KeyPath = ("branches", "types", name)
            advice = "write what stands before the first / of a branch, such as spike"
            raise _mistake(f"{shown(name)} is no type of branch", (path,), advice, layers)


def _mistake(
    message: str, paths: tuple[KeyPath, ...], advice: str, layers: tuple[Layer, ...]
) -> ConfigurationError:
    """Return the error, at the last file that writes one of the keys or a table around it."""
    around = [paths[0][:end] for end in range(len(paths[0]) - 1, 0, -1)]
    written = ((path, layer) for path in (*paths, *around) for layer in reversed(layers))
    path, layer = next(
        (found for found in written if found[0] in found[1].document.lines), (paths[0], layers[-1])
    )
    return layer.document.mistake(message, path, advice)
