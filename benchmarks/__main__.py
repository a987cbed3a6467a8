"""Measures what people wait for, beside what they would run instead.

    python -m benchmarks [--large FOLDER] [--only NAME]... [--runs N] [--write]

Prints Markdown; `--write` also writes it to docs/reference/benchmarks.md. `--large` takes a
repository of your own as the large one, such as a clone of ansible/ansible; without it one of
5,000 files and 65,000 commits is made. Tools that are not on the PATH are left out, and said so.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import measure, run
from benchmarks.page import PLACE, heading, table
from benchmarks.situations import Situation, situations

PARTS = {
    "batch": ("Batch of 100 repositories", "batch.py"),
    "history": ("Stored audits and trends", "history.py"),
    "sync": ("Sharing with a team", "sync.py"),
}
"""Measurements that are scripts of their own: on loopback, in their process."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    known = situations(None)
    names = [*(one.name for one in known), *PARTS]
    parser.add_argument("--large", type=Path, help="a repository to take as the large one")
    parser.add_argument("--only", action="append", choices=names, help="what to measure")
    parser.add_argument("--runs", type=int, help="runs of each command, at most")
    parser.add_argument("--write", action="store_true", help="write the page of the docs")
    options = parser.parse_args()
    large = options.large.resolve() if options.large else None
    wanted = options.only or names
    lines = list(heading())
    print("\n".join(lines))
    for line in _measured(situations(large), wanted, options.runs):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        PLACE.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _measured(known: tuple[Situation, ...], wanted: list[str], runs: int | None) -> Iterator[str]:
    for situation in known:
        if situation.name in wanted:
            yield from _situation(situation, min(runs or situation.runs, situation.runs))
    for name, (title, script) in PARTS.items():
        if name in wanted:
            yield f"## {title}\n"
            yield _printed(script)


def _situation(situation: Situation, runs: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of the person's own caches and history is read or written.
        for kind in ("CACHE", "STATE"):
            os.environ[f"AUTODEVOPS_{kind}_DIR"] = str(Path(folder, kind.lower()))
        commands = situation.prepare(Path(folder))
        run(commands[0])  # what a machine does once: bytecode, compiled rules
        yield from table(situation, commands, measure(commands, runs), runs)


def _printed(script: str) -> str:
    """Return the table that a script prints; `-P` keeps its neighbours from hiding modules."""
    place = Path(__file__).resolve().parent / script
    done = subprocess.run(
        [sys.executable, "-P", str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return f"{done.stdout}\n`benchmarks/{script}` did not end well: {last[0]}\n"
    return done.stdout


if __name__ == "__main__":
    main()
