"""Runs command lines in surroundings of any kind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.support.command import CLOCK, Done, autodevops
from tests.support.repositories import Repository
from tests.support.trees import trace

SHORT = "audit --select OW,LA --no-store"
"""An audit that takes little."""
SCAFFOLD = "scaffold ../made --services none --owner @a/b --licence MIT --yes"
"""What makes a repository beside the one that it is run in."""
COMMITTER = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}
"""Variables that say who commits."""
LIMITED = pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs util-linux")
"""Needs `prlimit`."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "autodevops", *arguments]


def ran(
    shop: Repository,
    arguments: list[str],
    variables: Mapping[str, str | None] | None = None,
    *,
    fails: bool = False,
) -> Done:
    """Run a whole command line, having seen that it says no nonsense and changes nothing."""
    before = trace(shop.path)
    environment = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **(variables or {})}
    done = subprocess.run(
        arguments,
        cwd=shop.path,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "bug in autodevops" not in done.stderr
    assert done.returncode in ({3} if fails else {0, 1}), done.stderr
    assert trace(shop.path) == before
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def ran_or_refused(shop: Repository, *arguments: str) -> Done:
    """Run a command line that may find something wrong with what it is given."""
    return autodevops(*arguments, cwd=shop.path)


def nonsense(said: bytes) -> list[bytes]:
    """Return what no command ever says."""
    words = (b"Traceback", b"Exception ignored", b"bug in autodevops", b"Fatal Python")
    return [word for word in words if word in said]
