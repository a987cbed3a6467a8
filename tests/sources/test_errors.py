"""Targets that can't be audited, or only in part: each says what is wrong and what to do."""

import os
from hashlib import sha1
from pathlib import Path

import pytest

from autodevops.errors import (
    NotARepositoryError,
    TargetError,
    TargetNotFoundError,
    UnreadableTargetError,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.modes import Mode
from tests.conftest import MakeRepo
from tests.sources.opening import (
    HEAD,
    INDEX,
    WORKING_TREE,
    history_of,
    opened,
    paths,
    reads_everything,
)
from tests.support.repositories import Repository

FILES = {"README.md": "# shop\n"}


def problem_with(path: Path | str, mode: Mode = WORKING_TREE) -> TargetError:
    """Return the error that opening ends in; it carries advice and is no traceback."""
    with pytest.raises(TargetError) as caught, opened(Path(path), mode):
        pass
    assert caught.value.advice
    assert caught.value.exit_code == 3
    return caught.value


def names_of_refs(repo: Repository) -> list[str]:
    with opened(repo.path) as snapshot:
        refs = history_of(snapshot).refs()
        assert not isinstance(refs, Unavailable)
        return [ref.name for ref in refs]


class TestNoRepository:
    @pytest.mark.parametrize("path", ["nowhere", "with\0nul", "x" * 5000, "file/below"])
    def test_no_such_path(self, tmp_path: Path, path: str) -> None:
        (tmp_path / "file").touch()
        assert isinstance(problem_with(f"{tmp_path}/{path}"), TargetNotFoundError)

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "is a file" in problem_with(tmp_path / "file").message

    def test_a_folder_outside_of_repositories(self, tmp_path: Path) -> None:
        problem = problem_with(tmp_path)
        assert isinstance(problem, NotARepositoryError)
        assert "git init" in problem.advice

    def test_half_a_git_folder(self, tmp_path: Path) -> None:
        (tmp_path / ".git" / "objects").mkdir(parents=True)
        assert "as a git folder" in problem_with(tmp_path).message

    def test_a_repository_above_half_a_git_folder_is_found_as_git_does(
        self, make_repo: MakeRepo
    ) -> None:
        repo = make_repo(FILES)
        (repo.path / "sub" / ".git").mkdir(parents=True)
        with opened(repo.path / "sub") as snapshot:
            assert paths(snapshot) == ["README.md"]

    @pytest.mark.skipif(reads_everything(), reason="root reads everything")
    def test_a_locked_folder(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.path.chmod(0)
        try:
            assert "permission denied" in problem_with(repo.path).message
        finally:
            repo.path.chmod(0o755)

    @pytest.mark.skipif(reads_everything(), reason="root reads everything")
    @pytest.mark.parametrize(
        "name", [".git", ".git/HEAD", ".git/index", ".git/refs", ".git/config"]
    )
    def test_a_locked_part(self, make_repo: MakeRepo, name: str) -> None:
        repo = make_repo(FILES)
        place = repo.path / name
        mode = place.stat().st_mode
        place.chmod(0)
        try:
            assert "can't be read" in problem_with(repo.path).message
        finally:
            place.chmod(mode)


class TestDamage:
    @pytest.mark.parametrize("mode", [WORKING_TREE, INDEX])
    def test_a_broken_index(self, make_repo: MakeRepo, mode: Mode) -> None:
        repo = make_repo(FILES)
        (repo.path / ".git" / "index").write_bytes(b"DIRC but not really")
        problem = problem_with(repo.path, mode)
        assert isinstance(problem, UnreadableTargetError)
        assert "index is damaged" in problem.message
        assert "git reset" in problem.advice
        with opened(repo.path, HEAD) as snapshot:
            assert paths(snapshot) == ["README.md"]

    def test_a_truncated_index(self, make_repo: MakeRepo) -> None:
        repo = make_repo({f"file{number}": "x" for number in range(50)})
        index = repo.path / ".git" / "index"
        index.write_bytes(index.read_bytes()[:200])
        assert "index is damaged" in problem_with(repo.path).message

    def test_an_index_of_a_version_to_come(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        content = b"DIRC" + (9).to_bytes(4, "big") + bytes(4)
        (repo.path / ".git" / "index").write_bytes(
            content + sha1(content, usedforsecurity=False).digest()
        )
        assert "the index can't be read" in problem_with(repo.path).message

    def test_an_index_without_checksum_is_read(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        index = repo.path / ".git" / "index"
        # As git 2.40 and later write it with `index.skipHash`.
        index.write_bytes(index.read_bytes()[:-20] + bytes(20))
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md"]

    @pytest.mark.parametrize("content", [b"", b"nonsense\n", b"ref: elsewhere\n", b"\xff" * 9000])
    def test_a_broken_head(self, make_repo: MakeRepo, content: bytes) -> None:
        repo = make_repo(FILES)
        (repo.path / ".git" / "HEAD").write_bytes(content)
        assert "HEAD" in problem_with(repo.path).message

    def test_a_broken_configuration(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        (repo.path / ".git" / "config").write_text("[core\nbare")
        assert "bad config line 1" in problem_with(repo.path).message

    def test_broken_packed_refs(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.git("pack-refs", "--all")
        (repo.path / ".git" / "packed-refs").write_text("not an id refs/heads/main\n")
        assert "packed-refs" in problem_with(repo.path).message

    def test_broken_refs_are_left_out_and_named(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        refs = repo.path / ".git" / "refs"
        (refs / "heads" / "empty").write_text("")
        (refs / "heads" / "garbage").write_text("x" * 40 + "\n")
        (refs / "heads" / "huge").write_text("0" * 100_000)
        (refs / "heads" / "link").symlink_to("main")
        os.mkfifo(refs / "heads" / "pipe")
        with opened(repo.path) as snapshot:
            (note,) = snapshot.notes
            assert note.startswith("5 refs are broken and left out: refs/heads/empty, ")
        assert names_of_refs(repo) == ["refs/heads/main"]

    @pytest.mark.parametrize("packed", [False, True])
    def test_refs_to_missing_objects_are_left_out_and_named(
        self, make_repo: MakeRepo, packed: bool
    ) -> None:
        repo = make_repo(FILES)
        repo.tag("v1.0.0", message="kept")
        git_folder = repo.path / ".git"
        lost = "1" * 40
        if packed:
            repo.git("pack-refs", "--all")
            with (git_folder / "packed-refs").open("a") as packed_refs:
                packed_refs.write(f"{lost} refs/tags/v9\n")
        else:
            (git_folder / "refs" / "tags" / "v9").write_text(f"{lost}\n")
        with opened(repo.path) as snapshot:
            assert snapshot.notes == ("1 ref is broken and left out: refs/tags/v9",)
        assert names_of_refs(repo) == ["refs/heads/main", "refs/tags/v1.0.0"]

    def test_a_symbolic_ref_to_a_deleted_branch_loses_nothing(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
        with opened(repo.path) as snapshot:
            assert snapshot.notes == ()

    def test_missing_objects_leave_the_rest_of_the_audit(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        first = repo.git("rev-parse", "HEAD")
        repo.commit("feat: two", {"more": "more"})
        (repo.path / ".git" / "objects" / first[:2] / first[2:]).unlink()
        with opened(repo.path) as snapshot:
            assert snapshot.text("more") == "more"
            history = history_of(snapshot)
            for answer in (history.graph(["HEAD"]), history.commits(["HEAD"])):
                assert isinstance(answer, Unavailable)
                assert first in answer.reason
            assert isinstance(history.files_at(first), Unavailable)
            assert not isinstance(history.files_at("HEAD"), Unavailable)

    def test_a_missing_commit_at_head_leaves_the_working_tree(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"gone": "x"})
        repo.add()
        repo.write({"gone": None})
        repo.git("checkout", "-q", "--detach")
        (repo.path / ".git" / "HEAD").write_text("1" * 40 + "\n")
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md"]
            assert snapshot.target.commit == "1" * 40
            assert snapshot.target.dirty
            assert "can't be told" in snapshot.notes[0]
        assert isinstance(problem_with(repo.path, HEAD), TargetNotFoundError)

    @pytest.mark.parametrize("content", [b"junk", b""])
    def test_a_damaged_commit_at_head_leaves_the_working_tree(
        self, make_repo: MakeRepo, content: bytes
    ) -> None:
        repo = make_repo({"a": "a"})
        head = repo.git("rev-parse", "HEAD")
        place = repo.path / ".git" / "objects" / head[:2] / head[2:]
        place.chmod(0o644)
        place.write_bytes(content)

        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["a"]
            assert isinstance(snapshot.history, Unavailable)
            assert any("history is damaged" in note for note in snapshot.notes)
        with (
            pytest.raises(UnreadableTargetError, match="history is damaged"),
            opened(repo.path, HEAD),
        ):
            pass

    def test_a_damaged_blob_is_unavailable(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES | {"other": "o"})
        oid = repo.git("rev-parse", "HEAD:README.md")
        loose = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
        loose.chmod(0o644)
        loose.write_bytes(b"damaged")
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.data("README.md") is None
            assert snapshot.data("other") == b"o"
            assert [gap.subject for gap in snapshot.gaps] == ["README.md"]

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"core.repositoryFormatVersion": "2"}, "version 2"),
            ({"extensions.refStorage": "reftable"}, "'reftable'"),
            ({"extensions.surprise": "true"}, "surprise"),
            ({"extensions.objectFormat": "md5"}, "md5"),
        ],
    )
    def test_an_unknown_format(
        self, make_repo: MakeRepo, settings: dict[str, str], said: str
    ) -> None:
        repo = make_repo(FILES)
        config = str(repo.path / ".git" / "config")
        repo.git("config", "--file", config, "core.repositoryFormatVersion", "1")
        for name, value in settings.items():
            repo.git("config", "--file", config, name, value)
        assert said in problem_with(repo.path).message
