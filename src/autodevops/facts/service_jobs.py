"""Which services have a job that builds or tests them."""

import re
from collections.abc import Iterable

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.pipeline import Pipeline
from autodevops.facts.services import Services
from autodevops.facts.work import CHECKS, Task, Works
from autodevops.facts.workflows import Job
from autodevops.guide.model import Service
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_WORD = regex(r"[a-z0-9]+")
# What teams call the guide's services.
_NAMES = {
    "api": {"api", "app", "backend", "fastapi", "py", "pytest", "python", "server"},
    "frontend": {"client", "frontend", "next", "nextjs", "site", "ui", "web", "webapp"},
    "workers": {"bullmq", "jobs", "processor", "queue", "worker", "workers"},
}


class ServiceJobs(Struct, frozen=True, kw_only=True):
    """The services of code by whether a job touches them."""

    idle: tuple[Service, ...]
    """Services that no job builds or tests, except those whose job of the guide is missing."""
    jobs: tuple[str, ...]
    """The subjects of all jobs."""


@fact
def service_jobs(
    services: Services, pipeline: Pipeline, works: Works
) -> ServiceJobs | NotApplicable:
    """Look for a job for each service."""
    jobs = pipeline.workflows.jobs
    if not services.of_code or not jobs:
        return NotApplicable(reason="there is no service of code beside workflows")
    told = {
        name
        for role in pipeline.roles
        if role.is_demanded and not role.jobs
        for name in role.wanted.services
    }
    idle = tuple(
        service
        for service in services.of_code
        if service.name not in told
        and not any(_touches(job, service, pipeline, works) for job in jobs)
    )
    return ServiceJobs(idle=idle, jobs=tuple(job.subject for job in jobs))


def _touches(job: Job, service: Service, pipeline: Pipeline, works: Works) -> bool:
    roles = pipeline.roles_of.get(job.subject, ())
    if any(service.name in role.wanted.services for role in roles):
        return True
    found = works.of(job)
    acts = [work for work in found if work.task in CHECKS | {Task.BUILD, Task.OTHER, Task.DEPLOY}]
    if not acts and job.uses is None:
        return False
    names = _NAMES.get(service.name, set()) | {service.name, service.folder or service.name}
    if names & {*_WORD.findall(f"{job.id} {job.name or ''} {job.path}".lower())}:
        return True
    folder = service.folder or service.name
    if any(not work.folder or _is_below(work.folder, folder) for work in acts):
        return True
    return any(re.search(rf"(?<![\w-]){re.escape(folder)}/", text) for text in _texts(job))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _texts(job: Job) -> Iterable[str]:
    for step in job.steps:
        if step.run is not None:
            yield step.run.text
        yield from (f"{text}/" for text in texts_of(step.inputs).values())
