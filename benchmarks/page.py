"""Writes what was measured as a page of the documentation."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import autodevops
from benchmarks.measuring import Command, Measured
from benchmarks.rivals import VERSIONS
from benchmarks.situations import Situation

PLACE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks.md"

_HEAD = """\
# Benchmarks

What autodevops takes beside what one would run instead. `python -m benchmarks --write` measures it
anew and writes this page; [CONTRIBUTING](https://github.com/autodevops/autodevops/blob/main/CONTRIBUTING.md)
says more.

Commands of one table are run in turn, several times, and the least of each figure is shown: a busy
machine makes wall time longer, less so CPU time (user and system, child processes included).
Memory is that of the largest process. `-` means that nothing is demanded. The other tools do less
or other things: a table shows what a person who wants the same answers would wait for.
"""


def heading() -> Iterator[str]:
    """Yield what is said above the tables: how, where, when, with what."""
    yield _HEAD
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d}: {_machine()}."
    python = f"Python {platform.python_version()}"
    ours = f"autodevops {autodevops.__version__} at {_commit()}"
    yield f"{ours}, {python}, {_said('git', '--version')}."
    yield ""
    for name, command in VERSIONS.items():
        found = shutil.which(command[0])
        version = _version(command, found) if found else "not on this machine, left out"
        yield f"- {name}: {version}"
    yield ""


def table(
    situation: Situation,
    commands: Sequence[Command],
    measured: Mapping[str, Measured],
    runs: int,
) -> Iterator[str]:
    """Yield the table of a situation."""
    yield f"## {situation.title}\n"
    yield "| command | wall s | CPU s | peak MB | demanded |"
    yield "|---|---:|---:|---:|---|"
    for command in commands:
        if command.name in measured:
            yield _row(command.name, measured[command.name], command.demanded)
        else:
            yield f"| {command.name} | not installed | | | |"
    parts = [measured[name] for name in situation.in_turn if name in measured]
    if len(parts) > 1:
        together = Measured(
            wall=sum(one.wall for one in parts),
            cpu=sum(one.cpu for one in parts),
            memory=max(one.memory for one in parts),
        )
        names = [name for name in situation.in_turn if name in measured]
        yield _row(f"{', '.join(names)} one after another", together, "")
    yield f"\nBest of {runs}.\n"


def _row(name: str, measured: Measured, demanded: str) -> str:
    figures = f"{measured.wall:.3f} | {measured.cpu:.3f} | {measured.memory:.0f}"
    return f"| {name} | {figures} | {demanded or '-'} |"


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"load average {load} when it began"
    )


def _commit() -> str:
    folder = Path(__file__).resolve().parent
    return _said("git", "-C", str(folder), "rev-parse", "--short", "HEAD")


def _version(command: tuple[str, ...], found: str) -> str:
    """Return what a tool says of itself, or else the manifest of the npm package it belongs to."""
    if len(command) > 1:
        return _said(*command)
    manifests = (above / "package.json" for above in Path(found).resolve().parents)
    return next((json.loads(one.read_text())["version"] for one in manifests if one.is_file()), "?")


def _said(*command: str) -> str:
    done = subprocess.run(list(command), capture_output=True, text=True, check=False)
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines and done.returncode == 0 else "version unknown"
