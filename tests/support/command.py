"""Runs the command as users do: in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    variables = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **(environment or {})}
    done = subprocess.run(
        [sys.executable, "-m", "autodevops", *map(str, arguments)],
        cwd=cwd,
        env={name: value for name, value in variables.items() if value is not None},
        input=stdin,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=120,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)
