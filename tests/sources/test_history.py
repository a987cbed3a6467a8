"""Refs, commits and differences as the history of a local repository tells them."""

import pytest

from autodevops.model.history import Commit, History, Node, Ref
from autodevops.model.snapshot import Unavailable
from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.sources.opening import commits, history_of, opened, seconds
from tests.support.memory import NOW
from tests.support.repositories import Repository, ago


def refs_of(history: History) -> dict[str, Ref]:
    answer = history.refs()
    assert not isinstance(answer, Unavailable)
    return {ref.name: ref for ref in answer}


def graph_of(history: History, *tips: str, exclude: tuple[str, ...] = ()) -> tuple[Node, ...]:
    answer = history.graph(tips, exclude=exclude)
    assert not isinstance(answer, Unavailable)
    return answer


class TestRefs:
    def test_say_what_they_lead_to(self, repo: Repository, history: History) -> None:
        refs = refs_of(history)
        assert sorted(refs) == [
            *("refs/heads/feature/login", "refs/heads/feature/open", "refs/heads/main"),
            *("refs/tags/light", "refs/tags/v1.0.0"),
        ]
        merge = repo.git("rev-parse", "v1.0.0^{commit}")
        tag = refs["refs/tags/v1.0.0"]
        assert tag.kind == "tag"
        assert tag.oid == repo.git("rev-parse", "v1.0.0")
        assert tag.commit == refs["refs/tags/light"].commit == merge
        assert tag.committed_at == refs["refs/tags/light"].committed_at == seconds(ago(days=10))
        assert history.head == "refs/heads/main"

    def test_may_be_symbolic(self, repo: Repository) -> None:
        repo.git("update-ref", "refs/remotes/origin/main", "main~")
        repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        with opened(repo.path) as snapshot:
            refs = refs_of(history_of(snapshot))
        assert refs["refs/remotes/origin/HEAD"].symref == "refs/remotes/origin/main"
        assert refs["refs/remotes/origin/HEAD"].commit == repo.git("rev-parse", "main~")
        assert refs["refs/remotes/origin/main"].symref is None

    def test_may_lead_to_no_commit(self, repo: Repository) -> None:
        blob = repo.git("hash-object", "-w", "--stdin", stdin="a key")
        repo.git("tag", "key", blob)
        repo.git("tag", "-a", "-m", "about a tree", "tree", "HEAD^{tree}", at=ago(days=1))
        repo.git("tag", "-a", "-m", "about a tag", "nested", "v1.0.0", at=ago(days=1))
        with opened(repo.path) as snapshot:
            refs = refs_of(history_of(snapshot))
            assert snapshot.notes == ()
        assert refs["refs/tags/key"] == Ref("refs/tags/key", blob, "blob", None, None, 0)
        assert refs["refs/tags/tree"].commit is None
        assert refs["refs/tags/tree"].committed_at == seconds(ago(days=1))
        assert refs["refs/tags/nested"].commit == repo.git("rev-parse", "v1.0.0^{commit}")
        assert refs["refs/tags/nested"].committed_at == seconds(ago(days=10))

    def test_packed_and_loose_are_the_same(self, repo: Repository) -> None:
        with opened(repo.path) as snapshot:
            before = history_of(snapshot).refs()
        repo.git("pack-refs", "--all")
        with opened(repo.path) as snapshot:
            assert history_of(snapshot).refs() == before


class TestGraph:
    def test_has_children_before_parents(self, repo: Repository, history: History) -> None:
        nodes = graph_of(history, "refs/heads/main", "refs/heads/feature/open")
        place = {node.oid: position for position, node in enumerate(nodes)}
        assert len(nodes) == 6
        assert all(place[node.oid] < place[parent] for node in nodes for parent in node.parents)
        merge = nodes[place[repo.git("rev-parse", "v1.0.0^{commit}")]]
        assert merge.committed_at == seconds(ago(days=10))
        assert merge.parents == (
            repo.git("rev-parse", "main~2"),
            repo.git("rev-parse", "feature/login"),
        )

    def test_leaves_out_what_is_excluded(self, repo: Repository, history: History) -> None:
        (node,) = graph_of(history, "refs/heads/feature/open", exclude=("refs/heads/main",))
        assert node.oid == repo.git("rev-parse", "feature/open")
        assert graph_of(history, "refs/heads/feature/login", exclude=("HEAD",)) == ()
        assert graph_of(history) == ()

    def test_takes_tags_by_name_and_by_id(self, repo: Repository, history: History) -> None:
        by_name = graph_of(history, "refs/tags/v1.0.0")
        by_id = graph_of(history, repo.git("rev-parse", "v1.0.0"))
        assert {node.oid for node in by_name} == {node.oid for node in by_id}
        assert len(by_name) == 4

    def test_reaches_commits_that_no_ref_names(self, repo: Repository, history: History) -> None:
        assert len(graph_of(history, "HEAD")) == 5
        orphan = repo.git("commit-tree", "-m", "orphan", "HEAD^{tree}")
        assert [node.oid for node in graph_of(history, orphan)] == [orphan]
        assert len(graph_of(history, orphan, "HEAD")) == 6

    @pytest.mark.parametrize(
        "revision", ["main", "--all", "^HEAD", "refs/heads/a..b", "refs/heads/a\nHEAD", "HEAD~1"]
    )
    def test_takes_nothing_else_for_a_revision(self, history: History, revision: str) -> None:
        with pytest.raises(ValueError, match="not an object id or full ref name"):
            history.graph([revision])


