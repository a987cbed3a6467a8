"""How each service reaches production: a workflow's step, a platform's file, a manifest."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._commands import Run
from autodevops.facts._deploy_commands import is_web_only, publishes
from autodevops.facts._deploy_places import Place, place_of
from autodevops.facts._expressions import Plain
from autodevops.facts._kubernetes_parts import containers, is_workload
from autodevops.facts._tools import program_of
from autodevops.facts._unit_names import service_of
from autodevops.facts._work_parts import Work
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.deployments import Deployment, Deployments, environment_place
from autodevops.facts.kubernetes import Kubernetes
from autodevops.facts.platform_files import PlatformFile, PlatformFiles
from autodevops.facts.services import Services
from autodevops.facts.work import Works
from autodevops.facts.workflows import Workflows
from autodevops.guide.model import EnvironmentPolicy, Service, ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_WORD = regex(r"[A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*")
_PARTS = regex(r"[^a-z0-9]+")
_CODE = regex(r"(?:^|/)(?:[^/]+\.tf|Pulumi\.ya?ml|Chart\.yaml|cdk\.json|serverless\.ya?ml"
                   r"|ansible\.cfg|template\.ya?ml|app\.json|samconfig\.toml)$")  # fmt: skip
# Platforms that deploy by their own integration, with files of which one says little by itself.
_INTEGRATED = frozenset(
    {"Procfile", "amplify.yml", "apprunner.yaml", "captain-definition", "koyeb.yaml",
     ".platform.app.yaml", ".upsun/config.yaml", ".do/app.yaml", "Dockerrun.aws.json"}
)  # fmt: skip
# Words that name a service only when they stand alone.
_VAGUE = frozenset(
    {"app", "server", "site", "client", "job", "jobs", "next", "http", "rest", "portal", "queue"}
)
# Programs whose first words are commands, never names of what they deploy.
_WORDY = frozenset({"argocd", "aws", "az", "doctl", "gcloud", "kubectl", "nomad", "oc"})
_SETTING = frozenset({"helm", "helmfile", "pulumi", "terraform", "tofu", "terragrunt"})
_WEB = frozenset({"next.js", "react", "vue", "svelte", "angular", "nuxt", "vite"})


class Undeployed(NamedTuple):
    """A service that nothing is seen to deploy."""

    service: Service
    """The service."""
    doubt: str
    """Why something outside may deploy it all the same; empty when nothing hints at that."""


class DeployPaths(Struct, frozen=True, kw_only=True):
    """Which services have a way into production."""

    deployed: tuple[tuple[Service, str], ...]
    """Services with what deploys them."""
    undeployed: tuple[Undeployed, ...]
    """The others."""


@fact
def deploy_paths(  # noqa: PLR0913, PLR0917 - each is a way into production
    services: Services,
    deployments: Deployments | NotApplicable,
    workflows: Workflows,
    works: Works,
    platforms: PlatformFiles,
    kubernetes: Kubernetes | NotApplicable,
    policy: ServicePolicy,
    environments: EnvironmentPolicy,
    snapshot: Snapshot,
) -> DeployPaths | NotApplicable:
    """Look for what deploys each service of code."""
    if not services.of_code:
        return NotApplicable(reason=services.why_not_platform)
    known = deployments if isinstance(deployments, Deployments) else None
    found: dict[str, str] = {}
    for name, by in (
        *_by_workflows(known, services, policy, environments),
        *_by_files(platforms, services, policy),
        *_by_manifests(kubernetes, policy),
        *((one.name, path) for path in _integrated(snapshot) for one in services.of_code),
    ):
        found.setdefault(name, by)
    doubt = _unreadable(workflows) or _doubt(known, works, snapshot)
    return DeployPaths(
        deployed=tuple((one, found[one.name]) for one in services.of_code if one.name in found),
        undeployed=tuple(
            Undeployed(one, doubt) for one in services.of_code if one.name not in found
        ),
    )


_Path = tuple[str, str]


def _by_workflows(
    deployments: Deployments | None,
    services: Services,
    policy: ServicePolicy,
    environments: EnvironmentPolicy,
) -> Iterator[_Path]:
    for deployment in deployments.jobs if deployments is not None else ():
        if _is_preview(deployment, environments):
            continue
        by = deployment.job.subject
        about = _about_job(deployment)
        for work in deployment.works or (None,):
            if work is not None and place_of(work) is Place.PREVIEW:
                continue
            hinted = set(_hinted(_about(work), policy)) if work is not None else set()
            hinted = hinted or set(_hinted(about, policy))
            if not hinted:
                hinted = {one.name for one in services.of_code if _takes(work, one, services)}
            yield from ((name, by) for name in hinted)


def _is_preview(deployment: Deployment, environments: EnvironmentPolicy) -> bool:
    named = deployment.job.environment
    return named is not None and environment_place(named.text, environments) is Place.PREVIEW


def _takes(work: Work | None, service: Service, services: Services) -> bool:
    """Tell whether a deploy that names no service takes this one: platforms for the web only it."""
    return work is None or not is_web_only(work) or service in _of_web(services)


def _of_web(services: Services) -> list[Service]:
    """Return the services that a platform for the web takes; all where none is of that kind."""
    of_web = [one for one in services.of_code if one.technology.lower() in _WEB]
    return of_web or list(services.of_code)


def _about(work: Work) -> list[str]:
    """Return the texts that say what a piece of work deploys, the programs' names left out."""
    texts = [work.folder, work.step.name or "", work.step.id or ""]
    if work.run is not None:
        return [*texts, *_operands(work.run), *work.via]
    return [*texts, *texts_of(work.step.inputs).values()]


