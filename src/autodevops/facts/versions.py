"""The versions that manifests and code claim; computed ones are unknown and claim nothing."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._manifest_versions import READERS
from autodevops.facts._module_versions import api_version, module_version
from autodevops.facts.semver import Version, parse_version
from autodevops.guide.model import ServicePolicy
from autodevops.model.paths import basename
from autodevops.model.snapshot import CONFIG_LIMIT, Entry, EntryKind, Snapshot

_MODULES = frozenset({"__init__.py", "_version.py", "__version__.py", "__about__.py", "version.py"})
_APPLICATIONS = frozenset(
    {"main.py", "app.py", "api.py", "server.py", "asgi.py", "application.py", "factory.py"}
)
_ELSEWHERE = frozenset({"tests", "test", "docs", "examples", "vendor", "third_party", "scripts"})
_DEEPEST = 3


class ClaimKind(StrEnum):
    """Where a version stands."""

    MANIFEST = "manifest"
    MODULE = "module"
    API = "api"


class VersionClaim(Struct, frozen=True, kw_only=True):
    """One place that states the version of what the repository releases."""

    path: str
    """The file."""
    line: int | None
    """1-based line, where it is known."""
    text: str
    """As written."""
    kind: ClaimKind
    """What sort of place it is."""

    @property
    def version(self) -> Version | None:
        """Return the semantic version; None for other schemes."""
        return parse_version(self.text.removeprefix("v"))


class Versions(Struct, frozen=True, kw_only=True):
    """The versions that the repository claims for itself."""

    claims: tuple[VersionClaim, ...]
    """By path; private packages and the placeholder 0.0.0 claim nothing."""

    @property
    def manifests(self) -> tuple[VersionClaim, ...]:
        """Return the claims of manifests."""
        return tuple(claim for claim in self.claims if claim.kind is ClaimKind.MANIFEST)


@fact
def versions(snapshot: Snapshot, policy: ServicePolicy) -> Versions:
    """Return the claims of the root and of the guide's services.

    Packages elsewhere in the tree (workspaces, examples) have versions of their own.
    """
    folders = {"", *(f"{s.folder}/" for s in policy.of_code if s.folder)}
    claims = [
        claim
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE
        for claim in _claims(entry, snapshot, folders)
        if not claim.text.startswith("0.0.0")
    ]
    return Versions(claims=tuple(claims))


def _claims(entry: Entry, snapshot: Snapshot, folders: set[str]) -> Iterator[VersionClaim]:
    name = basename(entry.path)
    folder = entry.path.removesuffix(name)
    if folder in folders and (reader := READERS.get(name)):
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        found = reader(text) if text else None
        if found:
            yield _claim(entry.path, found, ClaimKind.MANIFEST)
    if not name.endswith(".py") or not _is_own_code(entry.path):
        return
    if name in _MODULES:
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        if text and (found := module_version(text)):
            yield _claim(entry.path, found, ClaimKind.MODULE)
    if name in _APPLICATIONS:
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        if text and (found := api_version(text)):
            yield _claim(entry.path, found, ClaimKind.API)


def _is_own_code(path: str) -> bool:
    """Tell whether a module is near the top of the repository's own code."""
    folders = path.split("/")[:-1]
    return len(folders) <= _DEEPEST and not _ELSEWHERE.intersection(folders)


def _claim(path: str, found: tuple[str, int | None], kind: ClaimKind) -> VersionClaim:
    text, line = found
    return VersionClaim(path=path, line=line, text=text, kind=kind)
