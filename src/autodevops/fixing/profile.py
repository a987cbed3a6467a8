"""What documents say of a repository: its services and people, by its own files and the guide."""

import re
from collections.abc import Iterable

from msgspec import Struct

from autodevops.facts.deployments import Deployments
from autodevops.facts.ownership import Ownership
from autodevops.facts.routes import Routes
from autodevops.facts.services import Services
from autodevops.fixing._api import Site
from autodevops.fixing._owners import default_owners
from autodevops.fixing._owners import names as owner_names
from autodevops.guide.model import ContainerPolicy, Objective, Service, SloPolicy

_HEALTH = re.compile(r"/(?:api/)?(?:health|healthz|ready|readyz|live|ping|status)/?")
_DEPLOYED = re.compile(r"railway\s+up\b[^\n]*?--service[= ]([\w-]+)")


class ServiceProfile(Struct, frozen=True, kw_only=True):
    """One service of code."""

    name: str
    """The guide's name: `api`."""
    folder: str
    """Where its code lies, without a trailing slash."""
    technology: str = ""
    """What it is built with."""
    responsibility: str = ""
    """What it does."""
    port: int | None = None
    """Port it listens on."""
    platform: str = ""
    """Where it runs."""
    owners: tuple[str, ...] = ()
    """Who owns it."""
    health: str = ""
    """Route that tells whether it is well; empty where none is known."""
    deployed_as: str = ""
    """Its name at the platform; empty where none is known."""
    objectives: tuple[Objective, ...] = ()
    """What is promised for it."""

    @property
    def title(self) -> str:
        """Return its name as a sentence begins."""
        return self.name.upper() if self.name in {"api", "ai"} else self.name.capitalize()


class Profile(Struct, frozen=True, kw_only=True):
    """A repository as its documents speak of it."""

    name: str
    """What it is called."""
    services: tuple[ServiceProfile, ...] = ()
    """Its services of code, in the guide's order."""
    owners: tuple[str, ...] = ()
    """Who owns what nobody else does."""
    compose: str | None = None
    """The compose file that starts everything; None without one."""
    dashboards: tuple[str, ...] = ()
    """Tracked dashboards."""
    other_objectives: tuple[Objective, ...] = ()
    """Objectives of what is no service of its own."""

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """Return all objectives, by service."""
        own = tuple(one for service in self.services for one in service.objectives)
        return own + self.other_objectives


def profile_of(site: Site) -> Profile:
    """Return what the repository itself and the guide in force say."""
    services = site.fact(Services)
    present = services.of_code if services else ()
    owners = default_owners(site)
    objectives = site.guide(SloPolicy).objectives
    found = tuple(_service(one, site, owners, objectives) for one in present if one.folder)
    names = {one.name for one in found}
    ai = tuple(one for one in objectives if one.service == "ai" and "ai" not in names and found)
    composes = site.guide(ContainerPolicy).compose_files
    return Profile(
        name=site.name,
        services=found,
        owners=owners,
        compose=next((path for path in composes if site.is_file(path)), None),
        dashboards=_dashboards(site.paths),
        other_objectives=ai,
    )


def _service(
    service: Service, site: Site, owners: tuple[str, ...], objectives: Iterable[Objective]
) -> ServiceProfile:
    folder = service.folder or ""
    return ServiceProfile(
        name=service.name,
        folder=folder,
        technology=service.technology,
        responsibility=service.responsibility,
        port=service.port,
        platform=service.platform or "",
        owners=_owners(folder, site) or owners,
        health=_health(folder, site),
        deployed_as=_deployed_as(service, site),
        objectives=tuple(one for one in objectives if one.service == service.name),
    )


def _owners(folder: str, site: Site) -> tuple[str, ...]:
    """Return who owns most exactly what lies in a folder."""
    ownership = site.fact(Ownership)
    lines = ownership.deciding(f"{folder}/") if ownership else ()
    own = [one for one in lines if one is not None and one.pattern.strip("/") == folder]
    return owner_names(own[-1]) if own else ()


def _health(folder: str, site: Site) -> str:
    routes = site.fact(Routes)
    found = (one for one in (routes.routes if routes else ()) if one.path.startswith(f"{folder}/"))
    return next((one.route for one in found if _HEALTH.fullmatch(one.route)), "")


def _deployed_as(service: Service, site: Site) -> str:
    """Return the name under which a workflow deploys a service; only Railway's are looked for."""
    if site.fact(Deployments) is None:
        return ""
    names: set[str] = set()
    for path in site.paths:
        if path.startswith(".github/workflows/"):
            names.update(_DEPLOYED.findall(site.text(path) or ""))
    wanted = {service.name, service.folder}
    return next((name for name in sorted(names) if name in wanted), "")


def _dashboards(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        sorted(one for one in paths if one.startswith("grafana/") and one.endswith(".json"))
    )
