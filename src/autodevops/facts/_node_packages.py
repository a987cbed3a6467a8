"""What a `package.json` depends on and runs, and what an import's specifier names."""

import json
import re
from collections.abc import Mapping

from msgspec import Struct

from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_RUNTIME = ("dependencies", "optionalDependencies", "peerDependencies")


class NodePackage(Struct, frozen=True, kw_only=True):
    """One `package.json`."""

    path: str
    """The file."""
    name: str
    """Name of the package; empty without one."""
    runtime: frozenset[str]
    """Packages that it needs to run."""
    every: frozenset[str]
    """These and the ones for development."""
    scripts: Mapping[str, str]
    """Its scripts by name."""
    text: str
    """As written."""

    def line_of(self, key: str) -> int | None:
        """Return the 1-based line where a key of that name stands."""
        found = re.search(rf'"{re.escape(key)}"\s{{0,20}}:', self.text)
        return None if found is None else self.text.count("\n", 0, found.start()) + 1


def read_node_package(snapshot: Snapshot, path: str) -> NodePackage | None:
    """Return what a manifest says; None, with a gap, when it is no JSON object."""
    if path not in snapshot.by_path:
        return None
    text = snapshot.text(path, CONFIG_LIMIT)
    if text is None:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        snapshot.note_gap(path, f"{path} is not a JSON object")
        return None
    runtime = frozenset(name for kind in _RUNTIME for name in _table(data, kind))
    name = data.get("name")
    return NodePackage(
        path=path,
        name=name if isinstance(name, str) else "",
        runtime=runtime,
        every=runtime | frozenset(_table(data, "devDependencies")),
        scripts={
            key: value for key, value in _table(data, "scripts").items() if isinstance(value, str)
        },
        text=text,
    )


def package_of(specifier: str) -> str | None:
    """Return the package that a specifier names; None for a path or an alias such as `@/x`."""
    parts = specifier.split("/")
    if parts[0] in {"", ".", "..", "~", "@"} or specifier.startswith("#"):
        return None
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def imports_types_only(text: str, specifier: str) -> bool:
    """Tell whether every import of a specifier is `import type` or `export type`."""
    quoted = rf"[\"'`]{re.escape(specifier)}[\"'`]"
    whole = len(re.findall(quoted, text))
    typed = re.findall(
        rf"\b(?:import|export)\s{{1,9}}type\s[^;\"'`]{{0,4000}}?\sfrom\s{{0,9}}{quoted}", text
    )
    return whole > 0 and whole == len(typed)


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
