"""Starts the command line: `autodevops`, or `python -m autodevops`."""

import sys

from autodevops import __version__


def main() -> int:
    """Run the command line and return its exit code.

    The version is answered before anything is imported: scripts and hooks ask for it often.
    """
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"autodevops {__version__}\n")
        return 0
    from autodevops.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
