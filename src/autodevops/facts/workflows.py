"""The workflows of GitHub Actions and the repository's own actions."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ByName
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import normpath
from typing import NamedTuple

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._script_reader import ScriptReader
from autodevops.facts._workflow_parts import Action, Container, Job, Named, Step, Workflow
from autodevops.facts._workflow_reader import read_action, read_workflow
from autodevops.facts._yaml_nodes import Mapping
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

__all__ = ["Action", "Container", "Invalid", "Job", "Named", "Step", "Workflow", "Workflows"]

WORKFLOWS = ".github/workflows/"
"""Where GitHub looks for workflows; not below it."""
MAX_FILES = 500
"""Most workflow files that are read."""

_ENDINGS = (".yml", ".yaml")
_ACTION_FILES = ("action.yml", "action.yaml")


class Invalid(NamedTuple):
    """A workflow file that could not be read as one."""

    path: str
    """Path of the file."""
    line: int
    """1-based line."""
    reason: str
    """Why."""


@dataclass(frozen=True, kw_only=True)
class Workflows:
    """Everything that GitHub would run."""

    files: tuple[Workflow, ...]
    """Workflows that could be read, by path."""
    invalid: tuple[Invalid, ...]
    """Files that could not."""
    actions: ByName[str, Action]
    """The repository's own actions by folder."""
    reader: ScriptReader = field(default_factory=ScriptReader, compare=False, repr=False)
    """Reads the scripts of all steps."""

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs of all workflows."""
        return tuple(job for workflow in self.files for job in workflow.jobs)

    @cached_property
    def by_path(self) -> ByName[str, Workflow]:
        """Return the workflows by path."""
        return {workflow.path: workflow for workflow in self.files}

    def called_by(self, job: Job) -> Workflow | None:
        """Return the workflow of this repository that a job calls."""
        if job.uses is None or not job.uses.text.startswith("./"):
            return None
        return self.by_path.get(normpath(job.uses.text))

    @cached_property
    def _callers(self) -> ByName[str, list[Job]]:
        found: dict[str, list[Job]] = {}
        for job in self.jobs:
            called = self.called_by(job)
            if called is not None and called.path != job.path:
                found.setdefault(called.path, []).append(job)
        return found

    def callers_of(self, workflow: Workflow) -> Sequence[Job]:
        """Return the jobs of other workflows that call a workflow; none when nobody may."""
        return self._callers.get(workflow.path, ()) if workflow.is_reusable else ()

    def action_of(self, step: Step) -> Action | None:
        """Return the action of this repository that a step runs."""
        if step.uses is None or not step.uses.text.startswith("./"):
            return None
        folder = normpath(step.uses.text)
        return self.actions.get("" if folder == "." else folder)

    def steps_of(self, job: Job) -> tuple[Step, ...]:
        """Return a job's steps; for a call, those of the workflow of this repository."""
        called = self.called_by(job)
        if called is None:
            return job.steps
        return tuple(step for inner in called.jobs for step in inner.steps)


@fact
def workflows(snapshot: Snapshot) -> Workflows:
    """Read every workflow, and every action that stands where actions do."""
    reader = ScriptReader()
    files: list[Workflow] = []
    invalid: list[Invalid] = []
    for path in _workflow_paths(snapshot):
        read = _read(snapshot, path, reader)
        if isinstance(read, Workflow):
            files.append(read)
        elif read is not None:
            invalid.append(read)
            snapshot.note_gap(path, f"{path} can't be read as a workflow: {read.reason}")
    actions = {action.folder: action for action in _actions(snapshot, reader)}
    return Workflows(files=tuple(files), invalid=tuple(invalid), actions=actions, reader=reader)


def _workflow_paths(snapshot: Snapshot) -> Iterator[str]:
    found = 0
    for entry in snapshot.entries:
        path = entry.path
        in_folder = path.startswith(WORKFLOWS) and path.endswith(_ENDINGS)
        if not in_folder or "/" in path[len(WORKFLOWS) :] or entry.kind is not EntryKind.FILE:
            continue
        found += 1
        if found > MAX_FILES:
            snapshot.note_gap(WORKFLOWS, f"only the first {MAX_FILES} workflows are read")
            return
        yield path


def _read(snapshot: Snapshot, path: str, reader: ScriptReader) -> Workflow | Invalid | None:
    if snapshot.data(path, CONFIG_LIMIT) is None:
        return None
    text = snapshot.text(path, CONFIG_LIMIT)
    if text is None:
        return Invalid(path, 1, "it is binary")
    parsed = _yaml.parse(text)
    if parsed.problem is not None:
        return Invalid(path, *parsed.problem)
    if not isinstance(parsed.root, Mapping):
        line = 1 if parsed.root is None else parsed.root.line
        return Invalid(path, line, "it is empty" if parsed.root is None else "it is no mapping")
    return read_workflow(path, parsed, parsed.root, reader)


def _actions(snapshot: Snapshot, reader: ScriptReader) -> Iterator[Action]:
    found = 0
    for entry in snapshot.entries:
        folder, _, name = entry.path.rpartition("/")
        if name not in _ACTION_FILES or entry.kind is not EntryKind.FILE:
            continue
        found += 1
        if found > MAX_FILES:
            snapshot.note_gap(entry.path, f"only the first {MAX_FILES} actions are read")
            return
        parsed = _yaml.parse(snapshot.text(entry.path, CONFIG_LIMIT) or "")
        if isinstance(parsed.root, Mapping):
            yield read_action(folder, entry.path, parsed.root, reader)
