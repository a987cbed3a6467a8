"""Where code, compose files, workflows and `.env.example` disagree about variables."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._compose_parts import read_services
from autodevops.facts._dockerfile import read_instructions
from autodevops.facts._path_kinds import is_fixture, is_vendored
from autodevops.facts._words import listed
from autodevops.facts.compose import is_compose_file
from autodevops.facts.env_files import EnvFiles
from autodevops.facts.environment import EnvironmentRead, EnvironmentReads
from autodevops.guide.model import ContainerPolicy, SecretPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.snapshot import EntryKind, Snapshot

_READ_BY_LIBRARIES = listed(
    "AWS_* GOOGLE_* GCLOUD_* AZURE_* OTEL_* SENTRY_* NEXTAUTH_* AUTH_* POSTGRES_* PG* MYSQL_* "
    "MARIADB_* MONGO_INITDB_* RABBITMQ_* MINIO_* GF_* PGADMIN_* OPENAI_* ANTHROPIC_* LANGCHAIN_* "
    "LANGSMITH_* HF_* HUGGINGFACE_* DATADOG_* DD_* NEW_RELIC_* REDISCLI_* UVICORN_* GUNICORN_* "
    "WEB_CONCURRENCY FORWARDED_ALLOW_IPS CELERY_* FLASK_* DJANGO_* PRISMA_* DATABASE_URL LOG_LEVEL "
    "LD_* JAVA_* GIT_* SSL_* REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy "
    "https_proxy no_proxy"
)
_OF_PIPELINES = listed(
    "CODECOV_* SONAR_* SNYK_* NPM_* NODE_AUTH_TOKEN PYPI_* TWINE_* DOCKERHUB_* DOCKER_* GH_* "
    "GITHUB_* SLACK_* DISCORD_* TEAMS_* *_PAT VERCEL_* NETLIFY_* FLY_* RAILWAY_* RENDER_* AWS_* "
    "AZURE_* GCP_* GOOGLE_* CLOUDFLARE_* DEPLOY_* SSH_* KUBE* SENTRY_* CHROMATIC_* CYPRESS_* "
    "PERCY_* TURBO_* NX_* RENOVATE_* GPG_* SIGNING_* COSIGN_* PROD_* PRODUCTION_* STAGING_* TF_* "
    "GITLEAKS_* SEMGREP_* PAGERDUTY_* OPSGENIE_* BOT_* CI_* TEST_* E2E_* PREVIEW_*"
)
_MOST_IDLE = 1_000
"""Most names that are looked for in all files."""
_NOT_MENTIONS = (".md", ".rst", ".txt", ".adoc", ".lock", ".svg", ".csv", ".ipynb", ".mdx")


class DriftKind(StrEnum):
    """Which two sides disagree."""

    UNDECLARED = "undeclared"
    UNUSED = "unused"


class Drift(NamedTuple):
    """One variable that the sides disagree about."""

    name: str
    """Name of the variable."""
    kind: DriftKind
    """Whether a reader has no declaration, or a declaration no reader."""
    readers: tuple[EnvironmentRead, ...]
    """Who reads it."""
    line: int | None
    """1-based line of the declaration."""


class EnvironmentDrift(Struct, frozen=True, kw_only=True):
    """Every disagreement."""

    example: str
    """Path of the template."""
    found: tuple[Drift, ...]
    """By name."""


@fact
def environment_drift(
    snapshot: Snapshot,
    reads: EnvironmentReads,
    files: EnvFiles,
    policy: SecretPolicy,
    containers: ContainerPolicy,
) -> EnvironmentDrift | NotApplicable:
    """Compare the readers with the template.

    What a platform sets, what has a default, what an image or compose file sets itself, and
    what only a pipeline needs, nobody has to declare.
    """
    if files.example is None:
        return NotApplicable(reason=f"there is no {policy.env_example} to compare with")
    set_here = frozenset(_set_by_images(snapshot, containers))
    # A settings class reads `DB__HOST` and `DB__PORT` for its field `db`.
    parted = {name.partition("__")[0] for name in files.declared if "__" in name}
    given = files.declared | parted | set_here
    found = [
        Drift(name, DriftKind.UNDECLARED, readers, None)
        for name, all_readers in reads.by_name.items()
        if name not in given and not policy.is_provided(name)
        if (readers := tuple(read for read in all_readers if needs_declaration(read)))
    ]
    idle = {
        one.name: one.line
        for one in files.example.declarations
        if not one.commented and one.name not in reads.by_name
        if one.name.partition("__")[0] not in reads.by_name
        if policy.find(one.name) is None and not policy.is_provided(one.name)
        if not matches_any(_READ_BY_LIBRARIES, one.name)
    }
    if len(idle) > _MOST_IDLE:
        example = files.example.path
        reason = f"{example} declares too many variables to look for who reads each"
        snapshot.note_gap(example, reason)
    elif idle:
        mentioned = _mentioned(snapshot, idle, {file.path for file in files.templates})
        found += (
            Drift(name, DriftKind.UNUSED, (), line)
            for name, line in idle.items()
            if name not in mentioned
        )
    return EnvironmentDrift(
        example=files.example.path, found=tuple(sorted(found, key=lambda drift: drift.name))
    )


def needs_declaration(read: EnvironmentRead) -> bool:
    """Tell whether somebody has to set a variable for this reader."""
    if read.optional:
        return False
    return not (read.kind.is_workflow and matches_any(_OF_PIPELINES, read.name))


def _set_by_images(snapshot: Snapshot, policy: ContainerPolicy) -> Iterator[str]:
    """Yield the variables that Dockerfiles and compose files give a value."""
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or is_fixture(entry.path) or is_vendored(entry.path):
            continue
        name = basename(entry.path)
        if name.startswith("Dockerfile") or name.endswith(".Dockerfile"):
            yield from _set_by_dockerfile(snapshot.text(entry.path) or "")
        elif is_compose_file(entry.path, policy):
            yield from _set_by_compose(entry.path, snapshot.text(entry.path) or "")


def _set_by_dockerfile(text: str) -> Iterator[str]:
    for instruction in read_instructions(text):
        if instruction.name in {"ENV", "ARG"}:
            yield from (name for name, _value, _line in instruction.settings)


def _set_by_compose(path: str, text: str) -> Iterator[str]:
    for service in read_services(path, _yaml.parse(text).root):
        for variable in service.environment:
            if variable.value is not None and "$" not in variable.value:
                yield variable.name


def _mentioned(snapshot: Snapshot, names: Iterable[str], templates: set[str]) -> frozenset[str]:
    """Return the names that any file but templates and documents holds, in either case."""
    missing = {name: (name, name.lower()) for name in names}
    for entry in snapshot.entries:
        if not missing:
            break
        if entry.kind is not EntryKind.FILE or entry.path.lower().endswith(_NOT_MENTIONS):
            continue
        if entry.path in templates:
            continue
        text = snapshot.text(entry.path)
        if text is not None:
            for name in [
                name for name, both in missing.items() if any(one in text for one in both)
            ]:
                del missing[name]
    return frozenset(names) - missing.keys()