def _operands(run: Run) -> list[str]:
    """Return the words behind a program that may name what it deploys."""
    program = program_of(run)
    behind = [word.partition("=")[2] if word.startswith("-") else word for word in run.argv[1:]]
    if program in _SETTING:
        return [word for word in behind if "=" not in word]
    return behind[2:] if program in _WORDY else behind


def _about_job(deployment: Deployment) -> list[str]:
    """Return the texts that say what a job deploys: names, matrix, inputs, what it builds."""
    job = deployment.job
    texts = [job.id, job.name or ""]
    for route in deployment.routes:
        for known in route.known({}):
            values: list[Plain] = list(known.values())
            texts += [value for value in values if isinstance(value, str)]
        texts += [text for caller in route.jobs[1:] for text in (caller.id, caller.name or "")]
    return texts


def _hinted(texts: list[str], policy: ServicePolicy) -> Iterator[str]:
    """Yield the services that texts name, by folder, Dockerfile or name."""
    for text in texts:
        for word in _WORD.findall(text):
            exact = [one for one in policy.of_code if word.lower() in (one.name, one.folder)]
            parts = [part for part in _PARTS.split(word.lower()) if part not in _VAGUE]
            service = exact[0] if exact else service_of(policy, "-".join(parts), word)
            if service is not None and service.kind == "code":
                yield service.name


def _by_files(
    platforms: PlatformFiles, services: Services, policy: ServicePolicy
) -> Iterator[_Path]:
    for file in platforms.files:
        folder = file.path.rpartition("/")[0]
        inside = service_of(policy, "", file.path)
        if inside is not None:
            yield inside.name, file.path
            continue
        hinted = set(_hinted(_about_file(file, folder), policy))
        unnamed = () if hinted else services.of_code
        taken = _of_web(services) if _is_web_file(file) else unnamed
        for service in services.of_code:
            if service.name in hinted or service in taken:
                yield service.name, file.path


def _about_file(file: PlatformFile, folder: str) -> list[str]:
    texts = [basename(file.path).split(".", 1)[0], basename(folder)]
    texts += [service.name for service in file.services]
    for setting in file.settings.values:
        if setting.name not in ("schema", "$schema", "region", "port", "url"):
            texts += [key for key in setting.keys if not key.isdecimal()][1:-1]
            texts.append(setting.value)
    return texts


def _is_web_file(file: PlatformFile) -> bool:
    return basename(file.path).lower().startswith(("vercel.", "netlify.", "firebase."))


def _integrated(snapshot: Snapshot) -> Iterator[str]:
    yield from (path for path in sorted(_INTEGRATED) if path in snapshot.by_path)


def _by_manifests(kubernetes: Kubernetes | NotApplicable, policy: ServicePolicy) -> Iterator[_Path]:
    for manifest in kubernetes.manifests if isinstance(kubernetes, Kubernetes) else ():
        if is_workload(manifest):
            texts = [manifest.name, *(one.image or "" for one in containers(manifest))]
            for name in _hinted(texts, policy):
                yield name, manifest.path


def _unreadable(workflows: Workflows) -> str:
    """Return that a workflow could not be read, which may deploy anything."""
    return next((f"{one.path} can't be read as a workflow" for one in workflows.invalid), "")


def _doubt(deployments: Deployments | None, works: Works, snapshot: Snapshot) -> str:
    """Return why something that can't be seen may deploy a service."""
    if deployments is not None and deployments.elsewhere:
        return f"{deployments.elsewhere[0].subject} calls a workflow of another repository"
    for subject, every in works.by_job.items():
        if any(publishes(work) and _is_image(work) for work in every):
            return f"{subject} pushes images, which something outside may deploy"
    for entry in snapshot.entries:
        if entry.kind is EntryKind.FILE and _CODE.search(entry.path):
            return f"{entry.path} may be applied from elsewhere"
    return ""


def _is_image(work: Work) -> bool:
    return work.tool == "docker/build-push-action" or "docker push" in work.text
