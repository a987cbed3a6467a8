"""Repositories of every shape: bare, shallow, partial, linked, of another format."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autodevops.errors import TargetNotFoundError, UnreadableTargetError
from autodevops.model.snapshot import EntryKind, Unavailable
from autodevops.sources.local import open_local
from autodevops.sources.modes import Mode, Revision
from tests.conftest import MakeRepo
from tests.sources.opening import (
    FILES,
    HEAD,
    INDEX,
    MODES,
    commits,
    differ_in,
    history_of,
    opened,
    paths,
)
from tests.support.memory import NOW
from tests.support.repositories import run_git
from tests.support.trees import trace


class TestShapes:
    """Linked, bare, shallow, partial and other kinds of repositories."""

    def test_a_bare_repository_reads_its_commit(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        copy = make_repo(FILES).clone(tmp_path / "shop.git", "--bare")
        before = trace(copy.path)
        with opened(copy.path) as snapshot:
            assert paths(snapshot) == sorted(FILES)
            assert snapshot.text("README.md") == "# shop\n"
            assert snapshot.target.branch == "main"
            assert snapshot.notes == ()
        assert trace(copy.path) == before
        with pytest.raises(UnreadableTargetError, match="bare"):
            opened(copy.path, INDEX).__enter__()

    @pytest.mark.parametrize("bare", [False, True])
    def test_a_linked_worktree_has_its_own_head_and_index(
        self, make_repo: MakeRepo, tmp_path: Path, bare: bool
    ) -> None:
        repo = make_repo(FILES)
        if bare:
            repo = repo.clone(tmp_path / "shop.git", "--bare")
        repo.git("worktree", "add", "-q", "-b", "feature/x", str(tmp_path / "linked"))
        (tmp_path / "linked" / "README.md").write_text("changed\n")
        run_git(tmp_path / "linked", "update-ref", "refs/worktree/mine", "HEAD")
        before = trace(tmp_path)
        with opened(tmp_path / "linked") as snapshot:
            assert snapshot.target.branch == "feature/x"
            assert snapshot.text("README.md") == "changed\n"
            assert snapshot.target.dirty
            refs = history_of(snapshot).refs()
            assert not isinstance(refs, Unavailable)
            names = [ref.name for ref in refs]
            assert names == ["refs/heads/feature/x", "refs/heads/main", "refs/worktree/mine"]
        assert trace(tmp_path) == before
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch == "main"

    def test_a_submodule_is_an_entry_and_a_repository(self, make_repo: MakeRepo) -> None:
        inner = make_repo({"lib.py": "x\n"}, name="inner")
        repo = make_repo(FILES)
        repo.git(
            *("-c", "protocol.file.allow=always"),
            *("submodule", "--quiet", "add", str(inner.path), "vendor/lib"),
        )
        repo.commit("feat: a submodule")
        with opened(repo.path) as snapshot:
            assert snapshot.by_path["vendor/lib"].kind is EntryKind.SUBMODULE
            assert snapshot.data("vendor/lib") is None
            assert snapshot.gaps == []
            assert not snapshot.target.dirty
        with opened(repo.path / "vendor" / "lib") as snapshot:
            assert paths(snapshot) == ["lib.py"]
            assert snapshot.notes == ()

    def test_a_shallow_clone_says_so(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repo = make_repo(FILES)
        repo.commit("feat: two", {"api/main.py": "two\n"})
        copy = repo.clone(tmp_path / "copy", "--depth=1")
        with opened(copy.path) as snapshot:
            history = history_of(snapshot)
            assert history.shallow
            nodes = history.graph(["HEAD"])
            assert not isinstance(nodes, Unavailable)
            assert [node.parents for node in nodes] == [()]
            assert history.changes(["HEAD"]) == ()
        with opened(repo.path) as snapshot:
            assert not history_of(snapshot).shallow

    def test_a_partial_clone_never_fetches(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repo = make_repo(FILES)
        repo.commit("feat: two", {"api/main.py": "two\n", "more": "x"})
        repo.git("config", "uploadpack.allowFilter", "true")
        copy = repo.clone(tmp_path / "copy", "--filter=blob:none")
        before = trace(copy.path)
        with opened(copy.path) as snapshot:
            history = history_of(snapshot)
            assert history.partial
            first, second = (commit.oid for commit in commits(history.commits(["HEAD"])))
            assert differ_in(history, second, first, "api/main.py", "more")
            assert isinstance(history.patch_ids([(second, first)]), Unavailable)
            assert snapshot.text("api/main.py") == "two\n"
        with opened(copy.path, Revision("HEAD~")) as snapshot:
            assert snapshot.data("api/main.py") is None
            assert "missing" in snapshot.gaps[0].reason
        assert trace(copy.path) == before

    def test_a_sha256_repository(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES, object_format="sha256")
        repo.commit("feat: two", {"api/main.py": "two\n"})
        for mode in MODES:
            with opened(repo.path, mode) as snapshot:
                assert snapshot.text("api/main.py") == "two\n"
                history = history_of(snapshot)
                new, old = (commit.oid for commit in commits(history.commits(["HEAD"])))
                assert len(new) == 64
                assert differ_in(history, old, new, "api/main.py")
                assert len(history.patch_ids([(old, new)])) == 1  # type: ignore[arg-type]

    def test_a_detached_head_has_no_branch(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.git("checkout", "-q", "--detach")
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch is None
            assert snapshot.target.commit == repo.git("rev-parse", "HEAD")
            assert history_of(snapshot).head is None

    def test_before_the_first_commit(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == []
            assert snapshot.target.commit is None
            assert snapshot.target.branch == "main"
            history = history_of(snapshot)
            assert history.refs() == ()
            assert history.graph([]) == ()
        with pytest.raises(TargetNotFoundError):
            opened(repo.path, HEAD).__enter__()

    def test_head_as_the_oldest_gits_wrote_it(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        head = repo.path / ".git" / "HEAD"
        head.unlink()
        head.symlink_to("refs/heads/main")
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch == "main"
            assert snapshot.target.commit == repo.git("rev-parse", "HEAD")

    @pytest.mark.parametrize("mode", MODES)
    def test_reading_changes_no_byte(self, make_repo: MakeRepo, mode: Mode) -> None:
        repo = make_repo(FILES)
        os.utime(repo.path / "README.md", (1, 1))
        before = trace(repo.path)
        with opened(repo.path, mode) as snapshot:
            for path in paths(snapshot):
                snapshot.data(path)
            history = history_of(snapshot)
            history.graph(["HEAD"])
            history.files_at("HEAD")
        assert trace(repo.path) == before

    def test_a_repository_is_opened_in_any_thread(self, make_repo: MakeRepo) -> None:
        path = str(make_repo(FILES).path)

        def read() -> list[str]:
            with open_local(path, now=NOW, mode=HEAD) as snapshot:
                return paths(snapshot)

        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(read) for _ in range(4)]
            assert all(answer.result() == sorted(FILES) for answer in answers)

    def test_nothing_is_left_behind(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.data("README.md")
            assert len(list(temporary.iterdir())) == 1
        assert list(temporary.iterdir()) == []
        with pytest.raises(TargetNotFoundError):
            opened(repo.path, Revision("nowhere")).__enter__()
        assert list(temporary.iterdir()) == []
