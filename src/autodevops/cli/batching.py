"""Runs a batch before an audience: shows it, stores each audit, writes the reports."""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from autodevops.batch.performing import Done, Wanted, performed
from autodevops.batch.run import Finished
from autodevops.cli.batch_screen import BatchScreen, batch_screen, tell_interrupted
from autodevops.cli.judging import Verdicts, code_of_batch
from autodevops.cli.reports import Destination, in_turn, write, write_pieces
from autodevops.exit_codes import INTERRUPTED
from autodevops.render.interface import Format, RenderOptions, render
from autodevops.render.saved import read_reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from autodevops.sources.github.budget import Usage


class Batching(Struct, frozen=True, kw_only=True):
    """A batch as one command line wants it."""

    wanted: Wanted
    """What is to be done."""
    reports: tuple[Destination, ...]
    """Where the reports go."""
    options: RenderOptions
    """How they look."""
    verdicts: Verdicts
    """What decides on the exit code."""
    no_color: bool
    """Whether progress has no colours."""
    store: bool
    """Whether the audits are kept in the history."""
    sync: bool
    """Whether they are pushed afterwards."""

    def run(self) -> int:
        """Do it and return the exit code."""
        quiet = self.options.quiet
        with batch_screen(quiet=quiet, no_color=self.no_color) as screen:
            audience = _Watching(screen, self.wanted, store=self.store)
            try:
                with performed(self.wanted, audience) as done:
                    screen.close()
                    screen.end()
                    self._publish(done)
                    code = code_of_batch(done, self.verdicts)
            except KeyboardInterrupt:
                screen.close()
                tell_interrupted(screen)
                return INTERRUPTED
        if self.sync:
            from autodevops.cli.syncing import push_afterwards

            push_afterwards(quiet=quiet, offline=self.wanted.request.offline)
        return code

    def _publish(self, done: Done) -> None:
        """Write every report asked for."""
        for report, looks in in_turn(self.reports, replace(self.options, batch=True)):
            if report.format is Format.JSON:
                from autodevops.render.json_stream import envelope

                write_pieces(envelope(done.results.documents()), report.path)
                continue
            write(render(done.results, report.format, looks), report.path)


class _Watching:
    """Passes on what happens in a batch."""

    def __init__(self, screen: BatchScreen, wanted: Wanted, *, store: bool) -> None:
        self._screen, self._wanted, self._store = screen, wanted, store

    def note(self, text: str) -> None:
        self._screen.note(text)

    def began(self, total: int, left: int, usage: "Callable[[], Usage | None]") -> None:
        self._screen.began(total, left, usage)

    def finished(self, one: Finished) -> None:
        (result,) = read_reports(one.document, one.entry.file)
        self._screen.finished(one.target, result, is_reused=one.entry.is_reused)
        if not self._store or one.entry.is_reused:
            return
        from autodevops.recording import remember

        problem = remember([result], self._wanted.request)
        if problem is not None:
            self._store = False  # said once; the reports are on disk
            self._screen.note(f"warning: the audits are not stored: {problem.message}")
            self._screen.note(f"  {problem.advice}; --no-store audits without storing")
