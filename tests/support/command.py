"""Runs the command as users do: in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.support import warm
from tests.support.memory import NOW

CLOCK = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
"""The clock of tests as `AUTODEVOPS_NOW` takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def autodevops(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str | None] | None = None,
    stdin: str = "",
) -> Done:
    """Run the command in a folder; `None` in the environment takes a variable away."""
    named = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **(environment or {})}
    variables = {name: value for name, value in named.items() if value is not None}
    given = [str(argument) for argument in arguments]
    if not warm.can_run(variables):
        return _process(given, cwd, variables, stdin)
    with TemporaryFile() as entered, TemporaryFile() as out, TemporaryFile() as err:
        entered.write(stdin.encode("utf-8", "surrogateescape"))
        entered.seek(0)
        code = warm.run(given, cwd, variables, [one.fileno() for one in (entered, out, err)])
        return Done(code=code, out=_text(out), err=_text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    text = file.read().decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _process(arguments: list[str], cwd: Path, variables: dict[str, str], stdin: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "autodevops", *arguments],
        cwd=cwd,
        env=variables,
        input=stdin,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=warm.SECONDS,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)
