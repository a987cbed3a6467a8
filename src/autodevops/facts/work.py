"""What the steps of jobs really do: scripts, package scripts and Makefiles followed."""

from collections.abc import Iterator
from collections.abc import Mapping as ByName
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._blunt_options import blunted, blunted_action
from autodevops.facts._commands import Run, unwrap
from autodevops.facts._expressions import evaluate, truth
from autodevops.facts._handed_on import Handed, handed_on
from autodevops.facts._judged_later import judged_later
from autodevops.facts._package_scripts import package_runs, task_by_name
from autodevops.facts._script_files import ScriptFiles
from autodevops.facts._script_reader import ScriptReader
from autodevops.facts._shell import DEFAULT, Command, Fate
from autodevops.facts._tools import CHECKS, SCANS, Task, task_of, task_of_action, tool_of
from autodevops.facts._work_parts import Work, unread, within
from autodevops.facts._workflow_reader import folder_of
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.workflows import WORKFLOWS, Job, Step, Workflows
from autodevops.model.snapshot import Snapshot

__all__ = ["CHECKS", "SCANS", "Fate", "Task", "Work", "Works"]

MAX_DEPTH = 4
"""Most scripts that are followed, one started by the other."""
MAX_WORK = 1_000
"""Most pieces of work of one job that are looked at."""
MAX_COMMANDS = 60_000
"""Most commands of all jobs that are followed, those of scripts each time they are run."""


class Works(Struct, frozen=True, kw_only=True):
    """What every job does."""

    by_job: ByName[str, tuple[Work, ...]]
    """The work of each job, in the order of its steps, by the job's subject."""

    def of(self, job: Job) -> tuple[Work, ...]:
        """Return the work of a job."""
        return self.by_job.get(job.subject, ())


@fact
def works(workflows: Workflows, snapshot: Snapshot) -> Works:
    """Follow the steps of every job."""
    files = ScriptFiles(snapshot)
    budget = _Budget(workflows.reader)
    by_job: dict[str, tuple[Work, ...]] = {}
    for workflow in workflows.files:
        for job in workflow.jobs:
            environment = texts_of(workflow.env) | texts_of(job.env)
            follower = _Follower(workflows, files, environment, budget)
            steps = workflows.steps_of(job)
            found = [work for step in steps for work in follower.step(step, 0)]
            by_job[job.subject] = judged_later(found[:MAX_WORK], steps)
    if budget.is_spent:
        snapshot.note_gap(WORKFLOWS, "following the steps of the workflows takes too long")
    return Works(by_job=by_job)


class _Budget:
    """What is left for following scripts."""

    def __init__(self, reader: ScriptReader) -> None:
        self.reader = reader
        self.commands = MAX_COMMANDS

    @property
    def is_spent(self) -> bool:
        return self.commands <= 0 or self.reader.is_spent

    def take(self) -> bool:
        """Take one command; tell whether it may still be followed."""
        self.commands -= 1
        return not self.is_spent


class _Place(NamedTuple):
    """Where a command stands."""

    path: str
    line: int
    how_line: int
    folder: str


