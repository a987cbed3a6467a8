"""Starts the command line: `autodevops`, or `python -m autodevops`."""

import gc
import os
import sys
from os.path import dirname

from autodevops import __version__

_ALLOCATIONS = 100_000
"""Objects between two looks for cyclic garbage; Python's own 700 cost a fifth of a short run."""


def main() -> int:
    """Run the command line and return its exit code.

    The version is answered before anything is imported: scripts and hooks ask for it often.
    """
    if sys.argv[1:] == ["--version"]:
        return _told(0, f"autodevops {__version__}\n")
    # An audit makes hundreds of thousands of objects that all live to its end, and few cycles.
    gc.set_threshold(_ALLOCATIONS)
    try:
        code = _told(_run())
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("error: interrupted\n")
        from autodevops.exit_codes import INTERRUPTED

        code = _told(INTERRUPTED)
    # Python would go through all of them for cycles once more, to free what ends with it anyway.
    gc.freeze()
    return code


def _run() -> int:
    """Run the command line; a signal ends it with 130 while it loads, too.

    Once there is an exit code it stands: what is left is Python's own clearing up.
    """
    import signal

    _fill_closed_streams()
    try:
        for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # What the caller ignores (`nohup`, a shell's `&`) stays ignored.
            if signal.getsignal(request) is not signal.SIG_IGN:
                signal.signal(request, _interrupt)
        from autodevops.cli.app import run

        return run(sys.argv[1:])
    finally:
        for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(request, signal.SIG_IGN)


def _fill_closed_streams() -> None:
    """Let no file of ours become a standard stream that was closed, and complaints go nowhere."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)


def _told(code: int, text: str = "") -> int:
    """Return the exit code once nothing is left to be written, 3 when standard output takes it not.

    What Python can't write at its very end it complains about, and ends with a code of its own.
    `text` is written first.
    """
    for number, stream, last in ((1, sys.stdout, text), (2, sys.stderr, "")):
        try:
            if stream is not None:
                stream.write(last)
                stream.flush()
        except (OSError, ValueError) as problem:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            if number == 1 and not isinstance(problem, BrokenPipeError):
                from autodevops.exit_codes import NOT_DONE

                code = code or NOT_DONE
    return code


class Interrupted(KeyboardInterrupt):
    """The user, or whoever stops us, has had enough.

    Raised inside an `exec` (each dataclass is made by one), a plain KeyboardInterrupt lets Python
    end itself by SIGINT, even when it was caught.
    """


def _interrupt(_signal: int, _frame: object) -> None:
    raise Interrupted


def _leave_current_folder() -> None:
    """Import nothing more from the current folder: `-m` puts it first, and it may be a target's."""
    home = dirname(dirname(__file__))  # noqa: PTH120 - pathlib is not needed for a version
    if not sys.flags.safe_path and sys.path[0] != home:
        del sys.path[0]


if __name__ == "__main__":
    _leave_current_folder()
    raise SystemExit(main())
