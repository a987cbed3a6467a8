"""Images that workflows deploy under a tag that can be moved.

Images in Kubernetes manifests are judged where they stand, with the workload (`facts.workloads`).
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._commands import Run
from autodevops.facts._image_names import ImageName, image_name
from autodevops.facts._tools import program_of
from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.work import Work, Works
from autodevops.facts.workflows import Job, Workflows
from autodevops.model.finding import NotApplicable

_OPTIONS = (
    "--image", "-i", "--docker-custom-image-name", "--container-image-name", "--image-label",
    "--deployment-container-image-name", "--image-uri",
)  # fmt: skip
_HELM_SETS = ("--set", "--set-string")
_INPUTS = ("image", "images", "imagetodeploy", "container-image")
_PUSH_ACTION = "docker/build-push-action"


class MutableImage(NamedTuple):
    """One image that is deployed under a tag that can be moved."""

    deployment: Deployment
    """The deploy job."""
    work: Work
    """The command or action with the tag."""
    image: str
    """The image as written."""
    is_pushed: bool
    """Whether the tag stands where the image is pushed, and the deploy takes what is there."""


class DeployedImages(Struct, frozen=True, kw_only=True):
    """What deploy jobs say about images."""

    mutable: tuple[MutableImage, ...]
    """By job and step."""


@fact
def deployed_images(deployments: Deployments, works: Works) -> DeployedImages | NotApplicable:
    """Read the images that deploy jobs name, and those pushed for deploys that name none."""
    if not deployments.jobs:
        return NotApplicable(reason="no workflow of this repository deploys a service")
    found: list[MutableImage] = []
    for deployment in deployments.jobs:
        said = [(work, text) for work in deployment.all_works for text in _deployed(work)]
        found += [
            MutableImage(deployment, work, text, is_pushed=False)
            for work, text in said
            if _is_mutable(text)
        ]
        if not said and deployment.works:
            found += _pushed(deployment, works, deployments.workflows)
    return DeployedImages(mutable=tuple(found))


def _is_mutable(text: str) -> bool:
    """Tell whether an image reference says `latest`; one without a tag may get it elsewhere."""
    return image_name(text.strip("\"'")).digest is None and text.strip("\"'").endswith(":latest")


def _deployed(work: Work) -> Iterator[str]:
    """Yield the images that a deploy command or action names."""
    run = work.run
    if run is None:
        for name, node in work.step.inputs.entries() if work.step.inputs is not None else ():
            takes_image = "deploy" in work.tool or "render-task" in work.tool
            if name.lower() in _INPUTS and takes_image:
                yield from (node.as_text or "").split()
        return
    match program_of(run):
        case "kubectl" | "oc" if {"set", "image"} <= set(run.argv):
            yield from (
                word.partition("=")[2]
                for word in run.argv
                if "=" in word and not word.startswith("-")
            )
        case "kustomize" if {"edit", "set", "image"} <= set(run.argv):
            yield from (word.rpartition("=")[2] for word in run.argv[4:] if ":" in word)
        case "helm" if {"upgrade", "install"} & set(run.argv):
            yield from _helm(run)
        case "gcloud" | "fly" | "flyctl" | "az" | "aws" | "docker" | "railway" | "copilot":
            value = run.value(*_OPTIONS)
            is_deploy = not {"build", "run", "buildx", "pull"} & set(run.argv[:2])
            if value is not None and (is_deploy or program_of(run) == "gcloud"):
                yield value


def _helm(run: Run) -> Iterator[str]:
    """Yield the images that `--set image.tag=...` and the like make."""
    for at, word in enumerate(run.argv):
        name, equals, value = word.partition("=")
        text = value if equals and name in _HELM_SETS else ""
        if word in _HELM_SETS and at + 1 < len(run.argv):
            text = run.argv[at + 1]
        for setting in text.split(","):
            key, _, given = setting.partition("=")
            if key.lower().endswith(("image.tag", "imagetag", "image_tag")):
                yield f"{key}:{given}"
            elif key.lower().endswith("image") and ":" in given:
                yield given


def _pushed(deployment: Deployment, works: Works, workflows: Workflows) -> Iterator[MutableImage]:
    """Yield the images that are pushed for a deploy under no other tag than `latest`."""
    pushes = [
        (work, image)
        for job in _behind(deployment.job, workflows)
        for work in works.of(job)
        for image in _pushes(work)
    ]
    if any(image is None for _, image in pushes):
        return
    by_repository: dict[str, list[tuple[Work, ImageName]]] = {}
    for work, image in pushes:
        if image is not None:
            by_repository.setdefault(image.repository, []).append((work, image))
    for repository, group in by_repository.items():
        if all(image.tag in (None, "latest") and image.digest is None for _, image in group):
            text = f"{repository}:latest"
            yield MutableImage(deployment, group[0][0], text, is_pushed=True)


def _behind(job: Job, workflows: Workflows) -> list[Job]:
    """Return a job and all that it waits for in its workflow."""
    workflow = workflows.by_path[job.path]
    found = [job]
    for current in found:
        needed = (workflow.job(need.text) for need in current.needs)
        found += [other for other in needed if other is not None and other not in found]
    return found


def _pushes(work: Work) -> Iterator[ImageName | None]:
    """Yield the images that a piece of work pushes; None for one that only a run can tell."""
    run = work.run
    if run is None:
        if work.tool == _PUSH_ACTION and work.step.input("push") not in (None, "false"):
            tags = (work.step.input("tags") or "").replace(",", "\n").split("\n")
            yield from (_image(tag.strip()) for tag in tags if tag.strip())
        return
    if run.name not in ("docker", "podman", "buildah"):
        return
    if run.argv[1:2] == ("push",):
        said = [word for word in run.argv[2:] if not word.startswith("-")]
        yield None if run.has("-a", "--all-tags") or not said else _image(said[-1])
    elif "build" in run.argv[1:3] and run.has("--push"):
        for at, word in enumerate(run.argv):
            if word in ("-t", "--tag") and at + 1 < len(run.argv):
                yield _image(run.argv[at + 1])


def _image(text: str) -> ImageName | None:
    """Return an image with a tag that is written down; None where an expression may hold one."""
    name = image_name(text.strip("\"'"))
    is_open = name.tag is None and ("${{" in name.name or "$" in name.name)
    return None if is_open else name
