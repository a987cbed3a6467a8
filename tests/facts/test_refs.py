"""Which ref is what."""

from pathlib import Path

import pytest

from autodevops.facts.refs import Refs
from tests.conftest import MakeRepo
from tests.support.history import fact_of
from tests.support.repositories import Repository, ago


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    return make_repo({"a": "1"}, at=ago(days=30))


def names(refs: Refs) -> list[str]:
    return [branch.name for branch in refs.branches]


def test_local_and_remote_of_a_name_are_one(shop: Repository, tmp_path: Path) -> None:
    shop.branch("feature/x")
    clone = shop.clone(tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "feature/x", "origin/feature/x")
    clone.commit("feat: x", {"x": "1"})
    refs = fact_of(Refs, clone)
    (branch,) = refs.branches
    assert branch.refs == ("refs/heads/feature/x", "refs/remotes/origin/feature/x")
    assert branch.tips == (clone.git("rev-parse", "HEAD"), clone.git("rev-parse", "main"))
    assert (branch.is_local, branch.is_remote) == (True, True)
    assert refs.default.name == "main"


def test_the_only_remote_counts_whatever_it_is_called(shop: Repository, tmp_path: Path) -> None:
    shop.branch("feature/x")
    clone = shop.clone(tmp_path / "clone")
    clone.git("remote", "rename", "origin", "upstream")
    assert names(fact_of(Refs, clone)) == ["feature/x"]


def test_beside_origin_other_remotes_are_other_people_s(shop: Repository, tmp_path: Path) -> None:
    clone = shop.clone(tmp_path / "clone")
    clone.git("update-ref", "refs/remotes/fork/wip", "HEAD")
    refs = fact_of(Refs, clone)
    assert names(refs) == []
    assert [ref.name for ref in refs.others] == ["refs/remotes/fork/wip"]


def test_a_ci_checkout_of_a_pull_request_adds_no_branch(shop: Repository) -> None:
    shop.git("update-ref", "refs/remotes/pull/7/merge", "HEAD")
    assert names(fact_of(Refs, shop)) == []


def test_a_bare_repository(shop: Repository, tmp_path: Path) -> None:
    shop.branch("feature/x")
    bare = shop.clone(tmp_path / "bare.git", "--bare")
    refs = fact_of(Refs, bare)
    assert (refs.default.name, names(refs)) == ("main", ["feature/x"])


def test_tags_stash_and_notes_are_told_apart(shop: Repository) -> None:
    shop.tag("v1.0.0", message="x")
    shop.tag("tree", on="HEAD^{tree}")
    shop.git("notes", "add", "-m", "x", "HEAD")
    shop.write({"a": "2"})
    shop.git("stash")
    refs = fact_of(Refs, shop)
    assert [(tag.name, tag.commit is None) for tag in refs.tags] == [
        ("refs/tags/tree", True),
        ("refs/tags/v1.0.0", False),
    ]
    assert [ref.name for ref in refs.others] == ["refs/notes/commits", "refs/stash"]


def test_an_unborn_head_beside_another_branch(shop: Repository) -> None:
    shop.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    assert fact_of(Refs, shop).default.name == "main"


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_object_formats(make_repo: MakeRepo, object_format: str) -> None:
    repository = make_repo({"a": "1"}, name="other", object_format=object_format)
    assert len(fact_of(Refs, repository).default.tips[0]) in {40, 64}
