"""What every test stands on: a scrubbed environment, a shut network, real small repositories."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

from tests.support import warm
from tests.support.repositories import Files, Moment, Repository

if TYPE_CHECKING:
    from tests.support.github import Server
    from tests.support.supabase.postgres import Postgres

# The same examples everywhere and however busy the machine; `HYPOTHESIS_PROFILE=search` looks for
# further ones, as long as it takes.
settings.register_profile("checks", deadline=None, database=None, derandomize=True)
settings.register_profile("search", deadline=None, database=None, max_examples=5_000)
_IN_CI = bool(os.environ.get("CI"))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "checks"))

_SCRUBBED = (
    "GIT_",
    "GITHUB_",
    "GH_",
    "GEMINI_",
    "GOOGLE_",
    "SUPABASE_",
    "AUTODEVOPS_",
    "XDG_",
    "SUDO_",
)
_SCRUBBED_NAMES = frozenset({"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "PAGER", "EDITOR"})


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Hide the machine's user from the test and return the home folder that it has instead."""
    for name in os.environ:
        if name.startswith(_SCRUBBED) or name in _SCRUBBED_NAMES:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("AUTODEVOPS_STATE_DIR", str(home / "state"))
    # One cache for the whole run: compiling the secret rules takes seconds, and tells nothing new.
    shared = tmp_path_factory.getbasetemp().parent / "cache"
    monkeypatch.setenv("AUTODEVOPS_CACHE_DIR", str(shared))
    return home


@pytest.fixture(scope="session", autouse=True)
def no_process_left() -> Iterator[None]:
    """End the process that runs commands once all tests are through."""
    yield
    warm.end()


@pytest.fixture(autouse=True)
def shut_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections and look-ups that leave the machine."""
    monkeypatch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
    look_up = socket.getaddrinfo

    def local_look_up(host: object, *arguments: object, **named: object) -> object:
        _refuse_remote(host)
        return look_up(host, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", local_look_up)


def _guarded(connect: Callable[..., object]) -> Callable[..., object]:
    def only_local(self: socket.socket, address: object) -> object:
        if self.family != socket.AF_UNIX:
            _refuse_remote(address[0] if isinstance(address, tuple) else address)
        return connect(self, address)

    return only_local


def _refuse_remote(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in {None, "", "localhost", "::1"} and not str(name).startswith("127."):
        pytest.fail(f"the test tried to reach {name} over the network")


class MakeRepo(Protocol):
    """Makes a repository with one commit of these files; without files it is empty."""

    def __call__(
        self,
        files: Files | None = None,
        *,
        name: str = "shop",
        branch: str = "main",
        at: Moment | None = None,
        object_format: str = "sha1",
    ) -> Repository:
        """Return the repository; two of one test need different names."""
        ...


@pytest.fixture
def make_repo(tmp_path: Path) -> MakeRepo:
    """Return a function that makes real git repositories under the test's folder.

    `make_repo({"README.md": "# shop\\n"}, at=ago(days=30))`; see `tests/support/repositories.py`.
    """

    def make(
        files: Files | None = None,
        *,
        name: str = "shop",
        branch: str = "main",
        at: Moment | None = None,
        object_format: str = "sha1",
    ) -> Repository:
        repository = Repository(tmp_path / name, branch=branch, object_format=object_format)
        if files is not None:
            repository.commit("chore: first commit", files, at=at)
        return repository

    return make


@pytest.fixture
def github() -> "Iterator[Server]":
    """Return a stand-in for GitHub on this machine; see `tests/support/github/`."""
    from tests.support.github import Server

    with Server() as server:
        yield server
    assert not server.mistakes


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Postgres]":
    """Give a server of our own; a machine without one skips, CI must have it."""
    from tests.support.supabase.postgres import NoPostgresError, running

    server = running()
    try:
        started = server.__enter__()
    except (NoPostgresError, OSError) as problem:
        if _IN_CI:
            raise
        pytest.skip(f"no PostgreSQL to test on: {problem}")
    try:
        yield started
    finally:
        server.__exit__(None, None, None)
