"""Reads the tree of a workflow file into its parts; what has an odd shape is left out."""

from posixpath import normpath
from typing import NamedTuple

from autodevops.facts._matrix import check_names
from autodevops.facts._script_reader import ScriptReader
from autodevops.facts._triggers import read_triggers
from autodevops.facts._workflow_parts import Action, Container, Job, Named, Step, Workflow
from autodevops.facts._yaml import Parsed
from autodevops.facts._yaml_nodes import Mapping, Node, Scalar, Sequence, items_of

MAX_JOBS = 500
"""Most jobs of a workflow that are read."""
MAX_STEPS = 1_000
"""Most steps of a job that are read."""
MAX_NEEDS = 100
"""Most needs of a job that are read."""

_WINDOWS = "pwsh"


class _Place(NamedTuple):
    """Where a job stands, and what reads its scripts."""

    path: str
    line: int
    reader: ScriptReader


def read_workflow(path: str, parsed: Parsed, root: Mapping, reader: ScriptReader) -> Workflow:
    """Return the parts of a workflow."""
    jobs = root.get("jobs")
    found = list(jobs.entries())[:MAX_JOBS] if isinstance(jobs, Mapping) else []
    defaults = root.path("defaults", "run")
    return Workflow(
        path=path,
        name=_text(root.get("name")),
        triggers=read_triggers(root.get("on")),
        jobs=tuple(
            _job(_Place(path, jobs.key_line(key), reader), key, job, defaults)
            for key, job in found
            if isinstance(job, Mapping) and isinstance(jobs, Mapping)
        ),
        permissions=root.get("permissions"),
        env=_mapping(root.get("env")),
        concurrency=root.get("concurrency"),
        root=root,
        duplicates=tuple(parsed.duplicates),
    )


def read_action(folder: str, path: str, root: Mapping, reader: ScriptReader) -> Action:
    """Return the parts of an action's file."""
    steps = _steps(_Place(path, 1, reader), root.path("runs", "steps"), None, "")
    return Action(folder=folder, path=path, steps=steps, inputs=_mapping(root.get("inputs")))


def _job(place: _Place, key: str, node: Mapping, defaults: Node | None) -> Job:
    name = _text(node.get("name"))
    runs_on = _runner(node.get("runs-on"))
    own = node.path("defaults", "run")
    shell = _first(own, defaults, key="shell") or _default_shell(runs_on)
    directory = _first(own, defaults, key="working-directory") or ""
    environment = node.get("environment")
    if isinstance(environment, Mapping):
        environment = environment.get("name")
    return Job(
        path=place.path,
        id=key,
        line=place.line,
        name=name,
        needs=_list(node.get("needs")),
        condition=_named(node.get("if")),
        runs_on=runs_on,
        environment=_named(environment),
        continue_on_error=_named(node.get("continue-on-error")),
        timeout=_named(node.get("timeout-minutes")),
        uses=_named(node.get("uses")),
        check_names=check_names(key, name, node.get("strategy")),
        steps=_steps(place, node.get("steps"), shell, directory),
        containers=_containers(node),
        permissions=node.get("permissions"),
        env=_mapping(node.get("env")),
        concurrency=node.get("concurrency"),
        node=node,
    )


def _steps(place: _Place, node: Node | None, shell: str | None, directory: str) -> tuple[Step, ...]:
    return tuple(
        _step(place, number, item, shell, directory)
        for number, item in enumerate(items_of(node)[:MAX_STEPS], start=1)
        if isinstance(item, Mapping)
    )


def _step(place: _Place, number: int, node: Mapping, shell: str | None, directory: str) -> Step:
    run = node.get("run")
    folder = _text(node.get("working-directory")) or directory
    return Step(
        path=place.path,
        reader=place.reader,
        number=number,
        line=node.line,
        id=_text(node.get("id")),
        name=_text(node.get("name")),
        uses=_named(node.get("uses")),
        run=run if isinstance(run, Scalar) and run.as_text is not None else None,
        shell=_text(node.get("shell")) or shell,
        directory=folder_of(folder),
        condition=_named(node.get("if")),
        continue_on_error=_named(node.get("continue-on-error")),
        inputs=_mapping(node.get("with")),
        env=_mapping(node.get("env")),
        node=node,
    )


def folder_of(written: str) -> str:
    """Return a folder inside the repository without `./`, `..` and slashes at its ends.

    What an expression decides, or leads out, stays as written.
    """
    if not written or "${{" in written or "$" in written or written.startswith("/"):
        return written
    folder = normpath(written)
    return "" if folder == "." else folder


def _containers(node: Mapping) -> tuple[Container, ...]:
    found = []
    own = node.get("container")
    if own is not None:
        found.append(_container("container", node.key_line("container"), own))
    services = node.get("services")
    if isinstance(services, Mapping):
        found += [
            _container(name, services.key_line(name), service)
            for name, service in services.entries()
        ]
    return tuple(found)


def _container(name: str, line: int, node: Node) -> Container:
    image = node if isinstance(node, Scalar) else node.get("image")
    return Container(name=name, line=line, image=_named(image), options=_named(node.get("options")))


def _runner(node: Node | None) -> tuple[str, ...]:
    if isinstance(node, Mapping):
        node = node.get("labels")
    return () if node is None else node.texts()


def _default_shell(runs_on: tuple[str, ...]) -> str | None:
    """Return the shell of a runner whose own default is not bash."""
    return _WINDOWS if any(label.lower().startswith("windows") for label in runs_on) else None


def _first(*nodes: Node | None, key: str) -> str | None:
    for node in nodes:
        found = None if node is None else _text(node.get(key))
        if found is not None:
            return found
    return None


def _mapping(node: Node | None) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def _text(node: Node | None) -> str | None:
    return None if node is None else node.as_text


def _named(node: Node | None) -> Named | None:
    if not isinstance(node, Scalar) or node.as_text is None:
        return None
    return Named(node.text, node.line)


def _list(node: Node | None) -> tuple[Named, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    named = (_named(item) for item in items[:MAX_NEEDS])
    return tuple(one for one in named if one is not None)
