"""Starts the command line: `autodevops`, or `python -m autodevops`."""

import gc
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
        sys.stdout.write(f"autodevops {__version__}\n")
        return 0
    # An audit makes hundreds of thousands of objects that all live to its end, and few cycles.
    gc.set_threshold(_ALLOCATIONS)
    from autodevops.cli.app import run

    return run(sys.argv[1:])


def _leave_current_folder() -> None:
    """Import nothing more from the current folder: `-m` puts it first, and it may be a target's."""
    home = dirname(dirname(__file__))  # noqa: PTH120 - pathlib is not needed for a version
    if not sys.flags.safe_path and sys.path[0] != home:
        del sys.path[0]


if __name__ == "__main__":
    _leave_current_folder()
    raise SystemExit(main())
