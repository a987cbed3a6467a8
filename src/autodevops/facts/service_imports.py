"""Imports that lead from one service's code into another's."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._imports import PYTHON, PythonImport
from autodevops.facts._node_packages import imports_types_only, package_of, read_node_package
from autodevops.facts.imports import CodeFile, Imports
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot

# Descriptions that services agree on are no code of one of them.
_CONTRACTS = (".json", ".yaml", ".yml", ".graphql", ".gql", ".proto", ".md", ".css", ".svg", ".png")


class CrossImport(NamedTuple):
    """One import of another service's code."""

    path: str
    """The importing file."""
    line: int
    """1-based line."""
    written: str
    """Module or specifier as written."""
    service: str
    """Folder of the importing service."""
    other: str
    """Folder of the service that is imported."""
    target: str
    """Where the import leads, without an ending."""
    types_only: bool
    """Whether only types are imported, which leave nothing behind at run time."""


class CrossImports(Struct, frozen=True, kw_only=True):
    """Every such import."""

    found: tuple[CrossImport, ...]
    """By path and line."""


@fact
def cross_imports(
    snapshot: Snapshot, imports: Imports, services: Services, index: PathIndex
) -> CrossImports | NotApplicable:
    """Follow the imports of each service into the folders of the others."""
    folders = tuple(service.folder for service in services.of_code if service.folder)
    if len(folders) < 2:  # noqa: PLR2004 - a boundary has two sides
        return NotApplicable(reason=services.why_not_platform)
    search = _Search(snapshot, imports, folders, index)
    found = (one for file in imports.files for one in search.of_file(file))
    return CrossImports(found=tuple(sorted(found)))


class _Search:
    """Resolves imports and keeps those that end in another service's folder."""

    def __init__(
        self, snapshot: Snapshot, imports: Imports, folders: tuple[str, ...], index: PathIndex
    ) -> None:
        self._snapshot = snapshot
        self._packages = imports.packages
        self._folders = folders
        self._index = index
        self._paths = ImportPaths(snapshot, index)

    def of_file(self, file: CodeFile) -> Iterator[CrossImport]:
        """Yield the imports of one file that cross a boundary."""
        home = file.service.folder or ""
        for module in file.python:
            target = self._python(file.path, module)
            other = self._folder_of(target)
            if target and other and other != home:
                written = "." * module.level + module.module
                yield CrossImport(
                    file.path, module.line, written, home, other, target, types_only=False
                )
        for line, specifier in file.web:
            target = self._web(file.path, specifier.partition("${")[0])
            other = self._folder_of(target)
            if target and other and other != home and not target.endswith(_CONTRACTS):
                types_only = imports_types_only(self._snapshot.text(file.path) or "", specifier)
                yield CrossImport(file.path, line, specifier, home, other, target, types_only)

    def _folder_of(self, target: str | None) -> str | None:
        """Return the service that a path belongs to."""
        for folder in self._folders:
            if target is not None and (target == folder or target.startswith(f"{folder}/")):
                return folder
        return None

    def _python(self, path: str, module: PythonImport) -> str | None:
        """Return the first tracked module that an import may mean, as Python looks for it."""
        steps = [step for step in module.module.split(".") if step]
        if not steps and not module.level:
            return None
        for place in self._paths.of_python(path, module.level, steps):
            if self._is_python(place):
                return place
        return None

    def _is_python(self, place: str) -> bool:
        if any(self._index.holds(f"{place}{ending}") for ending in PYTHON):
            return True
        return any(inner.endswith(PYTHON) for inner in self._index.below(place))

    def _web(self, path: str, specifier: str) -> str | None:
        """Return where a specifier leads: by path, alias or the name of a workspace package."""
        places = self._paths.of_web(path, specifier)
        if places:
            return next((one for one in places if self._paths.is_module(one)), places[0])
        package = package_of(specifier)
        folder = self._packages.get(package or "")
        if folder is None or folder == self._folder_of(path):
            return None
        manifest = read_node_package(self._snapshot, f"{self._folder_of(path)}/package.json")
        return folder if manifest is not None and package in manifest.every else None
