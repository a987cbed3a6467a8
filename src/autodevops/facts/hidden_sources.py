"""Source folders that a broad `.gitignore` pattern keeps out of git although code imports them.

The hidden file may be missing from the clone, so the evidence is an import in tracked code that
leads to a path which the pattern ignores. What a build writes there is innocent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._imports import PYTHON, WEB, python_imports, web_imports
from autodevops.facts._path_kinds import is_fixture, is_vendored
from autodevops.facts._words import words
from autodevops.facts.ignores import IgnoreLine, Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.guide.model import ArtifactPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_GENERATED = words(
    "generated __generated__ _generated autogen gen codegen env venv virtualenv vendor eggs parts "
    "sdist wheels develop-eggs logs log tmp temp cache var downloads uploads media"
)
_SOURCE_FOLDERS = words("src app source lib packages components server client")
_PYTHON_LINE = regex(r"^[ \t]{0,80}(?:from|import)[ \t]([^\n#]{1,300})", re.MULTILINE)
_NAME = regex(r"\w+")


class Importer(NamedTuple):
    """Where hidden code is imported."""

    path: str
    """The importing file."""
    line: int
    """1-based line."""
    text: str
    """The module or specifier as written."""


class HiddenSource(Struct, frozen=True, kw_only=True):
    """A source folder that is ignored."""

    folder: str
    """The folder."""
    line: IgnoreLine
    """The pattern that hides it."""
    importers: tuple[Importer, ...]
    """Tracked code that needs it."""
    tracked: tuple[str, ...]
    """Files in it that are tracked all the same."""


class HiddenSources(Struct, frozen=True, kw_only=True):
    """Every source folder that is ignored."""

    found: tuple[HiddenSource, ...]
    """By folder."""


@fact
def hidden_sources(
    snapshot: Snapshot, index: PathIndex, ignores: Ignores, policy: ArtifactPolicy
) -> HiddenSources:
    """Follow the imports that may lead into an ignored folder."""
    broad = {
        line: line.glob.literal
        for lines in ignores.files.values()
        for line in lines
        if _is_broad(line) and not _is_artifact(line.glob.literal or "", policy)
    }
    if not broad:
        return HiddenSources(found=())
    search = _Search(snapshot, index, ignores, frozenset(broad.values()), policy)
    needed: dict[tuple[str, IgnoreLine], list[Importer]] = {}
    for importer, places in search.imports():
        hidden = search.hidden(places, broad)
        if hidden is not None:
            needed.setdefault(hidden, []).append(importer)
    return HiddenSources(
        found=tuple(
            HiddenSource(
                folder=folder,
                line=line,
                importers=tuple(importers),
                tracked=index.below(folder),
            )
            for (folder, line), importers in sorted(needed.items())
        )
    )


def _is_broad(line: IgnoreLine) -> bool:
    """Tell whether a pattern matches folders of one name wherever they are."""
    name = line.glob.literal
    return not line.negated and not line.glob.anchored and name is not None and "." not in name


def _is_artifact(name: str, policy: ArtifactPolicy) -> bool:
    return name.lower() in _GENERATED or matches_any(policy.folders, name.lower())


class _Search:
    """Follows imports to paths that ignored folders may hold."""

    def __init__(
        self,
        snapshot: Snapshot,
        index: PathIndex,
        ignores: Ignores,
        names: frozenset[str | None],
        policy: ArtifactPolicy,
    ) -> None:
        self._snapshot = snapshot
        self._index = index
        self._ignores = ignores
        self._names = names
        self._policy = policy
        self._paths = ImportPaths(snapshot, index)
        self._ignoring_lines: dict[str, IgnoreLine | None] = {}

    def imports(self) -> Iterator[tuple[Importer, tuple[str, ...]]]:
        """Yield the imports that name an ignored folder, with the paths they may lead to."""
        concerned = self._concerned()
        for entry in self._snapshot.entries:
            path = entry.path
            if entry.kind is not EntryKind.FILE or not path.endswith((*PYTHON, *WEB)):
                continue
            if concerned is not None and path not in concerned:
                continue
            if is_vendored(path) or is_fixture(path):
                continue
            text = self._snapshot.text(path) or ""
            if path.endswith(PYTHON):
                yield from self._python(path, text)
            else:
                yield from self._web(path, text)

    def _concerned(self) -> frozenset[str] | None:
        """Return the only files whose imports can matter to an audit of some paths; None for all.

        What other files import matters as well once a pattern changes, or what it hides.
        """
        scope = self._snapshot.scope
        if scope is None or any(path.endswith(".gitignore") for path in scope):
            return None
        return None if any(map(self._ignores.ignoring, scope)) else scope

    def hidden(
        self, places: tuple[str, ...], broad: Mapping[IgnoreLine, str | None]
    ) -> tuple[str, IgnoreLine] | None:
        """Return the ignored source folder that an import leads to, and the pattern.

        Nothing when the import leads to a tracked file that is not ignored, or to build output.
        """
        if any(map(self._is_visible, places)):
            return None
        for place in places:
            line = self._ignoring(place)
            folder = _folder_of(place, broad.get(line), line.base) if line else None
            if line and folder and not self._is_built(folder, place):
                return folder, line
        return None

    def _is_visible(self, place: str) -> bool:
        """Tell whether tracked files hold a module that nothing ignores."""
        if self._paths.is_file(place) and not self._ignores.ignoring(f"{place}.x"):
            return True
        return self._index.holds(place) and not self._ignores.ignoring(f"{place}/")

    def _ignoring(self, place: str) -> IgnoreLine | None:
        """Return the line that ignores a module, whether it is a folder or a file."""
        if place not in self._ignoring_lines:
            found = self._ignores.ignoring(f"{place}/") or self._ignores.ignoring(f"{place}.x")
            self._ignoring_lines[place] = found
        return self._ignoring_lines[place]

    def _python(self, path: str, text: str) -> Iterator[tuple[Importer, tuple[str, ...]]]:
        if not any(str(name) in text for name in self._names):
            return
        mentioned = (_NAME.findall(match[1]) for match in _PYTHON_LINE.finditer(text))
        if all(self._names.isdisjoint(found) for found in mentioned):
            return
        for found in python_imports(text):
            steps = [step for step in found.module.split(".") if step]
            if self._names.isdisjoint(steps + list(found.names)):
                continue
            written = "." * found.level + found.module
            importer = Importer(path, found.line, written)
            places = tuple(self._paths.of_python(path, found.level, steps))
            if not self._names.isdisjoint(steps) and (found.level or len(steps) > 1):
                yield importer, places
            for name in self._names.intersection(found.names):
                if places and not any(self._defines(place, str(name)) for place in places):
                    yield importer, tuple(f"{place}/{name}" for place in places)

    def _defines(self, package: str, name: str) -> bool:
        """Tell whether a package's own module may hold a name that is no module."""
        for path in (f"{package}/__init__.py", f"{package}.py"):
            if name in (self._snapshot.text(path) or ""):
                return True
        return self._paths.is_module(f"{package}/{name}")

    def _web(self, path: str, text: str) -> Iterator[tuple[Importer, tuple[str, ...]]]:
        if not any(str(name) in text for name in self._names):
            return
        for found in web_imports(text):
            if self._names.isdisjoint(found.specifier.split("/")):
                continue
            places = self._paths.of_web(path, found.specifier)
            if places:
                yield Importer(path, found.line, found.specifier), places

    def _is_built(self, folder: str, place: str) -> bool:
        """Tell whether a folder looks like build output: its source, or a manifest, says so."""
        parent, _, name = folder.rpartition("/")
        inside = place[len(folder) + 1 :]
        root = f"{parent}/" if parent else ""
        if self._paths.is_module(f"{root}src/{inside}" if inside else f"{root}src/index"):
            return True
        manifest = self._snapshot.text(f"{root}package.json", CONFIG_LIMIT) or ""
        if f'"{name}/' in manifest or f'"./{name}/' in manifest or f'"{name}"' in manifest:
            return True
        if name not in self._policy.output_folders:
            return False
        in_package = self._index.holds(f"{root}__init__.py")
        return not in_package and _SOURCE_FOLDERS.isdisjoint(parent.split("/"))


def _folder_of(place: str, name: str | None, base: str) -> str | None:
    """Return the part of a path up to the first folder of that name below `base`."""
    if name is None:
        return None
    steps = place.split("/")
    start = len(base.split("/")) if base else 0
    for depth in range(start, len(steps)):
        if steps[depth] == name:
            return "/".join(steps[: depth + 1])
    return None