class TestCommits:
    def test_are_told_newest_first(self, history: History) -> None:
        found = commits(history.commits(["HEAD"]))
        assert [commit.message.strip() for commit in found] == [
            *("fix: third", "Merge branch 'feature/login'", "docs: second"),
            *("feat: login", "chore: first commit"),
        ]

    def test_can_be_bounded(self, history: History) -> None:
        def messages(**bounds: object) -> list[str]:
            found = commits(history.commits(["HEAD"], **bounds))  # type: ignore[arg-type]
            return [commit.message.partition(":")[0].strip() for commit in found]

        assert messages(limit=1) == ["fix"]
        assert messages(limit=2) == ["fix", "Merge branch 'feature/login'"]
        assert messages(since=seconds(ago(days=15)), limit=9)[-1] == "docs"

    def test_a_wrong_clock_hides_nothing(self, repo: Repository) -> None:
        repo.commit("fix: from the past", at="1999-01-01T00:00:00")
        with opened(repo.path) as snapshot:
            found = commits(history_of(snapshot).commits(["HEAD"], since=seconds(ago(days=5))))
        assert [commit.message.strip() for commit in found] == ["fix: third"]

    def test_say_who_and_when(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        message = "feat: ünïcode\n\nbody with\n\n  indented \x1b[31m lines\n"
        repo.commit(message, {"a": ""}, at=ago(days=3), author="Zoë <zoe@example.com>")
        with opened(repo.path) as snapshot:
            (commit,) = commits(history_of(snapshot).commits(["HEAD"]))
        assert commit == Commit(
            oid=repo.git("rev-parse", "HEAD"),
            parents=(),
            author_name="Zoë",
            author_email="zoe@example.com",
            authored_at=seconds(ago(days=3)),
            committer_name="Zoë",
            committer_email="zoe@example.com",
            committed_at=seconds(ago(days=3)),
            message=message,
            signed=False,
        )

    def test_can_be_asked_for_by_id(self, repo: Repository, history: History) -> None:
        oids = [repo.git("rev-parse", f"main~{back}") for back in (2, 0, 2)]
        assert [commit.oid for commit in commits(history.described(oids))] == oids
        assert isinstance(history.described(["1" * 40]), Unavailable)

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            (b"author A <a@b> 1 +0000\ncommitter A <a@b> 2 +0000\n", ("A", 1, False, "caf\ufffd")),
            (b"author A <a@b> 1 +0000\nencoding latin-1\n", ("A", 1, False, "café")),
            (b"author A <a@b> 1 +0000\nencoding no-such\n", ("A", 1, False, "caf\ufffd")),
            (b"author  <> 9999999999999999999 +0000\n", ("", 0, False, "caf\ufffd")),
            (b"author nobody at all\ngpgsig -----BEGIN\n x\n", ("", 0, True, "caf\ufffd")),
            (b"author A <x> <a@b> -5 +0000\ngpgsig-sha256 -\n", ("A", 0, True, "caf\ufffd")),
        ],
    )
    def test_may_be_malformed(
        self, make_repo: MakeRepo, headers: bytes, expected: tuple[str, int, bool, str]
    ) -> None:
        repo = make_repo({"a": ""})
        tree = repo.git("rev-parse", "HEAD^{tree}").encode()
        content = b"tree " + tree + b"\n" + headers + b"\ncaf\xe9"
        oid = repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=content)
        repo.git("update-ref", "refs/heads/main", oid)
        with opened(repo.path) as snapshot:
            (commit,) = commits(history_of(snapshot).commits(["HEAD"]))
        found = (commit.author_name, commit.authored_at, commit.signed, commit.message)
        assert found == expected


def test_the_repository_names_its_default_branch(repo: Repository) -> None:
    with opened(repo.path) as snapshot:
        assert history_of(snapshot).init_default_branch is None
    repo.git("config", "init.defaultBranch", "trunk")
    with opened(repo.path) as snapshot:
        assert history_of(snapshot).init_default_branch == "trunk"


@pytest.mark.parametrize("tips", [("HEAD",), ("refs/heads/main", "refs/heads/feature/open")])
def test_a_walk_that_was_begun_ahead_gives_the_same_graph(
    repo: Repository, history: History, tips: tuple[str, ...]
) -> None:
    with open_local(str(repo.path), now=NOW, ahead=True) as begun:
        assert graph_of(history_of(begun), *tips) == graph_of(history, *tips)


def test_a_walk_that_was_begun_ahead_may_stay_unasked(make_repo: MakeRepo) -> None:
    for repository in (make_repo({"a": "a\n"}, name="born"), make_repo(name="unborn")):
        with open_local(str(repository.path), now=NOW, ahead=True) as snapshot:
            assert history_of(snapshot).refs() is not None
