"""The units that are deployed on their own: images, compose and platform services."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._image_names import image_name
from autodevops.facts._unit_names import is_no_service, service_of
from autodevops.facts.compose import Compose, ComposeService
from autodevops.facts.dockerfiles import Dockerfiles, for_development
from autodevops.facts.services import Services
from autodevops.guide.model import ContainerPolicy, ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_RENDER = ("render.yaml", "render.yml")


class Deployable(NamedTuple):
    """One unit that no service of the guide is."""

    name: str
    """What it is called there."""
    path: str
    """The file that makes it a unit."""
    line: int | None
    """1-based line."""
    what: str
    """What it is, such as `an image`."""


class Deployables(Struct, frozen=True, kw_only=True):
    """The units of the repository."""

    count: int
    """How many units there are."""
    undeclared: tuple[Deployable, ...]
    """Those that the service table does not know, by name."""


@fact
def deployables(
    snapshot: Snapshot,
    services: Services,
    dockerfiles: Dockerfiles | NotApplicable,
    compose: Compose | NotApplicable,
    policy: ServicePolicy,
    containers: ContainerPolicy,
) -> Deployables | NotApplicable:
    """Compare what is built and deployed with the table of services."""
    if not services.of_code:
        return NotApplicable(reason=services.why_not_platform)
    units = list(_composed(compose, containers))
    built = {path for _, paths in units for path in paths}
    units += _images(dockerfiles, built, containers)
    units += _rendered(snapshot)
    if not units:
        return NotApplicable(reason="nothing here is built or deployed on its own")
    unknown = {
        unit.name: unit
        for unit, paths in reversed(units)
        if not is_no_service(unit.name) and service_of(policy, unit.name, *paths) is None
    }
    return Deployables(
        count=len(units), undeclared=tuple(unknown[name] for name in sorted(unknown))
    )


_Unit = tuple[Deployable, tuple[str, ...]]


def _composed(compose: Compose | NotApplicable, containers: ContainerPolicy) -> Iterator[_Unit]:
    """Yield the compose services that the repository builds; images of others are tools."""
    for file, unit in compose.services() if isinstance(compose, Compose) else ():
        if unit.build is not None and not file.for_tests and not _is_store(unit, containers):
            paths = tuple(filter(None, (unit.build.dockerfile, unit.build.context)))
            yield Deployable(unit.name, unit.path, unit.line, "a compose service"), paths


def _is_store(unit: ComposeService, containers: ContainerPolicy) -> bool:
    name = image_name(unit.image).name if unit.image else unit.name
    return name in containers.data_store_images


def _images(
    dockerfiles: Dockerfiles | NotApplicable, built: set[str], containers: ContainerPolicy
) -> Iterator[_Unit]:
    """Yield the Dockerfiles that no compose service names; the guide's own are declared."""
    declared = {wanted.path for wanted in containers.dockerfiles}
    for image in dockerfiles.files if isinstance(dockerfiles, Dockerfiles) else ():
        if image.path in built or image.path in declared or for_development(image.path):
            continue
        suffix = image.name.lower().replace("dockerfile", "").strip(".-_")
        name = suffix or basename(image.folder)
        if name:
            yield Deployable(name, image.path, None, "an image"), (image.path,)


def _rendered(snapshot: Snapshot) -> Iterator[_Unit]:
    """Yield the services of Render's blueprint."""
    for path in _RENDER:
        if path not in snapshot.by_path:
            continue
        root = _yaml.parse(snapshot.text(path, CONFIG_LIMIT) or "").root
        listed = root.get("services") if root is not None else None
        for item in _yaml.items_of(listed):
            name, kind = item.get("name"), item.get("type")
            if name is None or (kind is not None and kind.as_text in {"cron", "redis", "keyvalue"}):
                continue
            folder = item.get("rootDir")
            paths = (folder.as_text,) if folder is not None and folder.as_text else ()
            unit = Deployable(name.as_text or "", path, name.line, "a service on Render")
            yield unit, paths
