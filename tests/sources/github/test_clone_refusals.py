"""Clones that fail, and who may clone at all: tokens, refusals, limits."""

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.credentials import Credential
from autodevops.errors import (
    AutodevopsError,
    RateLimitError,
    TargetNotFoundError,
    UnauthorizedError,
    UnreachableError,
    UnreadableTargetError,
)
from autodevops.sources.github.names import RepositoryName
from tests.sources.github.cloning import (
    AT_ONCE,
    COMMITS,
    cloned,
)
from tests.support.github import Fault, Server, Token, credential
from tests.support.github import Repository as Hosted
from tests.support.repositories import Repository


@pytest.mark.parametrize(
    "there", ["http://localhost:9/acme/shop.git", "https://evil.example/acme/shop.git", "/", ""]
)
def test_a_redirect_elsewhere_is_refused(
    github: Server, name: RepositoryName, tmp_path: Path, there: str
) -> None:
    github.faults.add(Fault(status=302, headers={"Location": there}, times=9))
    token = credential(github.world.owner)

    with pytest.raises(UnreachableError, match="none of its repositories"):
        cloned(name, tmp_path, token=token)
    assert len(github.requests) == 2


class TestToken:
    """Who may see a private repository, and where the token is not."""

    @pytest.fixture
    def vault(self, github: Server, upstream: Repository) -> RepositoryName:
        github.world.add(Hosted("acme/vault", path=upstream.path, private=True))
        return RepositoryName(github.root, "acme", "vault")

    def test_it_opens_a_private_repository(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        assert cloned(vault, tmp_path, token=credential(github.world.owner)).commit

    def test_without_it_nobody_knows_what_is_there(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        with pytest.raises(TargetNotFoundError, match="private, or there is none") as said:
            cloned(vault, tmp_path)
        assert "GITHUB_TOKEN" in said.value.advice
        assert len(github.requests) == 1

    def test_one_that_does_not_see_it_may_lack_a_permission(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        other = github.world.allow(Token("github_pat_other", repositories=[]))

        with pytest.raises(TargetNotFoundError, match="or the token may not see it") as said:
            cloned(vault, tmp_path, token=credential(other))
        assert "contents: read" in said.value.advice

    def test_an_unknown_one_is_refused(self, vault: RepositoryName, tmp_path: Path) -> None:
        with pytest.raises(UnauthorizedError, match="does not accept the token"):
            cloned(vault, tmp_path, token=credential(Token("ghp_unknownToken")))

    def test_it_is_in_no_file_and_no_message(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        token = credential(github.world.owner)
        cloned(vault, tmp_path, COMMITS, token=token)
        github.faults.add(Fault(status=500, times=9))
        with pytest.raises(AutodevopsError) as said:
            cloned(vault, tmp_path, token=token)

        needles = [token.reveal().encode(), _basic(token).encode()]
        kept = b"".join(
            place.read_bytes() for place in tmp_path.glob("into-*/**/*") if place.is_file()
        )
        kept += f"{said.value.message}{said.value.advice}".encode()
        assert [needle for needle in needles if needle in kept] == []

    @pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc to look into")
    def test_it_is_in_no_argument(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        token = credential(github.world.owner)
        github.latency = 0.1
        seen: list[bytes] = []
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(seen, done))
        watcher.start()
        try:
            cloned(vault, tmp_path, COMMITS, token=token)
        finally:
            done.set()
            watcher.join()

        lines = b"\n".join(seen)
        assert b"remote-http" in lines
        assert token.reveal().encode() not in lines
        assert _basic(token).encode() not in lines

    def test_it_is_sent_with_every_request(
        self, github: Server, vault: RepositoryName, tmp_path: Path
    ) -> None:
        cloned(vault, tmp_path, COMMITS, token=credential(github.world.owner))

        assert all(request.has_token for request in github.requests)


def _basic(token: Credential) -> str:
    from autodevops.sources.github.fetching import basic

    return basic(token).removeprefix("Basic ")


def _watch(seen: list[bytes], done: threading.Event) -> None:
    """Collect the command lines of every process for as long as it takes."""
    while not done.wait(0.005):
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(place.read_bytes())
            except OSError:
                continue


def test_the_users_own_git_settings_have_no_say(
    name: RepositoryName,
    tmp_path: Path,
    clean_environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marker = tmp_path / "was-run"
    run = f"!touch {marker}; echo password=x"
    (clean_environment / ".gitconfig").write_text(
        f'[credential]\n\thelper = "{run}"\n[core]\n\thooksPath = {tmp_path}/hooks\n'
        f'[url "file:///nowhere/"]\n\tinsteadOf = {name.server}/\n'
    )
    (tmp_path / "hooks").mkdir()
    for hook in ("post-checkout", "reference-transaction"):
        (tmp_path / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (tmp_path / "hooks" / hook).chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {marker}")

    assert cloned(name, tmp_path).commit
    assert not marker.exists()


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, UnauthorizedError, "refuses to give out"),
        (429, RateLimitError, "no more requests"),
        (404, TargetNotFoundError, "without a token"),
        (418, UnreadableTargetError, "could not be fetched"),
        (503, UnreachableError, "could not be fetched"),
    ],
)
def test_refusals(
    github: Server,
    name: RepositoryName,
    tmp_path: Path,
    status: int,
    kind: type[AutodevopsError],
    words: str,
) -> None:
    github.faults.add(Fault(status=status, times=9))

    with pytest.raises(kind, match=words):
        cloned(name, tmp_path)
    assert len(github.requests) == (3 if status == 503 else 1)


def test_a_server_that_stumbles_is_asked_again(
    github: Server, name: RepositoryName, tmp_path: Path
) -> None:
    github.faults.add(Fault(status=502, on="git-upload-pack", times=2))

    assert cloned(name, tmp_path).commit


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    nowhere = RepositoryName("http://127.0.0.1:1", "acme", "shop")

    with pytest.raises(UnreachableError, match="acme/shop could not be fetched"):
        cloned(nowhere, tmp_path)


def test_a_server_that_hangs_is_left(github: Server, name: RepositoryName, tmp_path: Path) -> None:
    github.faults.add(Fault(hang=True))

    with pytest.raises(AutodevopsError, match="longer than"):
        cloned(name, tmp_path, limits=replace(AT_ONCE, seconds=0.3))


def test_a_repository_that_grows_too_large_is_left(
    github: Server, name: RepositoryName, tmp_path: Path
) -> None:
    github.latency = 0.6

    with pytest.raises(UnreadableTargetError, match="larger than"):
        cloned(name, tmp_path, limits=replace(AT_ONCE, size=1))
