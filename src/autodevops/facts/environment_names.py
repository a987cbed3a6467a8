"""The names of environments that deploy jobs use and GitHub knows, and which of them are odd."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_places import Place, place_in
from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.workflows import Job, Workflows
from autodevops.guide.model import EnvironmentPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.settings import DeployEnvironments
from autodevops.model.snapshot import Unavailable

# Where packages, pages and tools get their rights: nothing of a service runs there.
_NO_DEPLOYMENT = regex(
    r"(?i)github-pages|(?:test[-_.]?)?pypi|npm(?:js)?|crates(?:\.?io)?|rubygems|nuget|maven.*|docs?"
    r"|docker.*|ghcr|registry|publish.*|releases?|copilot|.*[-_ ]?(?:publish|publishing|release)"
    r"|github-agent-workflows|codecov|marketplace|storybook.*|documentation"
)
# Vercel's integration puts an en dash before the project's name, Railway's a slash behind it.
_BY_PLATFORM = regex(r"[^\u2013/]{1,100} [\u2013/] [^\u2013/]{1,100}")
# `preview-${{ github.ref_name }}` is a name for each branch; what it will be no audit knows.
_FOR_EACH = regex(
    r"\$\{\{\s{0,9}(?:github\.(?:ref|ref_name|head_ref|sha|actor|run_id|run_number)"
    r"|github\.event\.(?:number|pull_request\.[\w.]{1,40}))\s{0,9}\}\}"
)


class EnvironmentName(Struct, frozen=True, kw_only=True):
    """One environment that is none of the guide's."""

    name: str
    """As written first."""
    place: Place
    """What its name speaks of."""
    places: tuple[tuple[Job, int], ...]
    """Jobs that use it with the lines; none when only GitHub's settings know it."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs that use it."""
        return tuple(job for job, _ in self.places)


class EnvironmentNames(Struct, frozen=True, kw_only=True):
    """The names that are in use."""

    deploying: int
    """How many deploy jobs name an environment."""
    unexpected: tuple[EnvironmentName, ...]
    """Those that the guide does not know, by name."""
    unseen: Unavailable | None
    """Why GitHub's own list was not to be had."""


@fact
def environment_names(
    deployments: Deployments | NotApplicable,
    known: DeployEnvironments | Unavailable,
    workflows: Workflows,
    policy: EnvironmentPolicy,
) -> EnvironmentNames:
    """Compare the environments with the guide's, letters' case aside."""
    jobs = deployments.jobs if isinstance(deployments, Deployments) else ()
    used = _used(deployments) if isinstance(deployments, Deployments) else ()
    written: dict[str, str] = {}
    places: dict[str, list[tuple[Job, int]]] = {}
    for name, job, line in used:
        written.setdefault(name.casefold(), name)
        places.setdefault(name.casefold(), []).append((job, line))
    for name in _listed(known, workflows, frozenset(written)):
        written.setdefault(name.casefold(), name)
    unexpected = [
        EnvironmentName(name=name, place=place_in(name), places=tuple(places.get(key, ())))
        for key, name in sorted(written.items())
        if policy.find(name) is None and not _NO_DEPLOYMENT.fullmatch(name)
    ]
    return EnvironmentNames(
        deploying=sum(one.job.environment is not None for one in jobs),
        unexpected=tuple(unexpected),
        unseen=known if isinstance(known, Unavailable) else None,
    )


def _used(deployments: Deployments) -> Iterator[tuple[str, Job, int]]:
    """Yield the names of deploy jobs' environments, with the job and the line."""
    for one in deployments.jobs:
        if one.job.environment is not None and not _FOR_EACH.search(one.job.environment.text):
            for name in sorted(_names(one, deployments.occasions)):
                yield name, one.job, one.job.environment.line


def _names(deployment: Deployment, occasions: Occasions) -> set[str]:
    """Return the names that a job's environment has on any occasion, open ones left out."""
    return {
        name
        for route in deployment.routes
        for occasion in Occasion
        for name in deployment.environments(route, occasions.known(occasion))
        if name is not None
    }


def _listed(
    known: DeployEnvironments | Unavailable, workflows: Workflows, deploying: frozenset[str]
) -> Iterator[str]:
    """Yield the environments of GitHub's list that are for deploying services.

    What only other jobs use is none of them, nor what platforms add by themselves.
    """
    if isinstance(known, Unavailable):
        return
    named = {job.environment.text.casefold() for job in workflows.jobs if job.environment}
    for one in known.environments:
        is_elsewhere = one.name.casefold() in named - deploying
        if not is_elsewhere and not _BY_PLATFORM.fullmatch(one.name):
            yield one.name
