"""Which of the team's long-running services have a health check that can tell."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._docker_stages import Stage
from autodevops.facts._dockerfile import Instruction
from autodevops.facts._health_commands import flaw_of
from autodevops.facts._kubernetes_parts import LONG_RUNNING, containers
from autodevops.facts._words import words
from autodevops.facts.compose import Compose, ComposeService
from autodevops.facts.images import Image, Images
from autodevops.facts.kubernetes import Kubernetes
from autodevops.facts.platform_files import PlatformFiles
from autodevops.guide.model import ContainerPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_SERVERS = regex(
    r"\b(?:uvicorn|gunicorn|hypercorn|daphne|granian|celery|flask|fastapi|streamlit|gradio|rq"
    r"|dramatiq|arq|next|nest|pm2|nginx|caddy|httpd|supervisord|puma|unicorn|php-fpm|runserver"
    r"|serve|server|start|worker)\b"
)
_ONE_SHOT = words("cron job jobs migrate migration migrations seed cli init backup task tasks tool")
_PARTS = regex(r"[/._-]+")
_STAYS_UP = ("always", "unless-stopped", "on-failure")


class Unhealthy(Struct, frozen=True, kw_only=True):
    """One long-running service without a health check that can tell."""

    subject: str
    """The Dockerfile, or `compose.yml#service`."""
    path: str
    """The file."""
    line: int
    """1-based line: of the check that can't tell, else of the stage or service."""
    flaw: str
    """What is wrong with its check; empty when it has none."""
    shows: str
    """What shows that it is long-running."""


class HealthChecks(Struct, frozen=True):
    """The health of the team's long-running services."""

    lacking: tuple[Unhealthy, ...]
    """Those without a check that can tell."""
    services: int
    """How many long-running services there are."""


@fact
def health_checks(
    images: Images | NotApplicable,
    compose: Compose | NotApplicable,
    platform: PlatformFiles,
    kubernetes: Kubernetes | NotApplicable,
    policy: ContainerPolicy,
) -> HealthChecks | NotApplicable:
    """Find the services whose image, compose and platform files have no check that can tell."""
    if isinstance(images, NotApplicable) and isinstance(compose, NotApplicable):
        return images
    found: list[Unhealthy] = []
    count = 0
    probed = isinstance(kubernetes, Kubernetes) and any(
        one.has_probe
        for manifest in kubernetes.manifests
        if manifest.kind in LONG_RUNNING
        for one in containers(manifest)
    )
    by_path = {image.path: image for image in images.images} if isinstance(images, Images) else {}
    for image in by_path.values():
        for stage in image.targets:
            shows = _long_running(image, stage, policy)
            if shows:
                count += 1
                covered = probed or _on_platform(image, platform, len(by_path))
                found.extend(_of_image(image, stage, shows, covered=covered))
    if isinstance(compose, Compose):
        found.extend(_of_compose(compose, by_path))
    return HealthChecks(tuple(found), count)


def _long_running(image: Image, stage: Stage, policy: ContainerPolicy) -> str:
    """Return what shows that an image's target stays up; empty when nothing does."""
    names = set(_PARTS.split(image.path.lower())) | set(_PARTS.split(stage.name))
    if image.for_development or image.is_action or not _ONE_SHOT.isdisjoint(names):
        return ""
    base = image.file.base(stage)
    if base is not None and base.name in policy.data_store_images:
        return ""
    start = ""
    for step in image.file.walk(stage):
        one = step.instruction
        if one.name == "EXPOSE":
            return f"EXPOSE {one.rest}"
        if one.name in {"CMD", "ENTRYPOINT"} and _SERVERS.search(one.rest):
            start = f"{one.name} {one.rest[:80]}"
    if start:
        return start
    kept = next((one for one in image.services if one.restart.startswith(_STAYS_UP)), None)
    return "" if kept is None else f"restart: {kept.restart} of service {kept.name}"


def _of_image(image: Image, stage: Stage, shows: str, *, covered: bool) -> Iterator[Unhealthy]:
    checks = [s.instruction for s in image.file.walk(stage) if s.instruction.name == "HEALTHCHECK"]
    last = checks[-1] if checks else None
    test = () if last is None else _test(last)
    flaw = flaw_of(test, image.file, stage) if test else None
    others = [one.health for one in image.services if one.health is not None]
    elsewhere = any(
        one.test and not one.disabled and flaw_of(one.test, image.file, stage) is None
        for one in others
    )
    if covered or elsewhere or (test and flaw is None):
        return
    if flaw is None and any(one.test and not one.disabled for one in others):
        return  # the compose file's check is told where it stands
    yield Unhealthy(
        subject=image.path,
        path=image.path,
        line=stage.source.line if last is None else last.line,
        flaw=flaw or "",
        shows=shows,
    )


def _test(instruction: Instruction) -> tuple[str, ...]:
    """Return a `HEALTHCHECK` in compose's form; empty for `NONE`."""
    kind, _, _rest = instruction.rest.partition(" ")
    if kind.upper() != "CMD":
        return ()
    command = instruction.rest[len(kind) :].strip()
    inner = Instruction("CMD", instruction.line, instruction.line, (), command, (), (), "\\")
    return ("CMD", *inner.json) if inner.json is not None else ("CMD-SHELL", command)


def _on_platform(image: Image, platform: PlatformFiles, count: int) -> bool:
    """Tell whether a platform file asks for the image's health."""
    for file in platform.files:
        for service in file.services:
            if not service.has_health_check:
                continue
            if service.dockerfile is not None:
                if service.dockerfile == image.path:
                    return True
            elif count == 1 or file.path.rpartition("/")[0] == image.file.folder != "":
                return True
    return False


def _of_compose(compose: Compose, images: dict[str, Image]) -> Iterator[Unhealthy]:
    """Yield the checks of compose files that can't tell."""
    for file, service in compose.services():
        health = service.health
        if health is None or health.disabled or not health.test or file.for_tests:
            continue
        image = _built(service, images)
        stage = None
        if image is not None:
            wanted = service.build.target if service.build else ""
            stage = image.file.stage(wanted) if wanted else image.file.stages[-1]
        flaw = flaw_of(health.test, image.file if image else None, stage)
        if flaw is not None:
            yield Unhealthy(
                subject=f"{file.path}#{service.name}",
                path=file.path,
                line=health.line,
                flaw=flaw,
                shows=f"service {service.name}",
            )


def _built(service: ComposeService, images: dict[str, Image]) -> Image | None:
    build = service.build
    return None if build is None or build.dockerfile is None else images.get(build.dockerfile)
