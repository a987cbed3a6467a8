"""Runs commands in turn and keeps the best of each: wall and CPU seconds, peak memory."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a person would run."""

    name: str
    """What the table calls it."""
    arguments: Sequence[str]
    """Program and arguments; a program that is not on the PATH is left out."""
    folder: Path | None = None
    """Where it is run; None for here."""
    before: Callable[[], None] | None = None
    """Makes each run start alike; its time is not counted."""
    demanded: str = ""
    """What it may take."""

    @property
    def is_here(self) -> bool:
        """Return whether it can be run on this machine."""
        return shutil.which(self.arguments[0]) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The least that one command took; the three may be of different runs."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of the user and the system, children included."""
    memory: float
    """MB, the largest process."""


def measure(commands: Sequence[Command], runs: int) -> dict[str, Measured]:
    """Run every command that is here once, then all of them again: what is busy is so for all."""
    taken: dict[str, list[Measured]] = {}
    for _ in range(runs):
        for command in commands:
            if command.is_here:
                taken.setdefault(command.name, []).append(run(command))
    return {
        name: Measured(
            wall=min(one.wall for one in several),
            cpu=min(one.cpu for one in several),
            memory=min(one.memory for one in several),
        )
        for name, several in taken.items()
    }


def run(command: Command) -> Measured:
    """Run a command once; what it says and its exit code are its own affair, signals are not."""
    if command.before is not None:
        command.before()
    # Bytecode is written as for users, whatever this process was told.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        list(command.arguments),
        cwd=command.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    ours = command.arguments[:3] == [sys.executable, "-m", "autodevops"]
    if process.returncode < 0 or (ours and process.returncode):
        raise SystemExit(f"{' '.join(command.arguments)} ended with {process.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(
        wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss * scale / 1e6
    )
