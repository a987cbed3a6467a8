"""The ways in which a job is started, and what its expressions come to on each of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from autodevops.facts._expressions import Open, Plain, calls_in, evaluate, names_in, truth
from autodevops.facts._matrix import Combination, expand
from autodevops.facts._yaml_nodes import Mapping as Tree
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.model.patterns import regex

MAX_ROUTES = 50
"""Most ways into one job that are followed."""
MAX_STEPS = 500
"""Most calls that are looked at for one job."""

_MAX_DEPTH = 4
_MAX_COMBINATIONS = 20
_LONGEST = 4_000
_INSERTED = regex(r"\$\{\{.{0,2000}?\}\}", re.DOTALL)
_INPUTS = ("inputs.", "github.event.inputs.")

Moment = Mapping[str, Plain]
"""What expressions know when something happens, by name."""


class Route(NamedTuple):
    """One way in which a job is started: by its own workflow's events or by a call."""

    job: Job
    """The job."""
    workflow: Workflow
    """Its workflow."""
    root: Workflow
    """The workflow whose events start it."""
    inputs: Mapping[str, Plain]
    """Inputs of the call that are known, by their names in expressions."""
    caller: "Route | None"
    """The job that calls its workflow; None when its own events start it."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return the job and those that call it, nearest first."""
        return (self.job, *(self.caller.jobs if self.caller is not None else ()))

    def known(self, moment: Moment) -> Iterator[Moment]:
        """Yield what the job's expressions know at a moment, once for each value of its matrix."""
        for combination in _combinations(self.job):
            values = {f"matrix.{name.lower()}": value for name, value in combination.items()}
            yield {**moment, **self.inputs, **values}

    def runs(self, moment: Moment) -> bool | None:
        """Return whether the job runs at a moment; None when only a run can tell."""
        own = all_hold([self.holds(text, moment) for text in self._conditions()])
        if own is False or self.caller is None:
            return own
        return all_hold([own, self.caller.runs(moment)])

    def holds(self, condition: str, moment: Moment) -> bool | None:
        """Return whether a condition of the job or of its steps holds at a moment."""
        unset: Moment = {}
        if self.caller is None and moment.get("github.event_name") != "workflow_dispatch":
            # Inputs are only set when somebody starts the workflow by hand.
            unset = {name: None for name in names_in(condition) if name.startswith(_INPUTS)}
        return one_holds(
            [truth(evaluate(condition, {**unset, **known})) for known in self.known(moment)]
        )

    def _conditions(self) -> Iterator[str]:
        """Yield the job's condition and those of the jobs that it waits for."""
        waiting = [self.job]
        seen = {self.job.id}
        while waiting:
            job = waiting.pop()
            text = "" if job.condition is None else job.condition.text
            if text:
                yield text
            if calls_in(text) & {"always", "cancelled"}:
                continue
            needed = (self.workflow.job(need.text) for need in job.needs)
            waiting += [other for other in needed if other is not None and other.id not in seen]
            seen |= {other.id for other in waiting}


def routes(job: Job, workflows: Workflows) -> tuple[Route, ...]:
    """Return the ways in which a job is started, calls within the repository followed."""
    workflow = workflows.by_path[job.path]
    steps = iter(range(MAX_STEPS))
    return tuple(islice(_routes(job, workflow, workflows, _MAX_DEPTH, steps), MAX_ROUTES))


def _routes(
    job: Job, workflow: Workflow, workflows: Workflows, depth: int, steps: Iterator[int]
) -> Iterator[Route]:
    """Yield the ways into a job; `steps` ends the search where calls branch and lead nowhere."""
    if any(trigger.event != "workflow_call" for trigger in workflow.triggers):
        yield Route(job, workflow, workflow, {}, None)
    for caller in workflows.callers_of(workflow) if depth else ():
        if next(steps, None) is None:
            return
        for outer in _routes(caller, workflows.by_path[caller.path], workflows, depth - 1, steps):
            for inputs in _inputs(outer, workflow):
                yield Route(job, workflow, outer.root, inputs, outer)


def _inputs(caller: Route, called: Workflow) -> list[dict[str, Plain]]:
    """Return the inputs of a call that are known, once for each value of the caller's matrix."""
    given = caller.job.node.get("with")
    found: list[dict[str, Plain]] = []
    for known in caller.known({}):
        values: dict[str, Plain] = dict(_defaults(called))
        for name, value in given.entries() if isinstance(given, Tree) else ():
            text = filled(value.as_text or "", known)
            values.pop(f"inputs.{name.lower()}", None)
            if text is not None:
                values[f"inputs.{name.lower()}"] = text
        if values not in found:
            found.append(values)
    return found


def _defaults(called: Workflow) -> Iterator[tuple[str, Plain]]:
    for trigger in called.on("workflow_call"):
        node = trigger.node.get("inputs") if trigger.node is not None else None
        for name, wanted in node.entries() if isinstance(node, Tree) else ():
            default = wanted.get("default")
            if default is not None and default.as_text is not None:
                yield f"inputs.{name.lower()}", default.as_text


def _combinations(job: Job) -> list[Combination]:
    matrix = job.node.path("strategy", "matrix")
    found = [] if matrix is None else expand(matrix) or []
    return found[:_MAX_COMBINATIONS] or [{}]


def filled(text: str, known: Moment) -> str | None:
    """Return a text with its expressions filled in; None when only a run can tell.

    Nor is one told that grows too long: from call to call an input can hold itself many times.
    """
    if len(text) > _LONGEST:
        return None
    parts: list[str] = []
    at = 0
    for found in _INSERTED.finditer(text):
        value = evaluate(found[0], known)
        if isinstance(value, Open):
            return None
        parts += [text[at : found.start()], "" if value is None else str(value)]
        at = found.end()
    whole = "".join(parts) + text[at:]
    return whole if len(whole) <= _LONGEST else None


def all_hold(answers: Iterable[bool | None]) -> bool | None:
    """Return whether all answers are yes; None when that depends on one that is not known."""
    said = set(answers)
    return False if False in said else None if None in said else True


def one_holds(answers: Iterable[bool | None]) -> bool | None:
    """Return whether one answer is yes; None when that depends on one that is not known."""
    said = set(answers)
    return True if True in said else None if None in said else False
