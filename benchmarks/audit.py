"""Measures what people wait for: start-up, a hook, small to huge repositories, many branches.

    python benchmarks/audit.py [--large FOLDER] [--only NAME]...

Prints a Markdown table: the best of three runs, wall and CPU seconds (git's processes included)
and the peak memory of the largest process. `--large` takes a repository of your own, such as a
clone of ansible/ansible; without it one of 5,000 files and 65,000 commits is made. Bytecode is
written as for users, whatever this process was told: the first of the three runs pays for it.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from repositories import make, stage

RUNS = 3
HOOK_FILES = 10
AUDIT = [sys.executable, "-m", "autodevops", "audit", "--no-history", "--exit-zero", "--quiet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One command's best run."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, children included."""
    memory: float
    """MB, the largest process."""


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--large", type=Path, help="a repository to audit as the large one")
    parser.add_argument("--only", action="append", help="names of measurements")
    options = parser.parse_args()
    print("| what | wall s | CPU s | peak MB | demanded |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, demanded, command in _commands(Path(folder), options.large):
            if options.only and name not in options.only:
                continue
            best = _best(command())
            print(
                f"| {name} | {best.wall:.3f} | {best.cpu:.3f} | {best.memory:.0f} | {demanded} |",
                flush=True,
            )


def _commands(
    folder: Path, large: Path | None
) -> Iterator[tuple[str, str, Callable[[], list[str]]]]:
    """Yield name, demanded figure and what makes the command."""

    def audit(path: Path) -> list[str]:
        return [*AUDIT, str(path)]

    yield "python", "the measure of start-up", lambda: [sys.executable, "-c", "pass"]
    yield (
        "version",
        "5 times the CPU of python",
        lambda: [sys.executable, "-m", "autodevops", "--version"],
    )
    yield "help", "-", lambda: [sys.executable, "-m", "autodevops", "--help"]
    yield (
        "small",
        "0.5 s wall",
        lambda: audit(make(folder / "small", files=200, commits=50)),
    )
    yield (
        "hook",
        "0.8 s wall",
        lambda: [
            *audit(stage(make(folder / "hook", files=5_000, commits=1_000), HOOK_FILES)),
            "--staged",
        ],
    )
    yield (
        "large",
        "3 s wall, 300 MB",
        lambda: audit(large or make(folder / "large", files=5_000, commits=65_000)),
    )
    yield (
        "branches",
        "3 s more than large",
        lambda: audit(make(folder / "branches", files=5_000, commits=65_000, branches=200)),
    )
    yield "huge", "10 s wall", lambda: audit(make(folder / "huge", files=100_000))


def _best(command: list[str]) -> Measured:
    return min((_measure(command) for _ in range(RUNS)), key=lambda one: one.wall)


def _measure(command: list[str]) -> Measured:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed: {said.decode()}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=_peak(used) * scale / 1e6)


def _peak(used: resource.struct_rusage) -> float:
    return float(used.ru_maxrss)


if __name__ == "__main__":
    main()
