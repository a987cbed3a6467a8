"""The jobs that deploy a service: how they are started, with what, and where to."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._deploy_commands import deploys, is_local, may_deploy, publishes
from autodevops.facts._deploy_places import Place, place_in, place_of
from autodevops.facts._job_routes import Moment, Route, all_hold, filled, one_holds, routes
from autodevops.facts.occasions import Occasions
from autodevops.facts.work import Work, Works
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import EnvironmentPolicy, JobKind, WorkflowPolicy, job_key
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_NAMED = regex(r"(?<![a-z])(?:re)?deploy(?:s|ment)?(?![a-z])", re.IGNORECASE)
# What carries the word and deploys no service: documents, messages, clean-ups, checks.
_NO_SERVICE = regex(
    r"(?<![a-z])(?:docs?|documentation|pages|gh-pages|storybook|website|site|blog|homepage|notify"
    r"|notification|announce|cleanup|clean-up|undeploy|teardown|tear-down|destroy|stop|delete"
    r"|comment|status|label|docker[ -]?hub|registry|npm|pypi|package|publish)(?![a-z])",
    re.IGNORECASE,
)
_TEST = regex(
    r"(?<![a-z])(?:tests?|e2e|smoke|lint|check|checks|validate|verify|integration|conformance"
    r"|benchmark|plan)(?![a-z])",
    re.IGNORECASE,
)


class Deployment(Struct, frozen=True, kw_only=True):
    """One job that deploys a service."""

    job: Job
    """The job."""
    routes: tuple[Route, ...]
    """The ways in which it is started; none when nothing calls its workflow."""
    works: tuple[Work, ...]
    """What in it deploys; nothing when only its name says so."""
    all_works: tuple[Work, ...]
    """Everything that it does."""
    outer_conditions: tuple[str, ...]
    """Conditions of the steps that start the repository's own actions in which it deploys."""

    def runs(self, route: Route, moment: Moment) -> bool | None:
        """Return whether it deploys at a moment: the job runs, and one of its deploying steps."""
        starts = route.runs(moment)
        if starts is False or not self.works:
            return starts
        answers = [all_hold(self._steps(work, route, moment)) for work in self.works]
        return all_hold([starts, one_holds(answers)])

    def _steps(self, work: Work, route: Route, moment: Moment) -> Iterator[bool | None]:
        if work.step.condition is not None:
            yield route.holds(work.step.condition.text, moment)
        if work.step.path != self.job.path:
            for text in self.outer_conditions:
                yield route.holds(text, moment)

    def environments(self, route: Route, moment: Moment) -> frozenset[str | None]:
        """Return the names of its environments at a moment; None among them for an open one."""
        if self.job.environment is None:
            return frozenset()
        text = self.job.environment.text
        return frozenset(filled(text, known) for known in route.known(moment)) - {""}

    def places(self, route: Route, moment: Moment, policy: EnvironmentPolicy) -> frozenset[Place]:
        """Return where it deploys at a moment; several places when it deploys to all of them."""
        names = self.environments(route, moment)
        found = {Place.OPEN if name is None else environment_place(name, policy) for name in names}
        if found and Place.UNSAID not in found:
            return frozenset(found)
        said = {place_of(work) for work in self.works} - {Place.UNSAID}
        return frozenset(said or {self._by_name(route)})

    def _by_name(self, route: Route) -> Place:
        for job in route.jobs:
            place = place_in(job.id, job.name or "")
            if place is not Place.UNSAID:
                return place
        for workflow in (route.workflow, route.root):
            place = place_in(workflow.name or "", workflow.path.rpartition("/")[2])
            if place is not Place.UNSAID:
                return place
        return Place.UNSAID


def environment_place(name: str, policy: EnvironmentPolicy) -> Place:
    """Return what an environment is: one of the guide's, or what its name speaks of."""
    known = policy.find(name)
    if known is None:
        return place_in(name)
    return Place.PRODUCTION if known.protected else Place.PREVIEW


class Deployments(Struct, frozen=True, kw_only=True, dict=True):
    """Every job that deploys a service."""

    jobs: tuple[Deployment, ...]
    """By workflow and position."""
    elsewhere: tuple[Job, ...]
    """Jobs that call a workflow of another repository to deploy."""
    occasions: Occasions
    """When jobs run."""
    workflows: Workflows
    """Everything that GitHub would run."""

    @cached_property
    def by_subject(self) -> dict[str, Deployment]:
        """Return the deployments by their job's subject."""
        return {one.job.subject: one for one in self.jobs}


@fact
def deployments(
    workflows: Workflows, works: Works, occasions: Occasions, policy: WorkflowPolicy
) -> Deployments | NotApplicable:
    """Find the jobs that deploy, by what they run or by the guide's name for them."""
    found = []
    elsewhere = []
    for workflow in workflows.files:
        for job in workflow.jobs:
            if job.uses is not None:
                if workflows.called_by(job) is None and _may_deploy(job, workflow):
                    elsewhere.append(job)
                continue
            deployment = _deployment(job, workflow, workflows, works, policy)
            if deployment is not None:
                found.append(deployment)
    if not found and not elsewhere and not workflows.invalid:
        return NotApplicable(reason="no workflow deploys a service")
    return Deployments(
        jobs=tuple(found), elsewhere=tuple(elsewhere), occasions=occasions, workflows=workflows
    )


def _may_deploy(job: Job, workflow: Workflow) -> bool:
    text = f"{job.id} {job.name or ''} {job.uses.text if job.uses else ''} {workflow.name or ''}"
    own = f"{job.id} {job.name or ''}"
    return bool(_NAMED.search(text)) and not _NO_SERVICE.search(own) and not _TEST.search(own)


def _deployment(
    job: Job, workflow: Workflow, workflows: Workflows, works: Works, policy: WorkflowPolicy
) -> Deployment | None:
    every = works.of(job)
    if _NO_SERVICE.search(f"{job.id} {job.name or ''}") or any(map(is_local, every)):
        return None
    by_name = _is_named(job, policy)
    if not by_name and _TEST.search(f"{job.id} {job.name or ''}"):
        return None
    shipping = tuple(work for work in every if deploys(work) or (by_name and may_deploy(work)))
    about = f"{workflow.name or ''} {workflow.path.rpartition('/')[2]}"
    if not shipping and (not by_name or any(map(publishes, every)) or _NO_SERVICE.search(about)):
        return None
    if job.condition is not None and job.condition.text.strip() in ("false", "${{ false }}"):
        return None
    return Deployment(
        job=job,
        routes=routes(job, workflows),
        works=shipping,
        all_works=every,
        outer_conditions=tuple(
            step.condition.text
            for step in job.steps
            if step.condition is not None and workflows.action_of(step) is not None
        ),
    )


def _is_named(job: Job, policy: WorkflowPolicy) -> bool:
    names = {job_key(job.id), job_key(job.name or "")}
    if any(job_key(wanted.name) in names for wanted in policy.of_kind(JobKind.DEPLOY)):
        return True
    called = f"{job.id} {job.name or ''}"
    return bool(_NAMED.search(called)) and not _TEST.search(called)
