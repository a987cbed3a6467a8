"""Where the guide wants what a new repository holds."""

from msgspec import Struct

from autodevops.guide.model import Guide, Rotation, Service
from autodevops.scaffolding.wishes import API, FRONTEND, Wish

_PORTS = {API: 8000, FRONTEND: 3000}


class Image(Struct, frozen=True, kw_only=True):
    """An image that is built."""

    name: str
    """The guide's name: `api`."""
    path: str
    """Its Dockerfile."""


def folder_of(guide: Guide, service: str) -> str:
    """Return where the guide wants a service's code, without a slash at the end."""
    known = _service(guide, service)
    folder = known.folder if known and known.folder else service
    return folder.rstrip("/")


def config_module(guide: Guide) -> str:
    """Return where the API reads its environment: by the guide, if that is where the API is."""
    folder = folder_of(guide, API)
    path = guide.secrets.config_module
    return path if path.startswith(f"{folder}/") else f"{folder}/config.py"


def rotates(guide: Guide) -> bool:
    """Tell whether any secret is renewed on schedule."""
    return any(one.rotation is not Rotation.MANUAL for one in guide.secrets.secrets)


def images(wish: Wish, guide: Guide) -> list[Image]:
    """Return the images that these services need by the guide."""
    present = set(wish.services)
    return [
        Image(name=one.name, path=one.path)
        for one in guide.containers.dockerfiles
        if (present & set(one.services)) or (not one.services and present - {FRONTEND})
    ]


def has_database(wish: Wish, guide: Guide) -> bool:
    """Tell whether there are tables: the API's, or those that the guide asks of platforms."""
    return API in wish.services or len(wish.services) >= guide.services.platform_from


def port_of(guide: Guide, service: str) -> int:
    """Return the port that the guide gives a service."""
    known = _service(guide, service)
    return known.port if known and known.port else _PORTS[service]


def _service(guide: Guide, name: str) -> Service | None:
    return next((one for one in guide.services.services if one.name == name), None)
