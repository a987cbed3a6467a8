"""On what production deploys run beside the default branch and version tags."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_places import Place, place_in
from autodevops.facts._expressions import Plain
from autodevops.facts._job_routes import Moment, Route
from autodevops.facts._triggers import Trigger
from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.occasions import Occasion
from autodevops.guide.model import EnvironmentPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_FEATURE = "feature/example"
_WILD = regex(r"[*?+\[\]!]")
# `if [ "$GITHUB_REF" != refs/heads/main ]; then exit 1; fi`
_LOOKS_AT_REF = regex(
    r"(?:\bif\b|\[|\bcase\b|\btest\b)[^\n]{0,200}"
    r"(?:GITHUB_(?:REF|EVENT_NAME|HEAD_REF|BASE_REF)|github\.(?:ref|event_name)|BRANCH)"
)


class OpenGate(NamedTuple):
    """Something other than the default branch and version tags that deploys to production."""

    deployment: Deployment
    """The deploy job."""
    route: Route
    """How it is started."""
    trigger: Trigger
    """The event."""
    what: str
    """What happens, such as `a pull request` or `a push to feature/example`."""
    by_hand: bool
    """Whether a person starts it and picks the branch."""


class ProductionGates(Struct, frozen=True, kw_only=True):
    """What lets a deploy into production."""

    count: int
    """How many jobs deploy to production."""
    open: tuple[OpenGate, ...]
    """By job, the gravest first."""


@fact
def production_gates(
    deployments: Deployments, policy: EnvironmentPolicy
) -> ProductionGates | NotApplicable:
    """Try every event that can start a production deploy off the default branch."""
    found: list[OpenGate] = []
    count = 0
    for deployment in deployments.jobs:
        routes = deployment.routes
        if any(_is_production(deployment, route, deployments, policy) for route in routes):
            count += 1
            for route in routes:
                found += _open(deployment, route, deployments, policy)
    if not count:
        return NotApplicable(reason="no workflow deploys to production")
    return ProductionGates(count=count, open=tuple(found))


def _is_production(
    deployment: Deployment, route: Route, deployments: Deployments, policy: EnvironmentPolicy
) -> bool:
    """Tell whether a job deploys to production, if only when the default branch is pushed."""
    occasions = deployments.occasions
    for occasion in (Occasion.PUSH, Occasion.TAG):
        moment = occasions.known(occasion)
        places = deployment.places(route, moment, policy)
        if Place.PRODUCTION in places:
            return True
        if Place.UNSAID in places and occasions.starts(route.root, occasion):
            return True
    return False


def _open(
    deployment: Deployment, route: Route, deployments: Deployments, policy: EnvironmentPolicy
) -> Iterator[OpenGate]:
    runs_on_trunk = any(
        deployments.occasions.starts(route.root, occasion)
        for occasion in (Occasion.PUSH, Occasion.TAG)
    )
    for trigger in route.root.triggers:
        for what, moment in _moments(trigger, deployments):
            places = deployment.places(route, moment, policy)
            # What says no place is production's where the trunk is deployed in the same way.
            hits = places == {Place.PRODUCTION} or (runs_on_trunk and places == {Place.UNSAID})
            # A matrix over environments deploys to each of them.
            hits |= Place.PRODUCTION in places and bool(deployment.environments(route, moment))
            if hits and deployment.runs(route, moment) is True:
                by_hand = trigger.event == "workflow_dispatch"
                if not _is_guarded(deployment, route, by_hand=by_hand):
                    yield OpenGate(deployment, route, trigger, what, by_hand)
                break


def _is_guarded(deployment: Deployment, route: Route, *, by_hand: bool) -> bool:
    """Tell whether a script, or for a start by hand an environment, may refuse the branch."""
    if by_hand and deployment.job.environment is not None:
        return True
    awaited = {need.text for job in route.jobs for need in job.needs}
    jobs = [job for job in route.workflow.jobs if job is deployment.job or job.id in awaited]
    return any(
        step.run is not None and _LOOKS_AT_REF.search(step.run.text)
        for job in jobs
        for step in job.steps
    )


def _moments(trigger: Trigger, deployments: Deployments) -> Iterator[tuple[str, Moment]]:
    """Yield what an event brings that is neither the default branch nor a version tag."""
    occasions = deployments.occasions
    default = occasions.default_branch
    match trigger.event:
        case "pull_request" | "pull_request_target":
            known = {**occasions.known(Occasion.PULL_REQUEST), "github.event_name": trigger.event}
            if trigger.types and not {"opened", "synchronize", "reopened"} & set(trigger.types):
                known |= _unknown_of_closed(trigger)
            yield "a pull request", known
        case "push":
            for branch in _branches(trigger, default):
                yield f"a push to {branch}", _on(branch, "push", deployments)
            for tag in _tags(trigger):
                moment = dict(occasions.known(Occasion.TAG))
                moment |= {"github.ref": f"refs/tags/{tag}", "github.ref_name": tag}
                yield f"the tag {tag}", moment
        case "workflow_dispatch":
            yield "a start by hand on any branch", _on(_FEATURE, trigger.event, deployments)


def _unknown_of_closed(trigger: Trigger) -> dict[str, Plain]:
    """Return what is known of a pull request that was closed: nobody says how."""
    return {"github.event.action": trigger.types[0]} if len(trigger.types) == 1 else {}


def _branches(trigger: Trigger, default: str) -> Iterator[str]:
    """Yield branches beside the default one that start a push trigger, the plainest first."""
    if trigger.takes_branch(_FEATURE):
        yield _FEATURE
    for pattern in trigger.branches:
        # `staging` and the like are deployed to what they are called.
        is_trunk = pattern in (default, "main", "master")
        if is_trunk or _WILD.search(pattern) or not trigger.takes_branch(pattern):
            continue
        if place_in(pattern) not in (Place.OTHER, Place.PREVIEW):
            yield pattern


def _tags(trigger: Trigger) -> Iterator[str]:
    """Yield tags that start a push trigger and are no versions: plain names without digits."""
    for pattern in trigger.tags:
        if not _WILD.search(pattern) and not any(letter.isdigit() for letter in pattern):
            yield pattern


def _on(branch: str, event: str, deployments: Deployments) -> Moment:
    """Return what expressions know when something happens on a branch."""
    return {
        **deployments.occasions.known(Occasion.PUSH),
        "github.event_name": event,
        "github.ref": f"refs/heads/{branch}",
        "github.ref_name": branch,
        "github.event.workflow_run.head_branch": branch,
    }
