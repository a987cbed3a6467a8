"""On which occasions a job runs: a push to the trunk, a pull request, a version tag."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._expressions import Open, Plain, calls_in, evaluate, names_in, truth
from autodevops.facts._triggers import Trigger
from autodevops.facts.refs import Refs
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.guide.model import BranchPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Unavailable

_TAG = "v1.2.3"
_MAX_DEPTH = 100
_INPUTS = ("inputs.", "github.event.inputs.")
_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target", "merge_group"})


class Occasion(StrEnum):
    """Something that happens to a repository."""

    PUSH = "a push to the default branch"
    PULL_REQUEST = "a pull request"
    TAG = "a version tag"


class Answer(NamedTuple):
    """Whether a job runs on an occasion."""

    runs: bool | None
    """None when only a run can tell."""
    reason: str = ""
    """The condition, when it is not a plain yes."""
    line: int | None = None
    """1-based line of that."""
    names: frozenset[str] = frozenset()
    """What an open condition depends on."""


class Filter(NamedTuple):
    """A path filter."""

    path: str
    """The workflow that it stands in."""
    trigger: Trigger
    """The event that it limits."""


_YES = Answer(runs=True)


class Occasions(Struct, frozen=True, kw_only=True, dict=True):
    """Answers when workflows and jobs run."""

    default_branch: str
    """Name of the default branch."""
    workflows: Workflows
    """Everything that GitHub would run."""

    @cached_property
    def _started(self) -> dict[tuple[str, Occasion], bool]:
        return {}

    @cached_property
    def _answers(self) -> dict[tuple[str, Occasion], Answer]:
        return {}

    @cached_property
    def _callers(self) -> Mapping[str, tuple[Job, ...]]:
        found: dict[str, tuple[Job, ...]] = {}
        for job in self.workflows.jobs:
            called = self.workflows.called_by(job)
            if called is not None:
                found[called.path] = (*found.get(called.path, ()), job)
        return found

    def starts(self, workflow: Workflow, occasion: Occasion) -> bool:
        """Tell whether an occasion starts a workflow, path filters aside.

        A workflow that follows another (`workflow_run`) starts when that one does; one that is
        called starts with its callers.
        """
        return self._starts(workflow, occasion, _MAX_DEPTH)

    def _starts(self, workflow: Workflow, occasion: Occasion, depth: int) -> bool:
        known = self._started
        if (workflow.path, occasion) not in known:
            known[workflow.path, occasion] = False  # for workflows that follow each other
            known[workflow.path, occasion] = any(
                self._fires(trigger, workflow, occasion, depth) for trigger in workflow.triggers
            )
        return known[workflow.path, occasion]

    def _fires(self, trigger: Trigger, workflow: Workflow, occasion: Occasion, depth: int) -> bool:
        event = trigger.event
        if event == "push":
            return (occasion is Occasion.PUSH and trigger.takes_branch(self.default_branch)) or (
                occasion is Occasion.TAG and trigger.takes_tag(_TAG)
            )
        if event in _PULL_REQUESTS:
            is_asked = occasion is Occasion.PULL_REQUEST
            return is_asked and trigger.takes_branch(self.default_branch)
        if event in ("workflow_run", "workflow_call"):
            sources = self._sources(trigger, workflow) if depth else ()
            return any(self._starts(other, occasion, depth - 1) for other in sources)
        return event in ("release", "create") and occasion is Occasion.TAG

    def _sources(self, trigger: Trigger, workflow: Workflow) -> Iterator[Workflow]:
        """Yield the workflows that start this one by being followed or by calling it."""
        if trigger.event == "workflow_call":
            for caller in self._callers.get(workflow.path, ()):
                yield self.workflows.by_path[caller.path]
            return
        for other in self.workflows.files:
            if (other.name or other.path) in trigger.workflows:
                yield other

    def filters(self, workflow: Workflow, occasion: Occasion) -> tuple[Filter, ...]:
        """Return the path filters of a workflow, or of its callers, that hold on an occasion."""
        events = _PULL_REQUESTS if occasion is Occasion.PULL_REQUEST else {"push"}
        callers = [self.workflows.by_path[job.path] for job in self._callers.get(workflow.path, ())]
        return tuple(
            Filter(source.path, trigger)
            for source in (workflow, *callers)
            for trigger in source.on(*events)
            if trigger.is_limited_to_paths and occasion is not Occasion.TAG
        )

    def runs(self, job: Job, occasion: Occasion) -> Answer:
        """Return whether a job runs once its workflow has started, conditions of its needs too."""
        return self._runs(job, occasion, _MAX_DEPTH)

    def may_run(self, job: Job, occasion: Occasion) -> bool:
        """Tell whether an occasion starts a job, as far as that can be told before a run."""
        started = self.starts(self.workflows.by_path[job.path], occasion)
        return started and self.runs(job, occasion).runs is not False

    def _runs(self, job: Job, occasion: Occasion, depth: int) -> Answer:
        known = self._answers
        if (job.subject, occasion) not in known:
            known[job.subject, occasion] = _YES  # for jobs that need each other
            known[job.subject, occasion] = self._answer(job, occasion, depth)
        return known[job.subject, occasion]

    def _answer(self, job: Job, occasion: Occasion, depth: int) -> Answer:
        own = self._condition(job, occasion)
        if own.runs is False or not depth or calls_in(own.reason) & {"always", "cancelled"}:
            return own
        workflow = self.workflows.by_path[job.path]
        for need in job.needs:
            needed = workflow.job(need.text)
            answer = _YES if needed is None else self._runs(needed, occasion, depth - 1)
            if answer.runs is not True:
                return answer
        return own

    def _condition(self, job: Job, occasion: Occasion) -> Answer:
        if job.condition is None:
            return _YES
        text = job.condition.text
        known = dict(self.known(occasion))
        if not self.workflows.by_path[job.path].is_reusable:
            # Inputs are only set when somebody starts the workflow by hand.
            known |= {name: None for name in names_in(text) if name.startswith(_INPUTS)}
        known |= {f"needs.{need.text}.result".lower(): "success" for need in job.needs}
        value = evaluate(text, known)
        names = value.names if isinstance(value, Open) else frozenset()
        return Answer(truth(value), text, job.condition.line, names)

    def known(self, occasion: Occasion) -> Mapping[str, Plain]:
        """Return what expressions can know on an occasion."""
        branch = self.default_branch
        common: dict[str, Plain] = {"github.event.repository.default_branch": branch}
        match occasion:
            case Occasion.PULL_REQUEST:
                return common | {
                    "github.event_name": "pull_request",
                    "github.ref": "refs/pull/1/merge",
                    "github.ref_name": "1/merge",
                    "github.ref_type": "branch",
                    "github.base_ref": branch,
                    "github.event.pull_request.base.ref": branch,
                    "github.event.pull_request.draft": False,
                    "github.event.pull_request.merged": False,
                }
            case Occasion.TAG:
                named = {"github.ref": f"refs/tags/{_TAG}", "github.ref_name": _TAG}
                kind = {"github.ref_type": "tag"}
            case Occasion.PUSH:
                named = {"github.ref": f"refs/heads/{branch}", "github.ref_name": branch}
                kind = {"github.ref_type": "branch"}
        pushed: dict[str, Plain] = {
            "github.event_name": "push",
            "github.base_ref": "",
            "github.head_ref": "",
            "github.event.pull_request": None,
            "github.event.pull_request.draft": None,
            "github.event.pull_request.merged": None,
            "github.event.workflow_run.conclusion": "success",
            "github.event.workflow_run.head_branch": named["github.ref_name"],
            "github.event.workflow_run.event": "push",
        }
        return common | pushed | named | kind


@fact
def occasions(
    workflows: Workflows, refs: Refs | Unavailable | NotApplicable, policy: BranchPolicy
) -> Occasions:
    """Return when jobs run; without a known default branch the guide's name for it counts."""
    default = refs.default.name if isinstance(refs, Refs) else policy.default
    return Occasions(default_branch=default, workflows=workflows)
