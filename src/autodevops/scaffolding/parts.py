"""Which files a new repository begins with: where each goes, and the template it comes from."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.guide.model import Guide, Rotation
from autodevops.scaffolding.places import config_module, folder_of, has_database, images
from autodevops.scaffolding.wishes import API, FRONTEND, WORKERS, Licence, Wish


class Part(Struct, frozen=True, kw_only=True):
    """One file."""

    path: str
    """Where it goes."""
    template: str
    """What it is made from, below `templates/`; empty for an empty file."""
    more: tuple[tuple[str, str], ...] = ()
    """Values that only this file has."""
    executable: bool = False
    """Whether it may be run."""


_API = {
    "__init__.py": "",
    "main.py": "api/main.py.j2",
    "metrics.py": "api/metrics.py.j2",
    "cron.py": "api/cron.py.j2",
    "requirements.txt": "api/requirements.txt.j2",
    "ai/__init__.py": "",
    "ai/summary.py": "api/summary.py.j2",
    "routers/__init__.py": "",
    "routers/health.py": "api/health.py.j2",
    "routers/notes.py": "api/notes_router.py.j2",
    "services/__init__.py": "",
    "services/notes.py": "api/notes_service.py.j2",
    "services/storage.py": "api/storage.py.j2",
}
_API_TESTS = {
    "pytest.ini": "api/pytest.ini.j2",
    "tests/requirements.txt": "api/test_requirements.txt.j2",
    "tests/test_notes.py": "api/test_notes.py.j2",
    "tests/integration/test_api.py": "api/test_api.py.j2",
}
_FRONTEND = {
    "package.json": "frontend/package.json.j2",
    "package-lock.json": "frontend/lock.json",
    "tsconfig.json": "frontend/tsconfig.json.j2",
    "next.config.js": "frontend/next.config.js.j2",
    "src/app/layout.tsx": "frontend/layout.tsx.j2",
    "src/app/page.tsx": "frontend/page.tsx.j2",
}
_WITH_API = {
    "src/components/NoteForm.tsx": "frontend/NoteForm.tsx.j2",
    "src/notes.ts": "frontend/notes.ts.j2",
    "src/notes.test.ts": "frontend/notes.test.ts.j2",
}
_ALONE = {
    "src/components/Welcome.tsx": "frontend/Welcome.tsx.j2",
    "src/components/Welcome.test.tsx": "frontend/Welcome.test.tsx.j2",
}
_WORKERS = {
    "package.json": "workers/package.json.j2",
    "package-lock.json": "workers/lock.json",
    "tsconfig.json": "workers/tsconfig.json.j2",
    "src/index.ts": "workers/index.ts.j2",
    "src/config.ts": "workers/config.ts.j2",
    "src/cron.ts": "workers/cron.ts.j2",
    "src/health.ts": "workers/health.ts.j2",
    "src/metrics.ts": "workers/metrics.ts.j2",
    "src/processors/digest.ts": "workers/digest.ts.j2",
    "src/processors/digest.test.ts": "workers/digest.test.ts.j2",
}
_LICENCES = {
    Licence.APACHE: "licences/Apache-2.0.txt",
    Licence.MIT: "licences/MIT.txt.j2",
    Licence.PROPRIETARY: "licences/proprietary.txt.j2",
}


def parts_of(wish: Wish, guide: Guide) -> Iterator[Part]:
    """Yield the files that a repository with these services begins with."""
    yield from _plain(
        {
            "LICENSE": _LICENCES[wish.licence],
            ".gitignore": "common/gitignore.j2",
            guide.ownership.places[0]: "common/codeowners.j2",
            "docs/architecture.md": "common/architecture.md.j2",
            ".github/workflows/ci.yml": "common/ci.yml.j2",
            guide.dependencies.dependabot[0]: "common/dependabot.yml.j2",
        }
    )
    if not wish.services:
        yield from _plain(
            {
                "pyproject.toml": "library/pyproject.toml.j2",
                f"src/{wish.module}/__init__.py": "library/init.py.j2",
                f"tests/test_{wish.module}.py": "library/test.py.j2",
                "tests/requirements.txt": "api/test_requirements.txt.j2",
            }
        )
        return
    yield from _of_services(wish, guide)
    yield from _of_operations(wish, guide)


def _of_services(wish: Wish, guide: Guide) -> Iterator[Part]:
    if API in wish.services:
        yield from _plain(_API, below=folder_of(guide, API))
        yield from _plain(
            {
                **_API_TESTS,
                config_module(guide): "api/config.py.j2",
            }
        )
    if FRONTEND in wish.services:
        rest = _WITH_API if API in wish.services else _ALONE
        yield from _plain({**_FRONTEND, **rest}, below=folder_of(guide, FRONTEND))
        yield from _plain(
            {
                "tests/integration/page.test.mjs": "frontend/page.test.mjs.j2",
                "deploy/vercel.md": "common/vercel.md.j2",
            }
        )
    if WORKERS in wish.services:
        yield from _plain(_WORKERS, below=folder_of(guide, WORKERS))
        yield from _plain({"tests/integration/workers.test.mjs": "workers/workers.test.mjs.j2"})


def _of_operations(wish: Wish, guide: Guide) -> Iterator[Part]:
    yield from _plain({guide.secrets.env_example: "common/env.example.j2"})
    if set(wish.services) == {FRONTEND}:
        yield from _rotations(guide)
    else:
        yield from _images(wish, guide)
        yield from _plain(
            {
                "deploy/railway.md": "common/railway.md.j2",
                ".dockerignore": "containers/dockerignore.j2",
                guide.containers.compose_files[0]: "containers/compose.yml.j2",
                guide.infrastructure.railway_config: "containers/railway.toml.j2",
                f"grafana/dashboards/{wish.slug}.json": "observability/dashboard.json.j2",
                "grafana/alerts.yml": "observability/alerts.yml.j2",
                "grafana/alertmanager.yml": "observability/alertmanager.yml.j2",
                "scripts/check_dashboards.py": "observability/check_dashboards.py.j2",
            }
        )
    if has_database(wish, guide):
        yield from _plain(
            {
                f"{guide.database.migrations}20260101090000_notes.sql": "api/migration.sql.j2",
                guide.database.config: "api/supabase.toml.j2",
            }
        )
    yield from _plain({"ops/postmortems/template.md": "common/postmortem.md.j2"})


def _images(wish: Wish, guide: Guide) -> Iterator[Part]:
    """Yield Dockerfiles; what runs on a timer is the workers' code where there are workers."""
    with_workers = WORKERS in wish.services
    templates = {
        "base": "base",
        "api": "api",
        "worker": "worker",
        "cron": "worker" if with_workers else "cron",
    }
    for image in images(wish, guide):
        if image.name in templates:
            entry = "cron" if image.name == "cron" else "index"
            template = f"containers/{templates[image.name]}.dockerfile.j2"
            yield Part(path=image.path, template=template, more=(("entry", entry),))


def _rotations(guide: Guide) -> Iterator[Part]:
    """Yield the scripts that renew keys at Vercel; elsewhere `fix` knows where keys are kept."""
    for secret in guide.secrets.secrets:
        if secret.rotation is not Rotation.MANUAL:
            yield Part(
                path=guide.secrets.rotation_scripts.replace("*", secret.name.lower()),
                template="common/rotate_vercel.sh.j2",
                more=(("name", secret.name), ("purpose", secret.purpose)),
                executable=True,
            )


def _plain(files: dict[str, str], *, below: str = "") -> Iterator[Part]:
    for path, template in files.items():
        yield Part(path=f"{below}/{path}" if below else path, template=template)
