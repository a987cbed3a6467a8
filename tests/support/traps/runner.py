"""Runs commands in forks of one process that has imported everything.

An order is a line of JSON; when it is done, its exit code comes back, the rest is in files.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

_ROOT = Path(__file__).resolve().parents[3]
_MEASURED = (
    "import resource, subprocess, sys; "
    "code = subprocess.run(sys.argv[1:], check=False).returncode; "
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr); "
    "sys.exit(code)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Commands to be run one after another."""

    commands: Sequence[Sequence[str]]
    """What stands behind the program's name."""
    folder: str
    """Where it is run."""
    outside: str
    """A folder whose opened files are told."""
    told: str
    """The folder for what each prints (`0.out`, `0.err`) and opened outside (`0.opened`)."""
    environment: Mapping[str, str]
    """All of its variables."""
    impatient: bool
    """Whether git is given up on soon: one long wait is enough to see that it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str
    opened: frozenset[str]
    """Files outside that the process itself opened; of its children the kernel tells."""
    seconds: float
    """Of processor time, its children's included."""
    kib: int
    """The most memory that it, or a child, took at a time."""


class Runner:
    """The process that forks; it lives within a `with`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.traps.forking"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def run(
        self,
        commands: Sequence[Sequence[str]],
        folder: Path,
        outside: Path,
        *,
        impatient: bool = False,
    ) -> list[Ran]:
        """Run commands in a folder, in one fork; the memory of each is the most up to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with TemporaryDirectory() as told:
            order = Order(
                commands=commands,
                folder=str(folder),
                outside=str(outside),
                told=told,
                environment=dict(os.environ),
                impatient=impatient,
            )
            self._process.stdin.write(f"{json.dumps(asdict(order))}\n")
            self._process.stdin.flush()
            ended = self._process.stdout.readline().strip()
            said = [place.read_bytes() for place in sorted(Path(told).glob("*.err"))]
            assert ended == "0", (ended, said[-1:])
            return [_ran(Path(told), number) for number in range(len(commands))]


def _ran(told: Path, number: int) -> Ran:
    out, err, opened, used = (
        (told / f"{number}.{name}").read_text("utf-8", "surrogateescape")
        for name in ("out", "err", "opened", "used")
    )
    code, seconds, kib = json.loads(used)
    return Ran(
        code=code,
        out=out,
        err=err,
        opened=frozenset(filter(None, opened.split("\0"))),
        seconds=seconds,
        kib=kib,
    )


def started(arguments: Sequence[str], folder: Path) -> Ran:
    """Run a command in a process that is started as a user's is.

    A process counts what its parent had when it began, so a small one stands between it and us.
    """
    command = [sys.executable, "-m", "autodevops", *arguments]
    done = subprocess.run(
        [sys.executable, "-I", "-c", _MEASURED, *command],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    out, err = (part.decode("utf-8", "surrogateescape") for part in (done.stdout, done.stderr))
    *complaints, used = err.rstrip("\n").split("\n")
    seconds, kib = used.split()
    return Ran(
        code=done.returncode,
        out=out,
        err="\n".join(complaints),
        opened=frozenset(),
        seconds=float(seconds),
        kib=int(kib),
    )
