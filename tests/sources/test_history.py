"""Refs, commits and differences as the history of a local repository tells them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from autodevops.model.snapshot import Arrival, Commit, History, Node, Ref, Unavailable
from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.sources.opening import changes, commits, history_of, opened
from tests.support.memory import NOW
from tests.support.repositories import Repository, ago

ZEROS = "0" * 40


def refs_of(history: History) -> dict[str, Ref]:
    answer = history.refs()
    assert not isinstance(answer, Unavailable)
    return {ref.name: ref for ref in answer}


def graph_of(history: History, *tips: str, exclude: tuple[str, ...] = ()) -> tuple[Node, ...]:
    answer = history.graph(tips, exclude=exclude)
    assert not isinstance(answer, Unavailable)
    return answer


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.fixture
def repo(make_repo: MakeRepo) -> Repository:
    """Return a repository with a merged branch, an open one and two kinds of tag.

    first ── second ── merge (main, v1.0.0) ── third
       └── login ───────┘                └── open (feature/open)
    """
    repo = make_repo({"README.md": "one\n", "api/main.py": "a\n"}, at=ago(days=30))
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"api/login.py": "login\n"}, at=ago(days=20))
    repo.checkout("main")
    repo.commit("docs: second", {"README.md": "two\n"}, at=ago(days=15))
    repo.merge("feature/login", at=ago(days=10))
    repo.tag("v1.0.0", message="first", at=ago(days=9))
    repo.tag("light")
    repo.checkout("feature/open", create=True)
    repo.commit("feat: open", {"web/app.js": "x\n"}, at=ago(days=3))
    repo.checkout("main")
    repo.commit("fix: third", {"api/main.py": "b\n", "README.md": None}, at=ago(days=2))
    return repo


@pytest.fixture
def history(repo: Repository) -> Iterator[History]:
    with opened(repo.path) as snapshot:
        yield history_of(snapshot)


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
        assert messages(limit=2, first_parent=True) == ["fix", "Merge branch 'feature/login'"]
        assert messages(since=seconds(ago(days=15)), limit=9)[-1] == "docs"
        assert messages(first_parent=True)[-2:] == ["docs", "chore"]
        assert "feat" not in messages(first_parent=True)
        assert messages(exclude=["refs/tags/v1.0.0"]) == ["fix"]

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


class TestDifferences:
    def test_of_each_commit_against_its_first_parent(self, history: History) -> None:
        found = history.changes(["HEAD"])
        assert not isinstance(found, Unavailable)
        told = [
            (commit.author_email, [(change.status, change.path) for change in commit.changes])
            for commit in found
        ]
        ada = "ada@example.com"
        assert told == [
            (ada, [("D", "README.md"), ("M", "api/main.py")]),
            (ada, [("A", "api/login.py")]),
            (ada, [("M", "README.md")]),
            (ada, [("A", "README.md"), ("A", "api/main.py")]),
        ]
        assert found[0].committed_at == seconds(ago(days=2))
        assert found[0].changes[0].new_oid == ZEROS
        assert found[1].changes[0].old_oid == ZEROS

    def test_of_all_commits_or_some_paths(self, history: History) -> None:
        def count(**bounds: object) -> int:
            found = history.changes(["HEAD"], **bounds)  # type: ignore[arg-type]
            assert not isinstance(found, Unavailable)
            return len(found)

        assert count(first_parent=False) == 5
        assert count(paths=["api"]) == 3
        assert count(paths=["api/login.py"], first_parent=False) == 2
        assert count(paths=["a*"]) == 0
        assert count(paths=[":(top)api"]) == 0
        assert count(paths=["api"], since=seconds(ago(days=11))) == 2
        assert count(since=seconds(ago(days=1))) == 0

    def test_of_names_with_line_ends(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a": "1"})
        repo.commit("feat: names", {"b\n:1 2 3 4 M\n": "2", "c d": "3"})
        repo.commit("feat: change", {"b\n:1 2 3 4 M\n": "x"}, author="Eve <e:ve\t@x>")
        with opened(repo.path) as snapshot:
            history = history_of(snapshot)
            found = history.changes(["HEAD"])
            assert not isinstance(found, Unavailable)
            assert [len(commit.changes) for commit in found] == [1, 2, 1]
            assert found[0].changes[0].path == "b\n:1 2 3 4 M\n"
            assert found[0].author_email == "e:ve\t@x"
            (change,) = changes(history, repo.git("rev-parse", "HEAD~"), "HEAD")
            assert change.path == "b\n:1 2 3 4 M\n"

    def test_of_pairs(self, repo: Repository, history: History) -> None:
        main, login = repo.git("rev-parse", "main"), "refs/heads/feature/login"
        pairs = [(main, main), (login, main), (main, login), (login, main)]
        found = history.diff_paths(pairs)
        assert not isinstance(found, Unavailable)
        assert set(found) == set(pairs)
        assert found[main, main] == ()
        there = [(change.status, change.path) for change in found[login, main]]
        back = [(change.status, change.path) for change in found[main, login]]
        assert there == [("D", "README.md"), ("M", "api/main.py")]
        assert back == [("A", "README.md"), ("M", "api/main.py")]
        assert history.diff_paths([]) == {}

    def test_of_a_missing_commit_is_unavailable(self, history: History) -> None:
        assert isinstance(history.diff_paths([("1" * 40, "HEAD")]), Unavailable)
        assert isinstance(history.patch_ids([("1" * 40, "HEAD")]), Unavailable)
        assert isinstance(history.commits(["1" * 40]), Unavailable)
        assert isinstance(history.changes(["1" * 40]), Unavailable)


class TestArrivals:
    def test_name_every_content_parents_first(self, repo: Repository, history: History) -> None:
        found = list(history.arrivals(["HEAD"]))
        assert {(one.path, bool(one.oid)) for one in found if isinstance(one, Arrival)} == {
            *{("README.md", True), ("README.md", False)},
            *{("api/main.py", True), ("api/login.py", True)},
        }
        first, last = found[0], found[-1]
        assert isinstance(first, Arrival)
        assert isinstance(last, Arrival)
        assert first.commit == repo.git("rev-parse", "main~3")
        assert last.commit == repo.git("rev-parse", "main")

    def test_end_where_objects_are_missing(self, repo: Repository, history: History) -> None:
        tree = repo.git("rev-parse", "main~^{tree}")
        Path(repo.path, ".git", "objects", tree[:2], tree[2:]).unlink()
        assert isinstance(list(history.arrivals(["HEAD"]))[-1], Unavailable)
        assert list(history.arrivals([])) == []

    def test_leave_out_submodules(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": ""})
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
        repo.git("commit", "-q", "-m", "feat: a submodule")
        with opened(repo.path) as snapshot:
            found = list(history_of(snapshot).arrivals(["HEAD"]))
        assert [one.path for one in found if isinstance(one, Arrival)] == ["README.md"]


class TestPatchIds:
    def test_are_those_of_git_whatever_the_order(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a": "1\n" * 50, "b": "1\n"})
        made = [
            repo.commit(f"feat: {number}", {"a": f"{number}\n" * 50, f"new{number}": ""})
            for number in range(8)
        ]
        pairs = [(old, new) for old in made for new in made]
        with opened(repo.path) as snapshot:
            found = history_of(snapshot).patch_ids(pairs)
        assert not isinstance(found, Unavailable)
        for old, new in pairs:
            patch = repo.git("diff-tree", "-p", "--full-index", "--no-renames", old, new)
            told = repo.git("patch-id", "--stable", stdin=patch + "\n").partition(" ")[0]
            assert found.get((old, new), "") == told

    def test_tell_a_squash_from_other_work(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a": "1\n"})
        base = repo.git("rev-parse", "HEAD")
        repo.checkout("feature/x", create=True)
        repo.commit("feat: one", {"x": "1\n"})
        tip = repo.commit("feat: two", {"x": "2\n"})
        repo.checkout("main")
        before = repo.commit("fix: meanwhile", {"y": "1\n"})
        squash = repo.merge("feature/x", squash=True)
        with opened(repo.path) as snapshot:
            found = history_of(snapshot).patch_ids([(base, tip), (before, squash), (base, before)])
        assert not isinstance(found, Unavailable)
        assert found[base, tip] == found[before, squash] != found[base, before]

    def test_of_files_that_look_like_headers(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a": f"{'a' * 40} {'b' * 40}\ncommit {'c' * 40}\n"})
        old = repo.git("rev-parse", "HEAD")
        new = repo.commit("feat: more", {"a": f"{'d' * 40} {'e' * 40}\n", "b": f"{'a' * 40}\n"})
        with opened(repo.path) as snapshot:
            found = history_of(snapshot).patch_ids([(old, new), (new, old)])
        assert not isinstance(found, Unavailable)
        assert set(found) == {(old, new), (new, old)}

    def test_are_left_out_without_a_difference(self, history: History) -> None:
        assert history.patch_ids([("HEAD", "HEAD")]) == {}
        assert history.patch_ids([]) == {}


class TestContents:
    def test_blobs_come_in_the_order_asked_for(self, repo: Repository, history: History) -> None:
        one, two = (repo.git("rev-parse", f"HEAD~{back}:README.md") for back in (3, 1))
        tree = repo.git("rev-parse", "HEAD^{tree}")
        found = list(history.blobs([two, "1" * 40, one, tree, two], 4))
        assert [oid for oid, _ in found] == [two, "1" * 40, one, tree, two]
        assert [content for _, content in found if isinstance(content, bytes)] == [
            *(b"two\n", b"one\n", b"two\n"),
        ]
        assert [
            content for _, content in history.blobs([one], 3) if isinstance(content, bytes)
        ] == []

    def test_blobs_may_be_left_half_way(self, repo: Repository, history: History) -> None:
        oids = [repo.git("rev-parse", "HEAD~1:README.md")] * 5000
        assert next(iter(history.blobs(oids, 100)))[1] == b"two\n"

    def test_a_damaged_blob_ends_the_rest(self, repo: Repository, history: History) -> None:
        oid = repo.git("rev-parse", "HEAD:api/main.py")
        whole = repo.git("rev-parse", "HEAD:api/login.py")
        place = Path(repo.path, ".git", "objects", oid[:2], oid[2:])
        damaged = place.read_bytes()[:-4]
        place.chmod(0o644)
        place.write_bytes(damaged)
        found = dict(history.blobs([whole, oid, whole], 100))
        assert isinstance(found[oid], Unavailable)

    def test_files_at_a_commit(self, repo: Repository, history: History) -> None:
        answer = history.files_at(repo.git("rev-parse", "main~"))
        assert not isinstance(answer, Unavailable)
        assert [entry.path for entry in answer] == ["README.md", "api/login.py", "api/main.py"]
        assert isinstance(history.files_at("1" * 40), Unavailable)


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
