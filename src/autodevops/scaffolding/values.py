"""What templates are filled in with: the wish, and the guide's names for everything."""

import re
from collections.abc import Mapping
from typing import TypedDict

from msgspec import Struct

from autodevops.guide.model import Guide, JobKind
from autodevops.scaffolding import pinned
from autodevops.scaffolding.places import config_module, folder_of, has_database, images, port_of
from autodevops.scaffolding.wishes import API, FRONTEND, SERVICES, WORKERS, Licence, Wish

Values = Mapping[str, object]
"""Names in templates and what they stand for."""
_READ = {
    "SUPABASE_URL": "Database connection",
    "SUPABASE_SERVICE_ROLE_KEY": "Admin access",
    "GEMINI_API_KEY": "AI provider",
}
"""What the example's own code reads, whatever a guide lists."""
_JOB_SECONDS = 300.0


class Deployment(Struct, frozen=True, kw_only=True):
    """A service and where it goes."""

    name: str
    """The service."""
    folder: str
    """Its code."""
    platform: str
    """`vercel` or `railway`."""


class Panel(TypedDict):
    """One panel of the dashboard."""

    title: str
    """What it shows."""
    expression: str
    """What Prometheus is asked, as it stands in JSON."""


def values_for(wish: Wish, guide: Guide, year: int) -> dict[str, object]:
    """Return every value that a template may ask for."""
    folders = {name: folder_of(guide, name) for name in SERVICES}
    jobs = _jobs(guide)
    units = [jobs[name] for name in (API, FRONTEND, WORKERS) if name in wish.services]
    return {
        **_names(wish, year),
        "app": folders[API],
        "package": folders[API].replace("/", "."),
        "config": config_module(guide).removesuffix(".py").replace("/", "."),
        "job_seconds": _job_seconds(guide),
        "frontend": folders[FRONTEND],
        "workers": folders[WORKERS],
        "api_port": port_of(guide, API),
        "frontend_port": port_of(guide, FRONTEND),
        "api_prefix": guide.api.prefix,
        "env_example": guide.secrets.env_example,
        "railway_config": guide.infrastructure.railway_config,
        "variables": _variables(wish, guide),
        "app_secrets": [name for name, _ in _variables(wish, guide) if not _is_platform_s(name)],
        "updates": _updates(wish, folders),
        "migrations": guide.database.migrations,
        "service_folders": [folders[name] for name in wish.services],
        "owned": owned_paths(wish, guide),
        "jobs": jobs,
        "units": units,
        "gates": [jobs["scan"], *units, jobs["lint"], jobs["integration"]],
        "images": images(wish, guide),
        "dockerfiles": {one.name: one.path for one in guide.containers.dockerfiles},
        "deployments": _deployments(wish, folders),
        "panels": _panels(wish),
        "runbook": guide.runbooks.runbooks[0].path,
        "parts": [
            {"heading": one.headings[0].capitalize(), "text": f"{one.purpose}."}
            for one in guide.runbooks.postmortem_sections
        ],
        "default": guide.branches.default,
        "tag_prefix": guide.releases.tag_prefix,
        "preview": _environment(guide, protected=False),
        "production": _environment(guide, protected=True),
        **_pins(),
    }


def owned_paths(wish: Wish, guide: Guide) -> list[str]:
    """Return the paths that CODEOWNERS names: services, and what the guide guards."""
    paths = [f"/{folder_of(guide, name)}/" for name in wish.services]
    if has_database(wish, guide):
        paths.append(f"/{guide.database.migrations.partition('/')[0]}/")
    return [*paths, "/.github/"]


def _names(wish: Wish, year: int) -> Values:
    return {
        "title": wish.name,
        "title_pattern": re.sub(r"([.\-])", r"\\\1", wish.name),
        "slug": wish.slug,
        "module": wish.module,
        "metric": wish.module,
        "owner": wish.owner,
        "holder": wish.holder,
        "year": year,
        "licence_name": "" if wish.licence is Licence.PROPRIETARY else wish.licence.value,
        "has_api": API in wish.services,
        "has_frontend": FRONTEND in wish.services,
        "has_workers": WORKERS in wish.services,
        "is_library": not wish.services,
    }