class _Follower:
    """Follows the steps of one job."""

    def __init__(
        self,
        workflows: Workflows,
        files: ScriptFiles,
        environment: dict[str, str],
        budget: _Budget,
    ) -> None:
        self._workflows = workflows
        self._files = files
        self._environment = environment
        self._budget = budget
        self._left = MAX_WORK

    def step(self, step: Step, depth: int) -> Iterator[Work]:
        """Yield what a step does; nothing when its condition never lets it run."""
        if step.condition is not None and truth(evaluate(step.condition.text, {})) is False:
            return
        ignored = step.continue_on_error
        swallows = ignored is not None and truth(evaluate(ignored.text, {})) is True
        for work in self._script(step) if step.uses is None else self._action(step, depth):
            self._left -= 1
            if self._left < 0:
                return
            if swallows and ignored is not None:
                yield work.hidden_by("continue-on-error: true", step.path, ignored.line)
            else:
                yield work

    def _action(self, step: Step, depth: int) -> Iterator[Work]:
        action = self._workflows.action_of(step)
        if action is not None and depth < MAX_DEPTH:
            for inner in action.steps:
                yield from self.step(inner, depth + 1)
            return
        command = step.input("command")
        if step.action == "nick-fields/retry" and command is not None:
            yield from self._lines(step, command)
            return
        how = blunted_action(step, self._environment | texts_of(step.env))
        line = step.line if step.uses is None else step.uses.line
        yield Work(
            task=task_of_action(step.action),
            tool=step.action,
            text=step.action,
            path=step.path,
            line=line,
            fate=Fate.HIDDEN if how else Fate.SEEN,
            how=how,
            how_path=step.path,
            how_line=line,
            step=step,
            folder=step.directory,
            is_blunt=bool(how),
        )

    def _lines(self, step: Step, text: str) -> Iterator[Work]:
        """Yield what lines in an action's input do."""
        for command in self._budget.reader.read(text, DEFAULT).commands:
            place = _Place(step.path, step.line, step.line, step.directory)
            yield from self._command(command, place, step, 0)

    def _script(self, step: Step) -> Iterator[Work]:
        if step.run is None:
            return
        script = step.script
        if script.problem is not None and not script.commands:
            first = step.run.text.strip().partition("\n")[0]
            yield unread(step, first)
        folder = step.directory
        for command in script.commands:
            if command.name == "cd" and command.argv[1:]:
                folder = folder_of(f"{folder}/{command.argv[1]}".lstrip("/"))
                continue
            line, how_line = step.line_of(command.line), step.line_of(command.how_line)
            yield from self._command(command, _Place(step.path, line, how_line, folder), step, 0)

    def _command(self, command: Command, place: _Place, step: Step, depth: int) -> Iterator[Work]:
        if not self._budget.take():
            return
        run = unwrap(command.argv)
        handed = handed_on(run, place.folder, self._files) if depth < MAX_DEPTH else []
        outer = self._work(command, run, place, step)
        if not handed:
            yield outer._replace(task=Task.REPORT) if self._is_absent(run, place) else outer
        for one in handed:
            if not self._budget.take():
                return
            for work in self._followed(one, step, depth + 1):
                yield within(outer, work._replace(via=(one.label, *work.via)))

    def _is_absent(self, run: Run, place: _Place) -> bool:
        """Tell whether `--if-present` lets a package script be missing, and it is."""
        if not run.has("--if-present"):
            return False
        package = self._files.package(place.folder)
        return package is not None and all(
            not script.everywhere and not script.workspace and script.name not in package.scripts
            for script in package_runs(run)
        )

    def _followed(self, handed: Handed, step: Step, depth: int) -> Iterator[Work]:
        line = handed.line
        commands = self._budget.reader.read(line.text, line.mode).commands
        for at, command in enumerate(commands):
            extra = handed.extra if at == len(commands) - 1 else ()
            place = _Place(
                line.path, line.line + command.line, line.line + command.how_line, handed.folder
            )
            full = command._replace(argv=command.argv + extra)
            for work in self._command(full, place, step, depth):
                if line.ignored:
                    yield work.hidden_by("- before the command", line.path, line.line)
                else:
                    yield work

    def _work(self, command: Command, run: Run, place: _Place, step: Step) -> Work:
        task, tool = task_of(run), tool_of(run)
        named = package_runs(run)
        if named:
            task = task_by_name(named[0].name)
        fate, how, how_line = command.fate, command.how, place.how_line
        environment = self._environment | texts_of(step.env) | dict(command.environment)
        blunt = blunted(run, environment) if task in CHECKS and fate is Fate.SEEN else ""
        if blunt:
            fate, how, how_line = Fate.HIDDEN, blunt, place.line
        return Work(
            task=task,
            tool=tool,
            text=command.text,
            path=place.path,
            line=place.line,
            fate=fate,
            how=how,
            how_path=place.path,
            how_line=how_line,
            step=step,
            run=run,
            folder=place.folder,
            output=command.output,
            is_blunt=bool(blunt),
        )
