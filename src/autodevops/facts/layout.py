"""The top level of the tree: its folders, its files, and what merely keeps a folder in git."""

from collections.abc import Iterable

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import Folder, FolderPolicy, ServicePolicy
from autodevops.model.snapshot import EntryKind, Snapshot

_SHOWN = 20
"""Files of a folder that a finding lists."""
_FEW = 5
"""A folder with more files than this is not empty, whatever they hold."""
_PLACEHOLDER_SIZE = 1 << 10
"""Bytes above which a file is content."""


class TopFolder(Struct, frozen=True, kw_only=True):
    """One top-level folder."""

    name: str
    """Without slashes."""
    files: int
    """How many tracked paths lie below it."""
    is_empty: bool
    """Whether all of them only keep it in git."""
    shown: tuple[str, ...]
    """Some of its files, those that the audit is limited to first."""


class TopLevel(Struct, frozen=True, kw_only=True):
    """The top level of the tree."""

    folders: tuple[TopFolder, ...]
    """Folders, by name."""
    links: frozenset[str]
    """Submodules and symbolic links, which may stand for folders."""
    files: tuple[str, ...]
    """Regular files, by name."""

    def find(self, name: str) -> TopFolder | None:
        """Return the folder of that name."""
        return next((folder for folder in self.folders if folder.name == name), None)

    def has(self, name: str) -> bool:
        """Tell whether something of that name is there: a folder, a submodule, a link."""
        return name in self.links or self.find(name) is not None

    def similar(self, name: str) -> str | None:
        """Return a folder that somebody may have meant by the guide's name."""
        stem = name.lower().removesuffix("s")
        for folder in self.folders:
            if folder.name.lower().removesuffix("s") in {stem, *_SYNONYMS.get(name, ())}:
                return folder.name
        return None


class DemandedFolders(Struct, frozen=True, kw_only=True):
    """The guide's folders that this repository is asked for."""

    folders: tuple[Folder, ...]
    """In the guide's order."""


_SYNONYMS = {
    "app": ("backend", "api", "server"),
    "frontend": ("web", "client", "ui"),
    "docs": ("documentation",),
    "infra": ("infrastructure", "terraform"),
    "scripts": ("script", "tool", "bin"),
    "tests": ("spec", "__test__"),
    "workers": ("job",),
}


@fact
def top_level(snapshot: Snapshot, index: PathIndex, policy: FolderPolicy) -> TopLevel:
    """Return what lies in the root."""
    folders = [_folder(snapshot, index, policy, name) for name in index.folders if "/" not in name]
    root = [entry for entry in snapshot.entries if "/" not in entry.path]
    return TopLevel(
        folders=tuple(folders),
        links=frozenset(entry.path for entry in root if entry.kind is not EntryKind.FILE),
        files=tuple(entry.path for entry in root if entry.kind is EntryKind.FILE),
    )


@fact
def demanded_folders(
    services: Services, policy: FolderPolicy, known: ServicePolicy
) -> DemandedFolders:
    """Return all of the guide's folders for a platform, else those asked of everyone.

    A folder of a service that the team's file leaves out is not asked for.
    """
    left_out = {
        service.folder
        for service in known.services
        if services.declared and service not in services.present
    }
    return DemandedFolders(
        folders=tuple(
            folder
            for folder in policy.folders
            if folder.required
            and (services.is_platform or folder.of_everyone)
            and folder.name not in left_out
        )
    )


def shown(
    paths: Iterable[str], scope: frozenset[str] | None, most: int = _SHOWN
) -> tuple[str, ...]:
    """Return some of the paths: those that the audit is limited to before the others."""
    if scope is None:
        return tuple(path for path, _ in zip(paths, range(most), strict=False))
    ordered = sorted(paths, key=lambda path: path not in scope)
    return tuple(ordered[:most])


def _folder(snapshot: Snapshot, index: PathIndex, policy: FolderPolicy, name: str) -> TopFolder:
    paths = index.below(name)
    return TopFolder(
        name=name,
        files=len(paths),
        is_empty=len(paths) <= _FEW and all(_keeps(snapshot, policy, path) for path in paths),
        shown=shown(paths, snapshot.scope),
    )


def _keeps(snapshot: Snapshot, policy: FolderPolicy, path: str) -> bool:
    """Tell whether a file only keeps its folder in git."""
    if policy.is_placeholder(path.rpartition("/")[2]):
        return True
    if snapshot.by_path[path].kind is not EntryKind.FILE:
        return False
    # What is larger, or can't be read, is no mere placeholder and nobody's gap.
    content = snapshot.reader.read(snapshot.by_path[path], _PLACEHOLDER_SIZE)
    return isinstance(content, bytes) and not content.strip()