def _pins() -> Values:
    return {
        "checkout": pinned.CHECKOUT,
        "setup_python": pinned.SETUP_PYTHON,
        "setup_node": pinned.SETUP_NODE,
        "python_image": pinned.PYTHON_IMAGE,
        "node_image": pinned.NODE_IMAGE,
        "redis_image": pinned.REDIS_IMAGE,
        "hadolint_image": pinned.HADOLINT_IMAGE,
        "gitleaks_image": pinned.GITLEAKS_IMAGE,
        "railway": pinned.RAILWAY,
        "vercel": pinned.VERCEL,
    }


def _jobs(guide: Guide) -> dict[str, str]:
    """Return the guide's names of jobs by what they are for; ours where it names none."""
    names = {
        "scan": "security-scan", "lint": "infra-lint", "integration": "integration-test",
        "build": "build", "deploy": "deploy",
        API: "backend-test", FRONTEND: "frontend-test", WORKERS: "workers-test",
    }  # fmt: skip
    for job in reversed(guide.workflows.jobs):
        if job.kind is JobKind.UNIT_TEST:
            names |= dict.fromkeys(set(job.services) & set(SERVICES), job.name)
        else:
            names[job.kind.value] = job.name
    return names


def _updates(wish: Wish, folders: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Return what Dependabot looks after: ecosystems and the folders of their manifests."""
    python = ["/tests"] if not wish.services else []
    python += [f"/{folders[API]}", "/tests"] if API in wish.services else []
    node = [f"/{folders[name]}" for name in (FRONTEND, WORKERS) if name in wish.services]
    images = ["/"] if set(wish.services) - {FRONTEND} else []
    found = {
        "pip": ["/", *python] if not wish.services else python,
        "npm": node,
        "docker": images,
        "docker-compose": images,
        "github-actions": ["/"],
    }
    return [(name, places) for name, places in found.items() if places]


def _variables(wish: Wish, guide: Guide) -> list[tuple[str, str]]:
    """Return the environment's names with what they are for: the guide's, then our example's."""
    found = {one.name: one.purpose for one in guide.secrets.secrets}
    if API in wish.services:
        found = {**_READ, **found}
    return list(found.items())


def _is_platform_s(name: str) -> bool:
    return name.startswith(("RAILWAY_", "VERCEL_"))


def _job_seconds(guide: Guide) -> str:
    """Return how long a job may take by the guide's objective."""
    promised = (one.seconds for one in guide.slos.objectives if one.service == WORKERS)
    return f"{next((one for one in promised if one is not None), _JOB_SECONDS):g}"


def _environment(guide: Guide, *, protected: bool) -> str:
    fallback = "Production" if protected else "Preview"
    known = (one.name for one in guide.environments.environments if one.protected is protected)
    return next(known, fallback)


def _deployments(wish: Wish, folders: Mapping[str, str]) -> list[Deployment]:
    """Return what is deployed, what goes to Railway first."""
    order = [name for name in (API, WORKERS, FRONTEND) if name in wish.services]
    return [
        Deployment(
            name=name,
            folder=folders[name],
            platform="vercel" if name == FRONTEND else "railway",
        )
        for name in order
    ]


def _panels(wish: Wish) -> list[Panel]:
    panels: list[Panel] = []
    if API in wish.services:
        panels.append(
            {
                "title": "Requests that succeed",
                "expression": 'sum(rate(http_requests_total{status!=\\"5xx\\"}[5m]))'
                " / sum(rate(http_requests_total[5m]))",
            }
        )
    if WORKERS in wish.services:
        panels.append(
            {
                "title": "Jobs, 95th percentile",
                "expression": "histogram_quantile(0.95, sum by (le) "
                f"(rate({wish.module}_job_duration_seconds_bucket[5m])))",
            }
        )
    return panels
