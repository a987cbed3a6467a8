"""Finds jobs and steps in a workflow's text as it is now, and sets single keys of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from autodevops.facts._yaml import Mapping, Sequence
from autodevops.fixing import _yaml
from autodevops.fixing._api import Finding, Refusal, Site

GONE = Refusal("the place is not there any more")


class StepPlace(NamedTuple):
    """A step and how to get to it."""

    path: tuple[str | int, ...]
    """Keys and positions from the document's root."""
    node: Mapping
    """The step as written."""


def parts(subject: str) -> tuple[str, str, str]:
    """Return the path, the job and the step of `path#job/step`; empty where it names none."""
    path, _, rest = subject.partition("#")
    job, _, step = rest.partition("/")
    return path, job, step


def lines_now(finding: Finding, site: Site, path: str) -> list[int] | None:
    """Return where the finding's lines of a file stand now; None when one is gone."""
    lines = [one.line for one in finding.locations if one.path == path and one.line is not None]
    now = [site.line_now(path, line) for line in lines]
    return None if None in now else [line for line in now if line is not None]


def steps(text: str) -> Iterator[StepPlace]:
    """Yield every step of a workflow or of an action, in the order of their lines."""
    own = _yaml.find(text, ("runs", "steps"))
    if isinstance(own, Sequence):
        yield from _steps(own, ("runs", "steps"))
    jobs = _yaml.find(text, ("jobs",))
    for name, job in jobs.entries() if isinstance(jobs, Mapping) else ():
        found = job.get("steps")
        if isinstance(found, Sequence):
            yield from _steps(found, ("jobs", name, "steps"))


def step_at(text: str, line: int) -> StepPlace | None:
    """Return the step that a 1-based line belongs to."""
    before = [one for one in steps(text) if one.node.line <= line]
    return max(before, key=lambda one: one.node.line, default=None)


def put(text: str, path: tuple[str | int, ...], key: str, value: str) -> str | Refusal:
    """Return the text with `key: value` in the mapping at `path`, in whatever style it has."""
    mapping = _yaml.find(text, path)
    if isinstance(mapping, Mapping) and mapping.get(key) is not None:
        return _yaml.replace_scalar(text, (*path, key), value)
    new = _yaml.insert_key(text, path, f"{key}: {value}")
    if not isinstance(new, Refusal):
        return new

    def change(document: Any) -> None:  # noqa: ANN401 - what ruamel.yaml makes of any document
        for step in path:
            document = document[step]
        document[key] = _typed(value)

    return _yaml.round_trip(text, change)


def put_input(text: str, step: StepPlace, key: str, value: str) -> str | Refusal:
    """Return the text with an input of an action set, below `uses` where it has none yet."""
    if step.node.get("with") is not None:
        return put(text, (*step.path, "with"), key, value)
    new = _yaml.insert_key(text, step.path, "with:", f"  {key}: {value}", after="uses")
    if not isinstance(new, Refusal):
        return new

    def change(document: Any) -> None:  # noqa: ANN401 - what ruamel.yaml makes of any document
        for part in step.path:
            document = document[part]
        document["with"] = {key: _typed(value)}

    return _yaml.round_trip(text, change)


def _steps(found: Sequence, path: tuple[str, ...]) -> Iterator[StepPlace]:
    for position, item in enumerate(found.items):
        if isinstance(item, Mapping):
            yield StepPlace((*path, position), item)


def _typed(value: str) -> object:
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if value.isdecimal() else value
