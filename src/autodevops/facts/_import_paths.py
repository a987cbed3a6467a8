"""Where an import may lead inside the repository: by folders, packages and `tsconfig` aliases."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from autodevops.facts._tsconfig import CONFIG_NAMES, Alias, aliases
from autodevops.facts.path_index import PathIndex
from autodevops.model.snapshot import Snapshot

_COMPILED = (".js", ".jsx", ".mjs", ".cjs")
"""Endings that TypeScript writes in an import of what it compiles."""


class ImportPaths:
    """Turns imports into repository paths without an ending."""

    def __init__(self, snapshot: Snapshot, index: PathIndex) -> None:
        """Look at this snapshot; configurations are read when they are first needed."""
        self._snapshot = snapshot
        self._index = index
        self._aliases: dict[str, tuple[Alias, ...]] = {}

    def of_python(self, importer: str, level: int, steps: list[str]) -> Iterator[str]:
        """Yield where a module may lie; of absolute names only those inside a tracked package.

        A package that is not tracked at all may be an installed one.
        """
        folder = dirname(importer)
        if level:
            for _ in range(level - 1):
                folder = dirname(folder)
            yield "/".join([*filter(None, [folder]), *steps])
            return
        roots = ["src", folder]
        while folder:
            folder = dirname(folder)
            roots.append(folder)
        for root in dict.fromkeys(roots):
            if self._index.holds(f"{root}/{steps[0]}" if root else steps[0]):
                yield "/".join([*filter(None, [root]), *steps])

    def of_web(self, importer: str, specifier: str) -> tuple[str, ...]:
        """Return where a specifier may lead; nothing for an installed package."""
        if specifier.startswith("."):
            return (normpath(join(dirname(importer), specifier)),)
        first = specifier.split("/", 1)[0]
        for alias in self._aliases_for(dirname(importer)):
            places = alias.resolve(specifier)
            # Through `baseUrl` alone, a name that is not tracked may be an installed package.
            if places and (alias.prefix or self._index.holds(alias.resolve(first)[0])):
                return places
        return ()

    def is_module(self, place: str) -> bool:
        """Tell whether tracked files hold a module of that path."""
        return self._index.holds(place) or self.is_file(place)

    def is_file(self, place: str) -> bool:
        """Tell whether a module of that path is tracked as a file, whatever its ending."""
        bare = place.rpartition(".")[0] if place.endswith(_COMPILED) else place
        return self._index.holds_any(f"{bare}.")

    def _aliases_for(self, folder: str) -> tuple[Alias, ...]:
        """Return the aliases of the nearest `tsconfig.json` above a folder."""
        if folder not in self._aliases:
            own = (f"{folder}/{name}" if folder else name for name in CONFIG_NAMES)
            config = next((path for path in own if path in self._snapshot.by_path), None)
            if config is not None:
                self._aliases[folder] = aliases(self._snapshot, config)
            else:
                self._aliases[folder] = self._aliases_for(dirname(folder)) if folder else ()
        return self._aliases[folder]
