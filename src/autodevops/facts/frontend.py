"""What the frontend depends on: clients of the queue, in its manifests and its code."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._node_packages import imports_types_only, package_of, read_node_package
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts.imports import CodeFile, Imports
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot

FRONTEND = "frontend"
"""The guide's name of the service."""


class QueueClient(NamedTuple):
    """One package that reaches the queue from the frontend."""

    package: str
    """Name of the package."""
    places: tuple[tuple[str, int | None], ...]
    """Paths and lines where a manifest or an import names it, manifests first."""


class QueueClients(Struct, frozen=True, kw_only=True):
    """Every such package."""

    found: tuple[QueueClient, ...]
    """By name."""


def frontend_folder(services: Services) -> str | NotApplicable:
    """Return the folder of the frontend, if it is there."""
    for service in services.of_code:
        if service.name == FRONTEND and service.folder:
            return service.folder
    return NotApplicable(reason="there is no frontend")


@fact
def queue_clients(
    snapshot: Snapshot,
    services: Services,
    imports: Imports,
    index: PathIndex,
    policy: ServicePolicy,
) -> QueueClients | NotApplicable:
    """Look at the frontend's manifests and imports; what is for development only is innocent."""
    folder = frontend_folder(services)
    if isinstance(folder, NotApplicable):
        return folder
    places: dict[str, list[tuple[str, int | None]]] = {}
    for path in index.below(folder):
        if path.endswith("/package.json") and is_own_source(path):
            for package, line in _declared(snapshot, path, policy):
                places.setdefault(package, []).append((path, line))
    for file in imports.files:
        if file.service.name == FRONTEND:
            for package, line in _imported(snapshot, file, policy):
                places.setdefault(package, []).append((file.path, line))
    return QueueClients(
        found=tuple(QueueClient(package, tuple(at)) for package, at in sorted(places.items()))
    )


def _declared(
    snapshot: Snapshot, path: str, policy: ServicePolicy
) -> Iterator[tuple[str, int | None]]:
    manifest = read_node_package(snapshot, path)
    if manifest is not None:
        for package in sorted(manifest.runtime.intersection(policy.queue_clients)):
            yield package, manifest.line_of(package)


def _imported(
    snapshot: Snapshot, file: CodeFile, policy: ServicePolicy
) -> Iterator[tuple[str, int]]:
    for line, specifier in file.web:
        package = package_of(specifier) or ""
        if package in policy.queue_clients:
            text = snapshot.text(file.path) or ""
            if not imports_types_only(text, specifier):
                yield package, line
