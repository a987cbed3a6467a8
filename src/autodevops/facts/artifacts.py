"""What tools leave behind and somebody committed: build output, caches, dependencies, backups."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_fixture
from autodevops.facts._words import listed, words
from autodevops.facts.path_index import PathIndex
from autodevops.guide.model import ArtifactPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_BUILT = listed(
    ".map .class .o .obj .pyc .jar .war .ear .whl .egg .tgz .gz .so .dll .exe .dylib .a .lib .pdb "
    ".tsbuildinfo .nupkg .rlib .rmeta .d .ilk .beam"
)
_BUILT_NAME = regex(
    r"[.-][0-9a-f]{8,40}\.(?:js|css|mjs|json|png|svg|woff2?)$|\.min\.(?:js|css)$|\.chunk\.(?:js|css)$"
)
_COVERAGE = words(
    "lcov.info coverage-final.json coverage-summary.json clover.xml cobertura.xml .last_run.json "
    ".resultset.json cobertura-coverage.xml coverage.xml lcov-report status.json"
)
_BUNDLE_MARKS = (
    "webpackBootstrap",
    "__webpack_require__",
    "//# sourceMappingURL=",
    "System.register(",
    'Object.defineProperty(exports, "__esModule"',
    "For license information please see",
    "storybook-root",
)
_SCRIPTS = (".js", ".mjs", ".cjs", ".css")
_LOOKED_AT = 8
"""Scripts of an output folder that are opened to see whether a bundler wrote them."""
_LONG_LINE = 2_000
"""Characters in a line that nobody typed."""
_ACTIONS = ("action.yml", "action.yaml")


class Artifact(NamedTuple):
    """A folder with files that should not be tracked."""

    folder: str
    """The folder that a tool made, or the one that such files lie in; "" for the root."""
    whole: bool
    """Whether everything below the folder is an artifact."""
    files: tuple[str, ...]
    """The tracked artifacts."""


class Artifacts(Struct, frozen=True, kw_only=True):
    """Everything that is tracked but made by a tool."""

    found: tuple[Artifact, ...]
    """By folder."""

    @property
    def files(self) -> frozenset[str]:
        """Return all artifacts."""
        return frozenset(path for artifact in self.found for path in artifact.files)


@fact
def artifacts(snapshot: Snapshot, index: PathIndex, policy: ArtifactPolicy) -> Artifacts:
    """Find tracked artifacts, by the outermost folder that a tool made.

    Fixtures are innocent, and so is an output folder that a GitHub action is run from.
    """
    found: list[Artifact] = []
    made = ""
    outputs = _Outputs(snapshot, index)
    for folder in index.folders:
        name = folder.rpartition("/")[2].lower()
        if (made and folder.startswith(f"{made}/")) or _is_exempt(folder, policy):
            continue
        if matches_any(policy.folders, name) or (
            name in policy.output_folders and outputs.is_generated(folder)
        ):
            made = folder
            found.append(Artifact(folder, whole=True, files=index.below(folder)))
    taken = frozenset(path for artifact in found for path in artifact.files)
    found += _by_folder(
        path
        for name in index.file_names
        if matches_any(policy.files, name.lower())
        for path in index.named(name)
        if path not in taken and not _is_exempt(path, policy)
    )
    return Artifacts(found=tuple(sorted(found)))


def _is_exempt(path: str, policy: ArtifactPolicy) -> bool:
    return path.split("/", 1)[0] in policy.exempt or is_fixture(f"{path}/")


def _by_folder(paths: Iterable[str]) -> Iterator[Artifact]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, files in folders.items():
        yield Artifact(folder, whole=False, files=tuple(sorted(files)))


class _Outputs:
    """Tells folders that a build writes from folders of the same name that hold source."""

    def __init__(self, snapshot: Snapshot, index: PathIndex) -> None:
        self._snapshot = snapshot
        self._index = index

    def is_generated(self, folder: str) -> bool:
        """Tell whether what lies in an output folder was written by a tool."""
        if self._is_run_by_an_action(folder):
            return False
        paths = self._index.below(folder)
        names = [path.rpartition("/")[2].lower() for path in paths]
        if not _COVERAGE.isdisjoint(names):
            return True
        built = sum(name.endswith(_BUILT) or _is_built_name(name) for name in names)
        if 2 * built >= len(names):
            return True
        scripts = [path for path in paths if path.endswith(_SCRIPTS)][:_LOOKED_AT]
        return bool(scripts) and 2 * sum(map(self._is_bundled, scripts)) > len(scripts)

    def _is_bundled(self, path: str) -> bool:
        """Tell whether a bundler or compiler wrote a script."""
        entry = self._snapshot.by_path[path]
        if entry.kind is not EntryKind.FILE:
            return False
        text = self._snapshot.text(path)
        if text is None:
            return False
        if any(mark in text for mark in _BUNDLE_MARKS):
            return True
        return max(map(len, text.split("\n"))) > _LONG_LINE

    def _is_run_by_an_action(self, folder: str) -> bool:
        """Tell whether an `action.yml` beside the folder, or above it, starts from it."""
        above, _, name = folder.rpartition("/")
        for base in {above, above.rpartition("/")[0], ""}:
            for action in _ACTIONS:
                path = f"{base}/{action}" if base else action
                if f"{name}/" in (self._snapshot.text(path, CONFIG_LIMIT) or ""):
                    return True
        return False


def _is_built_name(name: str) -> bool:
    return _BUILT_NAME.search(name) is not None
