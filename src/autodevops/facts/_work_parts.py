"""One thing that a job does, and what becomes of its failure."""

from typing import NamedTuple

from autodevops.facts._commands import Run
from autodevops.facts._shell import Fate
from autodevops.facts._tools import Task
from autodevops.facts.workflows import Step


class Work(NamedTuple):
    """One program or action that a step runs, also by way of scripts."""

    task: Task
    """What it does."""
    tool: str
    """What to call it: `pytest`, `npm audit`, `gitleaks/gitleaks-action`."""
    text: str
    """The command line as written, or the action."""
    path: str
    """The file that names it."""
    line: int
    """1-based line."""
    fate: Fate
    """What becomes of its failure."""
    how: str
    """What hides it."""
    how_path: str
    """The file with that."""
    how_line: int
    """1-based line of that."""
    step: Step
    """The step that runs it."""
    run: Run | None = None
    """The program with its arguments; None for an action."""
    folder: str = ""
    """The folder that it works in."""
    via: tuple[str, ...] = ()
    """What led to it: `npm test`, `make check`."""
    output: tuple[str, ...] = ()
    """Files that its output goes to."""

    is_blunt: bool = False
    """Whether it is its own options that hide what it finds."""

    def hidden_by(self, how: str, path: str, line: int) -> "Work":
        """Return the same with its failure hidden, unless something nearer hides it."""
        if self.fate is Fate.HIDDEN:
            return self
        return self._replace(fate=Fate.HIDDEN, how=how, how_path=path, how_line=line)


def unread(step: Step, text: str) -> Work:
    """Return the work of a script that can't be followed."""
    return Work(
        task=Task.OTHER,
        tool=text.split(" ", 1)[0],
        text=text[:160],
        path=step.path,
        line=step.line_of(0),
        fate=Fate.UNKNOWN,
        how="",
        how_path=step.path,
        how_line=step.line,
        step=step,
        folder=step.directory,
    )


def within(outer: Work, inner: Work) -> Work:
    """Return work that another command starts, with what that does to its failure."""
    match outer.fate:
        case Fate.HIDDEN:
            return inner.hidden_by(outer.how, outer.how_path, outer.how_line)
        case Fate.SEEN:
            return inner
    return inner if inner.fate is Fate.HIDDEN else inner._replace(fate=outer.fate)
