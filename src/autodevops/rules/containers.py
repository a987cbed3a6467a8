"""Docker & Kubernetes Manifests: the team's images, what they stand on and how they run."""

from collections.abc import Iterator

from autodevops.facts.base_images import BaseImage, BaseImages
from autodevops.facts.compose import Compose
from autodevops.facts.dockerfiles import Dockerfiles
from autodevops.facts.health import HealthChecks
from autodevops.facts.image_users import ImageUsers
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ContainerPolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Unknown, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Docker & Kubernetes Manifests"


@rule("CO001", "service-dockerfile", section=_SECTION, severity=Severity.MEDIUM)
def service_dockerfile(
    services: Services,
    index: PathIndex,
    policy: ContainerPolicy,
    dockerfiles: Dockerfiles | NotApplicable,
    compose: Compose | NotApplicable,
) -> Iterator[Violation | NotApplicable]:
    """There are the guide's Dockerfiles for the services there are, and a compose file.

    Everybody finds the image of a service by its name, and one command starts the whole platform
    on a laptop.

    Remedy: Add the Dockerfile in the root under the guide's name, and `docker-compose.yml` with
    every service.

    Example:
        # for app/ and workers/
        before: docker/api.Dockerfile
        after:  Dockerfile
                Dockerfile.api
                Dockerfile.worker
                Dockerfile.cron
                docker-compose.yml
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    there = {service.name for service in services.of_code}
    known = [] if isinstance(dockerfiles, NotApplicable) else [d.path for d in dockerfiles.files]
    for one in policy.dockerfiles:
        if one.services and there.isdisjoint(one.services):
            continue
        if not index.holds(one.path):
            yield Violation(
                subject=one.path,
                message=f"{one.path} ({one.purpose}) is missing",
                evidence={
                    "expected": one.path,
                    "services": list(one.services),
                    "there": known[:20],
                },
            )
    if not any(index.holds(path) for path in policy.compose_files):
        found = [] if isinstance(compose, NotApplicable) else [f.path for f in compose.files]
        yield Violation(
            subject=policy.compose_files[0],
            message=f"{policy.compose_files[0]} (local development) is missing",
            evidence={"expected": list(policy.compose_files), "there": found[:20]},
        )


@rule("CO003", "base-image-pin", section=_SECTION, severity=Severity.MEDIUM)
def base_image_pin(bases: BaseImages) -> Iterator[Violation]:
    """Every base image from outside has a tag that is not `latest`, best with a digest.

    `latest` is another image next week: a build that worked breaks without a change, and nobody
    can say what production runs. A tag without a digest may move too, which is told as information.

    Remedy: Name the version, and let Dependabot or Renovate raise it:
    `FROM python:3.13-slim@sha256:...`.

    Example:
        # before
        FROM node
        # after
        FROM node:22.14-alpine
    """
    movable: dict[str, list[BaseImage]] = {}
    for use in bases.uses:
        if use.name is None or use.name.digest is not None:
            continue
        if use.name.is_pinned:
            movable.setdefault(use.path, []).append(use)
            continue
        tag = "the tag latest" if use.name.tag else "no tag, so latest"
        yield Violation(
            subject=f"{use.path}#{use.name.repository}",
            message=f"{use.written} in {use.path} has {tag}",
            at=in_file(use.path, use.line),
            evidence={"image": use.written, "tag": use.name.tag},
        )
    for path, uses in movable.items():
        names = list(dict.fromkeys(use.written for use in uses))
        yield Violation(
            subject=path,
            message=f"{listed(names)} in {path} can move: there is no digest",
            at=tuple(in_file(use.path, use.line) for use in uses),
            evidence={"images": names},
            severity=Severity.INFO,
        )


@rule("CO004", "root-user", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def root_user(users: ImageUsers) -> Iterator[Violation | Unknown]:
    """The stage that is run starts as a user that is not root.

    Whoever breaks out of the process is root in the container, and one kernel flaw away from the
    host. Builder stages don't matter; a user that the base image sets counts.

    Remedy: Create a user and switch to it at the end of the last stage; give it what it has to
    write.

    Example:
        # before
        CMD ["node", "server.js"]
        # after
        USER node
        CMD ["node", "server.js"]
    """
    for one in users.users:
        stage = f" (stage {one.target})" if one.target else ""
        if one.is_root is None:
            yield Unknown(
                reason=f"as whom {one.path}{stage} runs depends on {one.user or one.base}",
                needs="a USER in the Dockerfile",
            )
        elif one.is_root:
            says = "has no USER" if one.user is None else f"sets USER {one.user}"
            base = f", and {one.base} starts as root" if one.user is None else ""
            yield Violation(
                subject=one.path,
                message=f"{one.path}{stage} {says}{base}",
                at=in_file(one.path, one.line),
                evidence={"user": one.user, "base": one.base, "stage": one.target},
            )


@rule("CO005", "no-healthcheck", section=_SECTION, severity=Severity.LOW)
def no_healthcheck(health: HealthChecks) -> Iterator[Violation | NotApplicable]:
    """Each long-running service has a health check in its image, compose or platform file.

    A process that is up but answers nothing looks healthy to whoever restarts containers. A check
    that can't fail, or whose program is not in the image, tells as little as none.

    Remedy: Add a `HEALTHCHECK`, a compose `healthcheck` or the platform's health path, with a
    program that the image has.

    Example:
        # before
        HEALTHCHECK CMD curl http://localhost:8000/health || true
        # after
        HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8000/health')"
    """
    if not health.services and not health.lacking:
        yield NotApplicable(reason="no image here is known to be a long-running service")
    for one in health.lacking:
        says = (
            f"has a health check that can't tell: {one.flaw}" if one.flaw else "has no health check"
        )
        yield Violation(
            subject=one.subject,
            message=f"{one.subject} {says}",
            at=in_file(one.path, one.line),
            evidence={"flaw": one.flaw or None, "long_running": one.shows},
        )
