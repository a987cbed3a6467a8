"""Runs git against a GitHub server: over https only, with a token that nobody else gets to see.

The token is a header in git's environment, for the addresses of the server alone. It is in no
argument, no address and no file; git follows no redirect with it and asks nobody for another.
"""

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from msgspec import Struct

from autodevops.credentials import Credential
from autodevops.errors import GitUnavailableError, UnreadableTargetError
from autodevops.sources.git import Program, find_git, sealed_environment
from autodevops.sources.process import Process

_MINIMUM = (2, 31)
"""Oldest git that takes configuration from its environment."""
_PASSED_ON = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
"""Variables of the user that name further authorities; they can only name whom to trust."""
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "http.emptyAuth": "false",
    # Not even on the same host: what moved is looked up first, see `renames`.
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "http.sslVerify": "true",
    "maintenance.auto": "false",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
    "transfer.unpackLimit": "1",
}


class Limits(Struct, frozen=True, kw_only=True):
    """What a clone may cost."""

    seconds: float = 1800.0
    """Time of one git process."""
    size: int = 8 << 30
    """Bytes on disk."""
    tries: int = 3
    """How often a clone that broke off is begun anew."""
    pause: float = 1.0
    """Seconds before the second try; doubled for each further one."""


class Fetcher(Struct, frozen=True, kw_only=True):
    """Runs git with access to one server."""

    program: Program
    """What is run."""
    folder: Path
    """Home and working folder of every process; what is fetched is below it."""
    server: str
    """Origin that may be asked."""
    token: Credential | None
    """What tells the server who asks."""
    limits: Limits
    """What it may cost."""

    def fetch(self, *arguments: str, stdin: bytes = b"") -> None:
        """Run a git command that brings something from the server.

        Raises `GitError` when it fails, `UnreadableTargetError` when it brings too much.
        """
        with self._process(arguments, self._online(), stdin) as process:
            process.watch(self._weigh)
            process.finish()

    def ask(self, *arguments: str) -> bytes:
        """Return what git prints about the server's answer; raise `GitError` when it fails."""
        with self._process(arguments, self._online()) as process:
            printed = process.everything()
            process.finish()
        return printed

    def read(self, *arguments: str) -> bytes:
        """Return what git prints about what is here; raise `GitError` when it fails."""
        offline = sealed_environment(self.program, self.folder)
        with self._process(arguments, offline) as process:
            printed = process.everything()
            process.finish()
        return printed

    @contextmanager
    def _process(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], stdin: bytes = b""
    ) -> Iterator[Process]:
        with (
            TemporaryFile(dir=self.folder) as fed,
            Process(
                [self.program.file, "--no-pager", *arguments],
                name=f"git {next(word for word in arguments if not word.startswith('-'))}",
                environment=environment,
                folder=self.folder,
                stdin=_holding(fed, stdin),
                time_limit=self.limits.seconds,
            ) as process,
        ):
            yield process

    def _online(self) -> dict[str, str]:
        environment = sealed_environment(self.program, self.folder)
        environment |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"GIT_ALLOW_PROTOCOL": urlsplit(self.server).scheme, "GIT_ASKPASS": "false"}
        settings = dict(_SETTINGS)
        if self.token is not None:
            settings[f"http.{self.server}/.extraHeader"] = f"Authorization: {basic(self.token)}"
        environment["GIT_CONFIG_COUNT"] = str(len(settings))
        for number, (name, value) in enumerate(settings.items()):
            environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return environment

    def _weigh(self) -> None:
        """Raise when what was fetched is too large."""
        size = sum(
            (Path(folder) / name).lstat().st_size
            for folder, _, names in os.walk(self.folder)
            for name in names
            if (Path(folder) / name).exists()
        )
        if size > self.limits.size:
            raise UnreadableTargetError(
                f"the repository is larger than {self.limits.size >> 20:,} MiB",
                advice="clone it and audit the folder, or select rules that read less of it",
            )


def fetcher(folder: Path, *, server: str, token: Credential | None, limits: Limits) -> Fetcher:
    """Return what runs git in an empty folder of ours with access to one server.

    Raises GitUnavailableError when there is no git that can keep a token to itself.
    """
    program = find_git(outside=folder, folder=folder)
    if program.version < _MINIMUM:
        raise GitUnavailableError(
            f"{program.file} is git {program.version[0]}.{program.version[1]}; repositories on "
            "GitHub need 2.31 or newer",
            advice="install a newer git, or clone the repository and audit its folder",
        )
    return Fetcher(program=program, folder=folder, server=server, token=token, limits=limits)


def basic(token: Credential) -> str:
    """Return how a token is said to a git server (GitHub: any user with the token as password)."""
    return "Basic " + b64encode(f"x-access-token:{token.reveal()}".encode()).decode()


def _holding(file: IO[bytes], content: bytes) -> IO[bytes]:
    file.write(content)
    file.seek(0)
    return file
