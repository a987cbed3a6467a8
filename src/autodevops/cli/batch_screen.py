"""Shows how a batch comes along, on standard error: a bar on a terminal, else lines."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autodevops.cli.console import complain, remark
from autodevops.model.report import Failure, Result
from autodevops.redaction import redact
from autodevops.render.escape import terminal
from autodevops.render.outline import percent, plural

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from autodevops.sources.github.budget import Usage

_MINUTE = 60
_LONG = 90
"""From so many seconds on, time is told in minutes."""


class BatchScreen:
    """Counts what is done; says nothing but failures when `quiet`."""

    def __init__(self, *, quiet: bool, bar: "Progress | None") -> None:
        """Show a bar if there is one."""
        self._quiet, self._bar = quiet, bar
        self._task: TaskID | None = None
        self._usage: Callable[[], Usage | None] = lambda: None
        self._began = time.monotonic()
        self.total = 0
        """Targets of the batch."""
        self.done = 0
        """Those that are done, by this run or the one before."""
        self.failed = 0
        """Those of this run that could not be audited."""
        self.reused = 0
        """Those whose report of before still stands."""
        self._audited = 0

    def note(self, text: str) -> None:
        """Say something that is not about one target."""
        if not self._quiet:
            self._line(text)

    def began(self, total: int, left: int, usage: "Callable[[], Usage | None]") -> None:
        """Say how much there is to do."""
        self.total, self.done, self._usage = total, total - left, usage
        self._began = time.monotonic()
        if self.done:
            self.note(f"going on: {self.done} of {plural(total, 'target')} are done")
        if self._bar is not None:
            self._task = self._bar.add_task("", total=total, completed=self.done, told="")

    def finished(self, target: str, result: Result, *, is_reused: bool) -> None:
        """Say what became of a target."""
        self.done += 1
        self.reused += is_reused
        if isinstance(result, Failure):
            self.failed += 1
            self._line(f"error: {target}: {result.message}")
            self._line(f"  {result.advice}")
        elif not self._quiet and self._bar is None:
            self._line(f"[{self.done}/{self.total}] {target}: {_told(result, is_reused=is_reused)}")
        self._audited += not is_reused
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done, told=self.state())

    def state(self) -> str:
        """Return how far it is, what is left of the budget, and how long it will take."""
        left = self.total - self.done
        parts = [f"{self.done} of {self.total} done"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.reused} unchanged"] if self.reused else []
        parts += [f"{left} left"]
        if left and self._audited:
            seconds = (time.monotonic() - self._began) / self._audited * left
            parts.append(f"about {_duration(seconds)}")
        usage = self._usage()
        core = None if usage is None else usage.left.get("core")
        if core is not None:
            parts.append(f"GitHub {core.remaining:,} of {core.limit:,} calls left")
        return ", ".join(parts)

    def close(self) -> None:
        """Take the bar away; from now on there are lines."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def end(self) -> None:
        """Say what it came to."""
        if self._quiet:
            return
        told = [f"{plural(self.total, 'target')} in {_duration(time.monotonic() - self._began)}"]
        told += [f"{self.failed} not audited"] if self.failed else []
        told += [f"{self.reused} unchanged since an earlier batch"] if self.reused else []
        usage = self._usage()
        if usage is not None and usage.requests:
            spent = usage.requests - usage.not_modified
            told.append(f"{plural(spent, 'call')} of GitHub's API")
            told += [f"{usage.not_modified} answers as before"] if usage.not_modified else []
        self._line("; ".join(told))

    def _line(self, text: str) -> None:
        if self._bar is None:
            remark(text)
            return
        self._bar.console.print(terminal(redact(text)), soft_wrap=True)


def tell_interrupted(screen: BatchScreen) -> None:
    """Say how to go on."""
    if not screen.total:
        complain("interrupted before the first audit", "run it again when you like")
        return
    complain(
        f"interrupted: {screen.done} of {plural(screen.total, 'target')} are done",
        "run it again with --resume to go on from there",
    )


@contextmanager
def batch_screen(*, quiet: bool, no_color: bool) -> Iterator[BatchScreen]:
    """Give what shows a batch: a bar only where a person looks at a terminal that can draw it."""
    is_drawn = (
        not quiet
        and sys.stderr.isatty()
        and not os.environ.get("CI")
        and os.environ.get("TERM") != "dumb"
    )
    if not is_drawn:
        yield BatchScreen(quiet=quiet, bar=None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    console = Console(
        stderr=True, no_color=no_color or None, highlight=False, markup=False, emoji=False
    )
    columns = (SpinnerColumn(), BarColumn(20), TextColumn("{task.fields[told]}", markup=False))
    with Progress(*columns, console=console, transient=True) as bar:
        yield BatchScreen(quiet=quiet, bar=bar)


def _told(result: Result, *, is_reused: bool) -> str:
    if isinstance(result, Failure):
        return result.message
    summary = result.summary
    told = f"conformance {percent(summary.conformance)}"
    told += f", {plural(len(result.open_findings()), 'finding')}"
    return f"{told}, unchanged" if is_reused else told


def _duration(seconds: float) -> str:
    if seconds < _LONG:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min"
