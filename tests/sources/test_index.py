"""What is staged, as a hook sees it."""

from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.sources.conflicts import conflicting
from tests.sources.opening import (
    FILES,
    INDEX,
    opened,
    paths,
)


class TestIndex:
    def test_reads_what_is_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES | {"old.txt": ""})
        repo.write({"api/main.py": "staged\n", "new.py": "new\n", "old.txt": None})
        repo.add()
        repo.write({"api/main.py": "not staged\n", "untracked": ""})
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == ["README.md", "api/main.py", "new.py"]
            assert snapshot.text("api/main.py") == "staged\n"
            assert set(snapshot.scope or ()) == {"api/main.py", "new.py"}
            assert snapshot.target.dirty

    def test_nothing_staged_is_an_empty_scope(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"api/main.py": "not staged\n"})
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.scope == frozenset()
            assert not snapshot.target.dirty

    def test_before_the_first_commit_everything_is_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        repo.write(FILES)
        repo.add()
        with opened(repo.path, INDEX) as snapshot:
            assert set(snapshot.scope or ()) == set(FILES)
            assert snapshot.target.commit is None
            assert snapshot.target.branch == "main"

    def test_an_announced_file_is_not_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"empty": ""})
        repo.write({"announced": "text\n", "also empty": ""})
        repo.git("add", "--intent-to-add", "announced")
        repo.add("also empty")
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == ["also empty", "empty"]
            assert set(snapshot.scope or ()) == {"also empty"}
        with opened(repo.path) as snapshot:
            assert snapshot.text("announced") == "text\n"

    def test_a_conflict_can_not_be_read(self, make_repo: MakeRepo) -> None:
        repo = conflicting(make_repo)
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.data("kept") == b""
            assert snapshot.data("file") is None
            assert snapshot.gaps[0].reason == "file has a merge conflict"

    def test_a_hook_of_commit_all_sees_what_will_be_committed(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        hook = repo.path / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir()
        seen = tmp_path / "seen"
        note = f'printf "%s" "$GIT_INDEX_FILE" > {seen}'
        hook.write_text(f'#!/bin/sh\n{note}\ncp "$GIT_INDEX_FILE" {seen}.index\n')
        hook.chmod(0o755)
        repo.write({"api/main.py": "two\n"})
        repo.git("commit", "-q", "--all", "-m", "feat: two")
        repo.git("reset", "-q", "--soft", "HEAD~")
        repo.git("reset", "-q")
        # As it was while the hook ran: the commit's index beside the usual one.
        lock = repo.path / ".git" / Path(seen.read_text()).name
        lock.write_bytes((tmp_path / "seen.index").read_bytes())
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.scope == frozenset()
        monkeypatch.setenv("GIT_INDEX_FILE", seen.read_text())
        with opened(repo.path, INDEX) as snapshot:
            assert set(snapshot.scope or ()) == {"api/main.py"}
            assert snapshot.text("api/main.py") == "two\n"

    def test_an_index_elsewhere_is_not_followed(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        other = tmp_path / "index"
        other.write_bytes(b"not an index")
        monkeypatch.setenv("GIT_INDEX_FILE", str(other))
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == sorted(FILES)
