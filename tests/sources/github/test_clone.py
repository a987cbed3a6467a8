"""Clones from a server that stands for GitHub, with real git on both sides."""

import os
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.errors import (
    TargetNotFoundError,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.clone import refs_digest
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.shapes import WHOLE, Shape
from tests.conftest import MakeRepo
from tests.sources.github.cloning import (
    COMMITS,
    CONTENTS,
    SHAPES,
    TIP,
    cloned,
    opened,
)
from tests.sources.opening import history_of, paths
from tests.support.github import Repository as Hosted
from tests.support.github import Server
from tests.support.repositories import Repository, run_git


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
    name: RepositoryName, upstream: Repository, tmp_path: Path
) -> None:
    tip, commits, contents, whole = (cloned(name, tmp_path, shape).path for shape in SHAPES)
    everything = {kind: objects(upstream.path, kind) for kind in ("commit", "tree", "blob", "tag")}

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
    name: RepositoryName, upstream: Repository, shape: Shape, rev: str
) -> None:
    with opened(name, shape, rev) as snapshot:
        local = rev.removeprefix("origin/")
        assert snapshot.target.commit == upstream.git("rev-parse", f"{local}^{{commit}}")
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
    github: Server, name: RepositoryName, upstream: Repository
) -> None:
    github.world.add(Hosted("acme/store", path=upstream.path, former_names=["acme/old"]))

    with opened(replace(name, name="old"), TIP) as snapshot:
        assert snapshot.target.name == "acme/store"


def test_the_digest_tells_whether_anything_changed(
    github: Server, name: RepositoryName, upstream: Repository, tmp_path: Path
) -> None:
    def digest() -> str:
        into = tmp_path / f"ask-{time.monotonic_ns()}"
        into.mkdir()
        return refs_digest(name, token=None, into=into)

    before = digest()
    asked = len(github.requests)
    assert digest() == before
    assert len(github.requests) - asked == 2
    upstream.git("branch", "other")
    assert digest() != before
