"""The parts of a workflow, each with its line: jobs, steps, environments, containers."""

from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._script_reader import ScriptReader
from autodevops.facts._shell import Mode, Script, mode_of
from autodevops.facts._triggers import Trigger
from autodevops.facts._yaml_nodes import Mapping, Node, Scalar


class Named(NamedTuple):
    """A text with its line."""

    text: str
    """The text."""
    line: int
    """1-based line."""


_SCRIPT_INPUTS = {
    "actions/github-script": "script",
    "appleboy/ssh-action": "script",
    "azure/cli": "inlineScript",
    "azure/powershell": "inlineScript",
}
"""Actions that run the script that they are handed, and in which input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a job or of a composite action."""

    path: str
    """The file that it stands in."""
    number: int
    """1-based position in its job."""
    line: int
    """1-based line where it starts."""
    id: str | None = None
    """Its `id:`."""
    name: str | None = None
    """Its `name:`."""
    uses: Named | None = None
    """The action that it runs."""
    run: Scalar | None = None
    """The script that it runs."""
    shell: str | None = None
    """The shell in force for it, defaults applied; None for GitHub's own default."""
    directory: str = ""
    """The folder that it works in, defaults applied; empty for the root."""
    condition: Named | None = None
    """Its `if:`."""
    continue_on_error: Named | None = None
    """Its `continue-on-error:`."""
    inputs: Mapping | None = None
    """Its `with:`."""
    env: Mapping | None = None
    """Its `env:`."""
    node: Mapping | None = None
    """Everything as written."""
    reader: ScriptReader = field(default_factory=ScriptReader, compare=False, repr=False)
    """Reads its script, within what is left of the audit's time for that."""

    @property
    def key(self) -> str:
        """Return what the step is called in subjects and messages: id, name, or its number."""
        return self.id or self.name or f"step {self.number}"

    @property
    def mode(self) -> Mode:
        """Return how its shell is started."""
        return mode_of(self.shell)

    @property
    def script(self) -> Script:
        """Return what its script does; no commands without one."""
        if self.run is None:
            return Script(commands=())
        return self.reader.read(self.run.text, self.mode)

    @property
    def action(self) -> str:
        """Return the action without its version, in lower case; empty without one."""
        return "" if self.uses is None else self.uses.text.partition("@")[0].lower()

    @property
    def code(self) -> Scalar | None:
        """Return the script that it runs, or hands to an action that runs it."""
        if self.run is not None or self.inputs is None:
            return self.run
        handed = self.inputs.get(_SCRIPT_INPUTS.get(self.action, ""))
        return handed if isinstance(handed, Scalar) else None

    def line_of(self, index: int) -> int:
        """Return the file's line for a 0-based line of the script."""
        return self.line if self.run is None else self.run.line_at(index)

    def input(self, name: str) -> str | None:
        """Return an input of the action; None without it."""
        node = None if self.inputs is None else self.inputs.get(name)
        return None if node is None else node.as_text


class Container(Struct, frozen=True, kw_only=True):
    """A container that a job runs in, or a service beside it."""

    name: str
    """Key below `services:`; `container` for the job's own."""
    line: int
    """1-based line."""
    image: Named | None
    """Its image."""
    options: Named | None
    """Options for the container engine."""


class Job(Struct, frozen=True, kw_only=True):
    """One job of a workflow."""

    path: str
    """The workflow's file."""
    id: str
    """Its key."""
    line: int
    """1-based line of its key."""
    name: str | None = None
    """Its `name:`, expressions as written."""
    needs: tuple[Named, ...] = ()
    """The jobs that it waits for."""
    condition: Named | None = None
    """Its `if:`."""
    runs_on: tuple[str, ...] = ()
    """Labels of its runner, as written."""
    environment: Named | None = None
    """Name of the environment that it deploys to."""
    continue_on_error: Named | None = None
    """Its `continue-on-error:`."""
    timeout: Named | None = None
    """Its `timeout-minutes:`."""
    uses: Named | None = None
    """The reusable workflow that it calls."""
    check_names: tuple[str, ...] | None = ()
    """Names of the checks that it reports, matrix expanded; None when only a run can tell."""
    steps: tuple[Step, ...] = ()
    """Its steps."""
    containers: tuple[Container, ...] = ()
    """Its own container and its services."""
    permissions: Node | None = None
    """Its `permissions:` as written."""
    env: Mapping | None = None
    """Its `env:`."""
    concurrency: Node | None = None
    """Its `concurrency:` as written."""
    node: Mapping
    """Everything as written."""

    @property
    def subject(self) -> str:
        """Return what a finding about the job is about."""
        return f"{self.path}#{self.id}"


class Workflow(Struct, frozen=True, kw_only=True):
    """One workflow file that could be read."""

    path: str
    """Path of the file."""
    name: str | None
    """Its `name:`."""
    triggers: tuple[Trigger, ...]
    """The events that start it."""
    jobs: tuple[Job, ...]
    """Its jobs."""
    permissions: Node | None
    """Its `permissions:` as written."""
    env: Mapping | None
    """Its `env:`."""
    concurrency: Node | None
    """Its `concurrency:` as written."""
    root: Mapping
    """Everything as written."""
    duplicates: tuple[tuple[str, int, int], ...] = ()
    """Keys that stand twice: key, first line, line."""

    def on(self, *events: str) -> tuple[Trigger, ...]:
        """Return the triggers of these events."""
        return tuple(trigger for trigger in self.triggers if trigger.event in events)

    def job(self, name: str) -> Job | None:
        """Return the job of that id."""
        return next((job for job in self.jobs if job.id == name), None)

    @property
    def is_reusable(self) -> bool:
        """Tell whether other workflows call it."""
        return bool(self.on("workflow_call"))


class Action(Struct, frozen=True, kw_only=True):
    """One composite action of the repository."""

    folder: str
    """Its folder, without a trailing slash; empty for the root."""
    path: str
    """Path of its file."""
    steps: tuple[Step, ...]
    """Its steps; none when it is written in another way."""
    inputs: Mapping | None
    """Its `inputs:`."""
