"""What commits change: paths, arrivals, patches and contents, as history tells them."""

from pathlib import Path

from autodevops.model.history import Arrival, Difference, History
from autodevops.model.snapshot import Unavailable
from tests.conftest import MakeRepo
from tests.sources.opening import differ_in, history_of, opened, seconds
from tests.support.repositories import Repository, ago

ZEROS = "0" * 40


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
            before = repo.git("rev-parse", "HEAD~")
            assert differ_in(history, before, "HEAD", "b\n:1 2 3 4 M\n")
            assert not differ_in(history, before, "HEAD", "b")

    def test_of_pairs(self, repo: Repository, history: History) -> None:
        main, login = repo.git("rev-parse", "main"), "refs/heads/feature/login"
        pairs = [(main, main), (login, main), (main, login), (login, main)]
        found = history.diff_paths(pairs)
        assert not isinstance(found, Unavailable)
        assert set(found) == set(pairs)
        assert found[main, main] == Difference()
        there, back = found[login, main], found[main, login]
        assert there.paths == back.paths
        assert differ_in(history, login, main, "README.md", "api/main.py")
        assert there.described != back.described
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
