"""The names of environments that deploy jobs use and GitHub knows, and which of them are odd."""

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_places import Place, place_in
from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.occasions import Occasion
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
    named = [one for one in jobs if one.job.environment is not None]
    found: dict[str, list[tuple[Job, int]]] = {}
    written: dict[str, str] = {}
    for one in named:
        for name in sorted(_names(one, deployments)):
            written.setdefault(name.casefold(), name)
            line = one.job.environment.line if one.job.environment else one.job.line
            found.setdefault(name.casefold(), []).append((one.job, line))
    elsewhere = {
        job.environment.text.casefold() for job in workflows.jobs if job.environment is not None
    } - set(found)
    for environment in known.environments if isinstance(known, DeployEnvironments) else ():
        # What jobs use that deploy no service is not for deployments.
        if environment.name.casefold() not in elsewhere and not _BY_PLATFORM.fullmatch(
            environment.name
        ):
            written.setdefault(environment.name.casefold(), environment.name)
            found.setdefault(environment.name.casefold(), [])
    unexpected = [
        EnvironmentName(name=name, place=place_in(name), places=tuple(found[key]))
        for key, name in sorted(written.items())
        if policy.find(name) is None and not _NO_DEPLOYMENT.fullmatch(name)
    ]
    return EnvironmentNames(
        deploying=len(named),
        unexpected=tuple(unexpected),
        unseen=known if isinstance(known, Unavailable) else None,
    )


def _names(deployment: Deployment, deployments: Deployments | NotApplicable) -> set[str]:
    """Return the names that a job's environment has on any occasion, open ones left out."""
    if isinstance(deployments, NotApplicable):
        return set()
    occasions = deployments.occasions
    return {
        name
        for route in deployment.routes
        for occasion in Occasion
        for name in deployment.environments(route, occasions.known(occasion))
        if name is not None
    }
