"""Clones from a server that stands for GitHub, with real git on both sides."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from autodevops.credentials import Credential
from autodevops.errors import (
    AutodevopsError,
    RateLimitError,
    TargetNotFoundError,
    UnauthorizedError,
    UnreachableError,
    UnreadableTargetError,
)
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.sources.github.clone import Clone, clone, refs_digest
from autodevops.sources.github.fetching import Limits
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.opening import open_github
from autodevops.sources.github.shapes import WHOLE, Depth, Shape
from tests.conftest import MakeRepo
from tests.sources.opening import history_of, paths
from tests.support.github import Fault, Server, Token, credential
from tests.support.github import Repository as Hosted
from tests.support.memory import NOW
from tests.support.repositories import Repository, run_git

TIP, COMMITS, CONTENTS = (Shape(depth) for depth in Depth)
SHAPES = (TIP, COMMITS, CONTENTS, WHOLE)
AT_ONCE = Limits(pause=0.0)


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """Return a repository with an old version, a branch, a tag and a pull request."""
    repo = make_repo({"README.md": "# old\n", "app/main.py": "print()\n"})
    repo.commit("docs: newer", {"README.md": "# shop\n"})
    repo.tag("v1.0.0", message="first")
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"app/login.py": "login\n"})
    repo.checkout("main")
    repo.git("update-ref", "refs/pull/7/head", "feature/login")
    repo.git("update-ref", "refs/pull/7/merge", "feature/login")
    return repo


@pytest.fixture
def name(github: Server, shop: Repository) -> RepositoryName:
    """Return the name under which the server has it."""
    github.world.add(Hosted("acme/shop", path=shop.path))
    return RepositoryName(github.root, "acme", "shop")


def cloned(
    name: RepositoryName,
    folder: Path,
    shape: Shape = CONTENTS,
    *,
    token: Credential | None = None,
    rev: str | None = None,
    limits: Limits = AT_ONCE,
) -> Clone:
    """Clone into a new folder."""
    into = folder / f"into-{time.monotonic_ns()}"
    into.mkdir()
    return clone(name, into, token=token, shape=shape, rev=rev, limits=limits)


@contextmanager
def opened(name: RepositoryName, shape: Shape, rev: str | None = None) -> Iterator[Snapshot]:
    """Open the repository without a token."""
    with open_github(name, now=NOW, token=None, shape=shape, rev=rev) as snapshot:
        yield snapshot


def objects(path: Path, kind: str) -> set[str]:
    """Return the ids of the objects of a kind that are really there."""
    form = "--batch-check=%(objecttype) %(objectname)"
    listed = run_git(path, "cat-file", form, "--batch-all-objects").decode().split("\n")
    return {oid for found, _, oid in (line.partition(" ") for line in listed) if found == kind}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_files_of_the_default_branch_are_there(name: RepositoryName, shape: Shape) -> None:
    with opened(name, shape) as snapshot:
        assert paths(snapshot) == ["README.md", "app/main.py"]
        assert snapshot.text("README.md") == "# shop\n"
        assert snapshot.target.kind == "github"
        assert (snapshot.target.name, snapshot.target.url) == ("acme/shop", name.url)
        assert (snapshot.target.path, snapshot.target.branch) == (None, "main")


@pytest.mark.parametrize(("shape", "requests"), [(TIP, 3), (COMMITS, 5), (CONTENTS, 3), (WHOLE, 3)])
def test_files_come_in_bulk(
    github: Server, name: RepositoryName, tmp_path: Path, shape: Shape, requests: int
) -> None:
    cloned(name, tmp_path, shape)

    assert len(github.requests) == requests


def test_only_what_is_asked_for_is_fetched(
    name: RepositoryName, shop: Repository, tmp_path: Path
) -> None:
    tip, commits, contents, whole = (cloned(name, tmp_path, shape).path for shape in SHAPES)
    everything = {kind: objects(shop.path, kind) for kind in ("commit", "tree", "blob", "tag")}

    assert len(objects(tip, "commit")) == 1
    assert len(objects(tip, "blob")) == 2
    assert objects(commits, "commit") == everything["commit"]
    assert objects(commits, "tree") == everything["tree"]
    assert objects(commits, "blob") == objects(tip, "blob")
    assert {kind: objects(contents, kind) for kind in everything} == everything
    assert b"refs/pull" not in run_git(contents, "for-each-ref")
    assert b"refs/pull/7/head" in run_git(whole, "for-each-ref")
    assert b"refs/pull/7/merge" not in run_git(whole, "for-each-ref")


def test_what_is_not_there_is_not_fetched_later(github: Server, name: RepositoryName) -> None:
    with opened(name, COMMITS) as snapshot:
        asked = len(github.requests)
        history = history_of(snapshot)
        old = run_git(Path(os.devnull).parent, "hash-object", "--stdin", stdin=b"# old\n")
        ((_, content),) = history.blobs([old.decode().strip()], 1000)

        assert isinstance(content, Unavailable)
        assert len(github.requests) == asked
        assert (history.partial, history.shallow) == (False, False)


def test_a_clone_can_ask_nobody(name: RepositoryName, tmp_path: Path) -> None:
    path = cloned(name, tmp_path, COMMITS).path

    assert not list(path.glob("objects/pack/*.promisor"))
    listed = run_git(path, "config", "--local", "--list").decode()
    assert "promisor" not in listed
    assert "partialclone" not in listed
    assert not (path / "hooks").exists()


def test_history_is_out_of_reach_when_only_files_were_fetched(name: RepositoryName) -> None:
    with opened(name, TIP) as snapshot:
        assert isinstance(snapshot.history, Unavailable)


def test_branches_lie_where_a_clone_has_them(name: RepositoryName) -> None:
    with opened(name, CONTENTS) as snapshot:
        listed = history_of(snapshot).refs()
        assert not isinstance(listed, Unavailable)
        assert [ref.name for ref in listed] == [
            "refs/heads/main",
            "refs/remotes/origin/HEAD",
            "refs/remotes/origin/feature/login",
            "refs/remotes/origin/main",
            "refs/tags/v1.0.0",
        ]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rev", ["feature/login", "origin/feature/login", "HEAD~1", "v1.0.0"])
def test_another_commit_can_be_read(
    name: RepositoryName, shop: Repository, shape: Shape, rev: str
) -> None:
    with opened(name, shape, rev) as snapshot:
        local = rev.removeprefix("origin/")
        assert snapshot.target.commit == shop.git("rev-parse", f"{local}^{{commit}}")
        texts = [snapshot.text(entry.path) for entry in snapshot.entries]
        assert None not in texts


def test_a_commit_that_is_not_there_is_said_so(name: RepositoryName, tmp_path: Path) -> None:
    with pytest.raises(TargetNotFoundError, match="no commit 'nowhere' in acme/shop"):
        cloned(name, tmp_path, rev="nowhere")


def test_an_empty_repository_is_empty(github: Server, make_repo: MakeRepo) -> None:
    github.world.add(Hosted("acme/empty", path=make_repo(name="empty").path))
    name = RepositoryName(github.root, "acme", "empty")

    for shape in SHAPES:
        with opened(name, shape) as snapshot:
            assert (paths(snapshot), snapshot.target.commit) == ([], None)


def test_other_object_ids(github: Server, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.txt": "a\n"}, name="new", object_format="sha256")
    github.world.add(Hosted("acme/new", path=repo.path))

    with opened(RepositoryName(github.root, "acme", "new"), COMMITS) as snapshot:
        assert snapshot.text("a.txt") == "a\n"


def test_a_renamed_repository_is_found(
    github: Server, name: RepositoryName, shop: Repository
) -> None:
    github.world.add(Hosted("acme/store", path=shop.path, former_names=["acme/old"]))

    with opened(replace(name, name="old"), TIP) as snapshot:
        assert snapshot.target.name == "acme/store"


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
    def vault(self, github: Server, shop: Repository) -> RepositoryName:
        github.world.add(Hosted("acme/vault", path=shop.path, private=True))
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


def test_the_digest_tells_whether_anything_changed(
    github: Server, name: RepositoryName, shop: Repository, tmp_path: Path
) -> None:
    def digest() -> str:
        into = tmp_path / f"ask-{time.monotonic_ns()}"
        into.mkdir()
        return refs_digest(name, token=None, into=into)

    before = digest()
    asked = len(github.requests)
    assert digest() == before
    assert len(github.requests) - asked == 2
    shop.git("branch", "other")
    assert digest() != before
