"""Jobs that run a pull request's code with a production secret in reach."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._yaml_nodes import Node, scalars_of
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import EnvironmentPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_SECRET = regex(r"\bsecrets(?:\.|\[\s{0,3}['\"])([A-Za-z_]\w{0,200})")


class ExposedSecret(NamedTuple):
    """A production secret in a job that runs a pull request's code."""

    job: Job
    """The job."""
    secret: str
    """Name of the secret, or of the environment that gives production's secrets."""
    line: int
    """1-based line where it comes in."""
    by_environment: bool
    """Whether the job's environment, not the secret's name, makes it production's."""


class UntrustedJobs(Struct, frozen=True, kw_only=True):
    """What such jobs have in reach."""

    count: int
    """Jobs that run a pull request's code."""
    exposed: tuple[ExposedSecret, ...]
    """By workflow and job."""


@fact
def untrusted_jobs(
    workflows: Workflows, occasions: Occasions, policy: EnvironmentPolicy
) -> UntrustedJobs | NotApplicable:
    """Return the production secrets that jobs for pull requests get."""
    jobs = [
        job
        for workflow in workflows.files
        if workflow.on("pull_request")
        for job in workflow.jobs
        if occasions.runs(job, Occasion.PULL_REQUEST).runs is not False and _runs_its_code(job)
    ]
    if not jobs:
        return NotApplicable(reason="no job runs a pull request's code")
    exposed = [one for job in jobs for one in _exposed(workflows.by_path[job.path], job, policy)]
    return UntrustedJobs(count=len(jobs), exposed=tuple(exposed))


def _runs_its_code(job: Job) -> bool:
    checks_out = any(
        step.action == "actions/checkout" and not step.input("ref") for step in job.steps
    )
    return checks_out and any(
        step.run is not None or (step.uses is not None and step.uses.text.startswith("./"))
        for step in job.steps
    )


def _exposed(workflow: Workflow, job: Job, policy: EnvironmentPolicy) -> Iterator[ExposedSecret]:
    environment = policy.find(job.environment.text) if job.environment else None
    named = [*_secrets(workflow.env), *_secrets(job.node)]
    seen: set[str] = set()
    for name, line in named:
        if name in seen or name == "GITHUB_TOKEN":
            continue
        seen.add(name)
        if name.upper().startswith(policy.production_prefixes):
            yield ExposedSecret(job, name, line, by_environment=False)
        elif environment is not None and environment.protected:
            yield ExposedSecret(job, name, line, by_environment=True)


def _secrets(node: Node | None) -> Iterator[tuple[str, int]]:
    """Yield the secrets that a part of a workflow names, with their lines."""
    for scalar in scalars_of(node):
        for index, line in enumerate(scalar.text.split("\n")):
            for found in _SECRET.finditer(line):
                if "${{" in line or not scalar.style:
                    yield found[1], scalar.line_at(index)
