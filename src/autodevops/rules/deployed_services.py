"""Staging vs Production Deploy Flow: which images and which services are deployed."""

from collections.abc import Iterator

from autodevops.facts.deploy_paths import DeployPaths
from autodevops.facts.deployed_images import DeployedImages, MutableImage
from autodevops.facts.deployments import Deployments
from autodevops.model.finding import (
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Staging vs Production Deploy Flow"


@rule("DF007", "mutable-image", section=_SECTION, severity=Severity.MEDIUM, defers_to=("CO012",))
def mutable_image(images: DeployedImages) -> Iterator[Violation]:
    """What is deployed is an immutable tag or a digest, not `latest`.

    `latest` is whatever was pushed last: nobody can tell what runs, a restart may change it, and
    there is nothing to go back to. Pushing `latest` beside the commit's tag is fine. Images in
    Kubernetes manifests are judged with the workload (CO012).

    Remedy: Deploy the tag of the commit or version, or the digest that the push returned.

    Example:
        - run: kubectl set image deployment/api api=ghcr.io/acme/api:latest
        becomes
        - run: kubectl set image deployment/api api=ghcr.io/acme/api:${{ github.sha }}
    """
    by_step: dict[str, list[MutableImage]] = {}
    for one in images.mutable:
        subject = f"{one.deployment.job.subject}/{one.work.step.key}"
        by_step.setdefault(subject, []).append(one)
    for subject, found in by_step.items():
        names = list(dict.fromkeys(one.image for one in found))
        job = found[0].deployment.job
        pushed = ", the only tag that is pushed" if found[0].is_pushed else ""
        yield Violation(
            subject=subject,
            message=f"{job.id} in {job.path} deploys {listed(names)}{pushed}",
            at=tuple(dict.fromkeys(in_file(one.work.path, one.work.line) for one in found)),
            evidence={
                "expected": "the tag of a commit or version, or a digest",
                "actual": names,
                "command": found[0].work.text,
            },
        )


@rule("DF008", "service-never-deployed", section=_SECTION, severity=Severity.MEDIUM)
def service_never_deployed(
    paths: DeployPaths, deployments: Deployments | NotApplicable
) -> Iterator[Violation | Unknown]:
    """Each service there is has a deploy path.

    A service that is deployed by hand runs what somebody had on their disk, and is forgotten in
    the one release that needs it. A deploy step that names the service, or names none and so takes
    all; a platform's file, whose integration deploys by itself; and a manifest are ways.

    Remedy: Add a step to the deploy job that deploys the service, or its platform's file.

    Example:
        deploy:
          steps:
            - run: railway up --service api
        becomes
        deploy:
          steps:
            - run: railway up --service api
            - run: railway up --service workers
    """
    jobs = deployments.jobs if isinstance(deployments, Deployments) else ()
    doubts = list(dict.fromkeys(one.doubt for one in paths.undeployed if one.doubt))
    for doubt in doubts:
        unseen = [one.service.name for one in paths.undeployed if one.doubt == doubt]
        yield Unknown(reason=f"nothing here deploys {listed(unseen)}, but {doubt}")
    for one in paths.undeployed:
        if one.doubt:
            continue
        service = one.service
        folder = f" ({service.folder}/)" if service.folder else ""
        yield Violation(
            subject=service.name,
            message=f"neither a workflow nor a platform's file deploys {service.name}{folder}",
            at=tuple(in_file(job.job.path, job.job.line) for job in jobs)
            or in_file(service.folder or "."),
            evidence={
                "expected": "a deploy step, a platform's file or a manifest",
                "actual": [job.job.subject for job in jobs[:20]],
                "deployed": {known.name: by for known, by in paths.deployed},
            },
        )
