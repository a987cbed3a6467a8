"""Jobs that fail before any of their steps runs."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._container_options import refusals
from autodevops.facts._image_references import has_capitals, images_of, resolved
from autodevops.facts._tools import tools
from autodevops.facts._yaml_nodes import Mapping as YamlMapping
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.model.snapshot import Snapshot


class Doom(NamedTuple):
    """One reason why a job can't run."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    text: str
    """Why, in words."""


class DoomedJob(NamedTuple):
    """A job that can't run."""

    job: Job
    """The job."""
    reasons: tuple[Doom, ...]
    """Why, in the order of the file."""


class DoomedJobs(Struct, frozen=True, kw_only=True):
    """Every job that can't run."""

    doomed: tuple[DoomedJob, ...]
    """By path and job."""
    jobs: int
    """How many jobs were looked at."""


@fact
def doomed_jobs(workflows: Workflows, snapshot: Snapshot) -> DoomedJobs:
    """Look for what is known to fail before any step runs."""
    found: list[DoomedJob] = []
    for workflow in workflows.files:
        for job in workflow.jobs:
            reasons = [
                *_options(job),
                *_images(job, _known(workflow, job, snapshot.target.name)),
                *_inputs(job),
                *_called_inputs(job, workflows),
            ]
            if reasons:
                found.append(DoomedJob(job, tuple(sorted(set(reasons)))))
    return DoomedJobs(doomed=tuple(found), jobs=len(workflows.jobs))


def _options(job: Job) -> Iterator[Doom]:
    for container in job.containers:
        if container.options is not None:
            for reason in refusals(container.options.text):
                where = "the container" if container.name == "container" else container.name
                text = f"the container engine refuses the options of {where}: {reason}"
                yield Doom(job.path, container.options.line, text)


def _known(workflow: Workflow, job: Job, name: str) -> Mapping[str, str]:
    """Return what expressions and variables are known to be, by lower-case name."""
    known: dict[str, str] = {}
    owner, slash, repository = name.partition("/")
    if slash:
        known |= {
            "github.repository": name,
            "github.repository_owner": owner,
            "github.event.repository.name": repository,
            "env.github_repository": name,
            "env.github_repository_owner": owner,
        }
    env = texts_of(workflow.env) | texts_of(job.env)
    return known | {f"env.{key}".lower(): value for key, value in env.items()}


def _images(job: Job, known: Mapping[str, str]) -> Iterator[Doom]:
    for image, path, line in images_of(job):
        name = resolved(image, known)
        if has_capitals(name):
            text = f"the image name {name} has capitals, which registries refuse"
            yield Doom(path, line, text)


def _inputs(job: Job) -> Iterator[Doom]:
    for step in job.steps:
        missing = [
            name
            for name in tools().required_inputs.get(step.action, ())
            if step.inputs is None or step.inputs.get(name) is None
        ]
        if missing and step.uses is not None:
            names = " and ".join(missing)
            yield Doom(step.path, step.uses.line, f"{step.action} needs the input {names}")


def _called_inputs(job: Job, workflows: Workflows) -> Iterator[Doom]:
    """Yield the inputs and secrets that a called workflow of this repository requires in vain."""
    called = workflows.called_by(job)
    if called is None or job.uses is None or not called.is_reusable:
        return
    declared = called.on("workflow_call")[0].node
    for kind, given in (("inputs", job.node.get("with")), ("secrets", job.node.get("secrets"))):
        wanted = None if declared is None else declared.get(kind)
        if not isinstance(wanted, YamlMapping) or (
            given is not None and given.as_text == "inherit"
        ):
            continue
        for name, node in wanted.entries():
            required, default = node.get("required"), node.get("default")
            is_required = required is not None and required.as_text == "true" and default is None
            if is_required and (given is None or given.get(name) is None):
                text = f"{called.path} requires the {kind.removesuffix('s')} {name}"
                yield Doom(job.path, job.uses.line, text)
