"""The one place that runs git, and never with the configuration of the repository it reads.

A `Git` runs in a quarantine (see `quarantine.py`): a git folder of our own whose configuration we
wrote, with the target's objects beside it. Of the caller's environment no `GIT_*` variable passes.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from autodevops.errors import GitUnavailableError
from autodevops.sources.process import MEMORY_LIMIT, TIME_LIMIT, GitError, Process

MINIMUM_VERSION = (2, 30)
"""Oldest git: the first whose `rev-parse` understands `--end-of-options`."""

_VERSION = re.compile(rb"git version (\d+)\.(\d+)")
_versions: dict[tuple[str, str, int, int], tuple[int, int]] = {}
_INSTALL = "install git 2.30 or newer (https://git-scm.com/downloads) and put it on PATH"
_FIXED = {
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # A replaced object or a pathspec's magic would make the answer differ from what was asked.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_ASKPASS": "true",
    "GIT_EDITOR": ":",
}


class Program(Struct, frozen=True, kw_only=True):
    """A git program that may be run."""

    file: str
    """Absolute path."""
    version: tuple[int, int]
    """Major and minor version."""
    path: str
    """PATH for its processes, without anything of the target's."""


def find_git(*, outside: Path, folder: Path) -> Program:
    """Return the first git program on PATH, tried and new enough.

    Relative entries of PATH and those inside `outside` (the target) don't count: what they hold
    may be the target's own. `folder` is a folder of ours to run in. Raises `GitUnavailableError`.
    """
    path = _trusted_path(outside)
    file = shutil.which("git", path=path)
    if file is None:
        raise GitUnavailableError("there is no git program on PATH", advice=_INSTALL)
    version = _version(file, path, folder)
    if version < MINIMUM_VERSION:
        message = f"{file} is git {version[0]}.{version[1]}; autodevops needs 2.30 or newer"
        raise GitUnavailableError(message, advice=_INSTALL)
    return Program(file=file, version=version, path=path)


def _version(file: str, path: str, folder: Path) -> tuple[int, int]:
    """Return a program's version, asked once as long as it is the same file: a batch asks often."""
    now = Path(file).stat()
    key = (file, path, now.st_ino, now.st_mtime_ns)
    if key not in _versions:
        _versions[key] = _told_version(file, path, folder)
    return _versions[key]


def _told_version(file: str, path: str, folder: Path) -> tuple[int, int]:
    environment = _inherited() | {"PATH": path, "LC_ALL": "C.UTF-8"}
    try:
        with Process(
            [file, "--version"], name="git", environment=environment, folder=folder, time_limit=30
        ) as process:
            printed = process.everything()
            process.finish()
    except GitError as problem:
        message = f"{file} can't be used: {problem.message}"
        raise GitUnavailableError(message, advice=_INSTALL) from problem
    found = _VERSION.match(printed)
    if found is None:
        raise GitUnavailableError(f"{file} does not tell its version", advice=_INSTALL)
    return int(found[1]), int(found[2])


def _trusted_path(outside: Path) -> str:
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(
        entry
        for entry in entries
        if Path(entry).is_absolute() and not Path(os.path.realpath(entry)).is_relative_to(outside)
    )


def sealed_environment(program: Program, home: Path) -> dict[str, str]:
    """Return an environment in which git reads no configuration and reaches no network.

    Of the caller's own, no `GIT_*` variable passes.
    """
    environment = _inherited() | _FIXED
    return environment | {"PATH": program.path, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Git(Struct, frozen=True, kw_only=True):
    """Runs git inside a quarantine."""

    program: Program
    """What is run."""
    folder: Path
    """The quarantine: git folder, home and working folder of every process."""
    objects: Path
    """The target's object store, or an empty one when it must not be read."""
    work_tree: Path | None
    """The target's working tree; None for a bare repository."""

    def run(
        self,
        *arguments: str,
        stdin: bytes | IO[bytes] | None = None,
        expected: tuple[int, ...] = (0,),
        time_limit: float = TIME_LIMIT,
    ) -> bytes:
        """Return what git prints; raise `GitError` when it fails or goes beyond its limits."""
        with self.start(*arguments, stdin=stdin, time_limit=time_limit) as process:
            printed = process.everything()
            process.finish(expected)
        return printed

    def records(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        separator: bytes = b"\0",
        memory_limit: int = MEMORY_LIMIT,
    ) -> Iterator[bytes]:
        """Yield what git prints, cut after each separator; raise `GitError` like `run`."""
        with self.start(*arguments, stdin=stdin, memory_limit=memory_limit) as process:
            yield from process.records(separator)
            process.finish()

    @contextmanager
    def start(
        self,
        *arguments: str,
        stdin: bytes | IO[bytes] | None = None,
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
    ) -> Iterator[Process]:
        """Start git for the length of the `with`, its input in a file so that nothing can block."""
        with ExitStack() as stack:
            fed: IO[bytes] | int = subprocess.DEVNULL
            if isinstance(stdin, bytes):
                fed = stack.enter_context(tempfile.TemporaryFile(dir=self.folder))
                fed.write(stdin)
                fed.seek(0)
            elif stdin is not None:
                fed = stdin
            yield stack.enter_context(
                self._process(
                    arguments, stdin=fed, time_limit=time_limit, memory_limit=memory_limit
                )
            )

    def converse(self, *arguments: str) -> Process:
        """Start git with a pipe as its input; the caller closes the process."""
        return self._process(arguments, stdin=subprocess.PIPE)

    def user_values(self, key: str) -> tuple[str, ...]:
        """Return a setting's values in the user's and the machine's own configuration, in order.

        The one question that is asked with the user's configuration; the target has no part in it.
        """
        environment = self._environment()
        for name in ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
            environment.pop(name, None)
        environment |= {
            name: value
            for name, value in os.environ.items()
            if name in {"HOME", "XDG_CONFIG_HOME"} or name.startswith("GIT_CONFIG_")
        }
        command = [self.program.file, "config", "--null", "--type=path", "--get-all", key]
        with Process(
            command, name="git config", environment=environment, folder=self.folder
        ) as process:
            printed = process.everything()
            process.finish((0, 1))
        return tuple(os.fsdecode(value) for value in printed.split(b"\0")[:-1])

    def _process(
        self,
        arguments: tuple[str, ...],
        *,
        stdin: IO[bytes] | int,
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
    ) -> Process:
        return Process(
            [self.program.file, "--no-pager", *arguments],
            name=f"git {arguments[0]}",
            environment=self._environment(),
            folder=self.folder,
            stdin=stdin,
            time_limit=time_limit,
            memory_limit=memory_limit,
        )

    def _environment(self) -> dict[str, str]:
        environment = sealed_environment(self.program, self.folder)
        environment |= {"GIT_DIR": str(self.folder), "GIT_OBJECT_DIRECTORY": str(self.objects)}
        if self.work_tree is not None:
            environment["GIT_WORK_TREE"] = str(self.work_tree)
        return environment
