"""What goes to standard error: complaints, warnings and progress."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.5
"""Seconds after which a person wants to see that something goes on."""


def complain(message: str, advice: str | None = None) -> None:
    """Say what is wrong and what to do about it."""
    _line(f"error: {message}")
    if advice:
        _line(f"  {advice}")


def remark(message: str) -> None:
    """Say something that is not part of the report."""
    _line(message)


def _line(text: str) -> None:
    from autodevops.redaction import redact
    from autodevops.render.escape import terminal

    try:
        sys.stderr.write(terminal(redact(text)) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        # Nobody listens; the exit code still tells.
        return


class Progress:
    """One line that says what is being done, once it takes longer than a person's patience."""

    def __init__(self, *, enabled: bool) -> None:
        """Stay silent unless enabled."""
        self._enabled = enabled
        self._shown = False
        self._step = ""
        self._done = threading.Event()
        self._timer = threading.Thread(target=self._run, daemon=True)

    def step(self, text: str) -> None:
        """Say what comes next."""
        self._step = text

    def start(self) -> None:
        """Begin to count."""
        if self._enabled:
            self._timer.start()

    def stop(self) -> None:
        """Take the line away."""
        if not self._enabled:
            return
        self._done.set()
        self._timer.join()
        if self._shown:
            self._write("\r\x1b[2K")

    def _run(self) -> None:
        from autodevops.render.escape import terminal

        frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
        turn = 0
        wait = PATIENCE
        while not self._done.wait(wait):
            wait = 0.1
            self._shown = True
            line = terminal(f"{frames[turn % len(frames)]} {self._step}")[:78]
            self._write(f"\r\x1b[2K{line}")
            turn += 1

    @staticmethod
    def _write(text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            return


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show what goes on, on a terminal that can take a line back, while the block runs."""
    is_drawn = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    shown = Progress(enabled=is_drawn)
    shown.start()
    try:
        yield shown
    finally:
        shown.stop()
