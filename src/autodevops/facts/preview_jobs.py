"""The jobs that make previews of pull requests, and the production secrets that they take."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_commands import makes_previews
from autodevops.facts._deploy_places import Place
from autodevops.facts._expressions import Open, evaluate
from autodevops.facts._job_routes import Moment, Route, routes
from autodevops.facts._yaml_nodes import Node, scalars_of
from autodevops.facts.deployments import Deployments, environment_place
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.workflows import Job, Workflows
from autodevops.guide.model import EnvironmentPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_INSERTED = regex(r"\$\{\{(?:(?!\$\{\{).){0,2000}?\}\}", re.DOTALL)
_GIVEN = frozenset({"github_token"})
_PREVIEW = regex(r"preview|review[-_ ]?app|ephemeral")
_CLEANS = regex(r"clean|delete|destroy|remove|teardown|deactivate|stale|comment|label|notify")


class TakenSecret(NamedTuple):
    """A production secret that a preview job takes."""

    job: Job
    """The preview job."""
    secret: str
    """Name of the secret."""
    path: str
    """The file that names it."""
    line: int
    """1-based line."""
    environment: str | None
    """The production environment that gives it; None when its name says what it is."""


class PreviewJobs(Struct, frozen=True, kw_only=True):
    """The jobs that make previews."""

    jobs: tuple[Job, ...]
    """By workflow and position."""
    taken: tuple[TakenSecret, ...]
    """Production secrets that they take."""
    by_platform: tuple[str, ...]
    """Deploy commands of platforms that can make previews of their own accord."""


@fact
def preview_jobs(
    workflows: Workflows,
    deployments: Deployments | NotApplicable,
    occasions: Occasions,
    policy: EnvironmentPolicy,
) -> PreviewJobs:
    """Find the jobs that deploy a preview, name its environment, or are called so."""
    moment = occasions.known(Occasion.PULL_REQUEST)
    known = deployments if isinstance(deployments, Deployments) else None
    found = [
        (job, tuple(ways))
        for job in workflows.jobs
        if job.uses is None and (ways := list(_ways(job, workflows, known, moment, policy)))
    ]
    taken = [one for job, ways in found for one in _taken(job, ways, moment, policy)]
    works = [work for one in known.jobs for work in one.works] if known is not None else []
    platforms = dict.fromkeys(work.tool for work in works if makes_previews(work))
    return PreviewJobs(
        jobs=tuple(job for job, _ in found), taken=tuple(taken), by_platform=tuple(platforms)
    )


def _ways(
    job: Job,
    workflows: Workflows,
    known: Deployments | None,
    moment: Moment,
    policy: EnvironmentPolicy,
) -> Iterator[Route]:
    """Yield the ways in which a job is started to make a preview."""
    deployment = None if known is None else known.by_subject.get(job.subject)
    by_name = _says_preview(job, workflows)
    names_preview = _environment(job, policy) is Place.PREVIEW
    for route in routes(job, workflows):
        asked = bool(route.root.on("pull_request", "pull_request_target"))
        runs = route.runs(moment) if deployment is None else deployment.runs(route, moment)
        if names_preview and (runs is not False or not asked):
            yield route
        elif asked and runs is not False:
            places = set() if deployment is None else deployment.places(route, moment, policy)
            if by_name or (places and Place.PRODUCTION not in places):
                yield route


def _environment(job: Job, policy: EnvironmentPolicy) -> Place | None:
    """Return what a job's environment is, one of the guide's only; None for another or none."""
    if job.environment is None or policy.find(job.environment.text) is None:
        return None
    return environment_place(job.environment.text, policy)


def _says_preview(job: Job, workflows: Workflows) -> bool:
    own = f"{job.id} {job.name or ''}".lower()
    workflow = workflows.by_path[job.path]
    about = f"{workflow.name or ''} {job.path.rpartition('/')[2]}".lower()
    return not _CLEANS.search(own) and _PREVIEW.search(f"{own} {about}") is not None


def _taken(
    job: Job, ways: tuple[Route, ...], moment: Moment, policy: EnvironmentPolicy
) -> Iterator[TakenSecret]:
    by_environment = _environment(job, policy) is Place.PRODUCTION
    environment = job.environment.text if by_environment and job.environment else None
    seen: set[str] = set()
    for route in ways:
        for path, node in _parts(route, moment):
            for name, line in _secrets(node, {**moment, **route.inputs}):
                is_production = name.startswith(policy.production_prefixes)
                if name not in seen and (is_production or environment is not None):
                    seen.add(name)
                    yield TakenSecret(job, name, path, line, None if is_production else environment)


def _parts(route: Route, moment: Moment) -> Iterator[tuple[str, Node]]:
    """Yield the parts of the workflows that a job is given, steps that don't run left out."""
    job = route.job
    if route.workflow.env is not None:
        yield job.path, route.workflow.env
    for key, value in job.node.entries():
        if key != "steps":
            yield job.path, value
    for step in job.steps:
        skipped = step.condition is not None and route.holds(step.condition.text, moment) is False
        if step.node is not None and not skipped:
            yield step.path, step.node
    for caller in route.jobs[1:]:
        handed = caller.node.get("secrets")
        if handed is not None:
            yield caller.path, handed


def _secrets(node: Node, known: Moment) -> Iterator[tuple[str, int]]:
    """Yield the secrets that a part of a workflow takes at a moment, in capitals."""
    for scalar in scalars_of(node):
        for found in _INSERTED.finditer(scalar.text):
            value = evaluate(found[0], known)
            names = value.names if isinstance(value, Open) else frozenset()
            line = scalar.line_at(scalar.text.count("\n", 0, found.start()))
            for name in sorted(names):
                secret = name.removeprefix("secrets.")
                if secret != name and secret not in _GIVEN:
                    yield secret.upper(), line
