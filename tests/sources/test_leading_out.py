"""Repositories that name another one of the user, or keep us waiting at a pipe."""

import os
from hashlib import sha1
from pathlib import Path

import pytest

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources import checkout
from tests.conftest import MakeRepo
from tests.sources.opening import HEAD, INDEX, opened, paths
from tests.support.repositories import Repository, run_git


def refusal(path: Path) -> UnreadableTargetError:
    with pytest.raises(UnreadableTargetError) as caught, opened(path):
        pass
    return caught.value


class TestLeadingOut:
    """Parts of a git folder that name another repository of the user."""

    @pytest.fixture
    def private(self, make_repo: MakeRepo) -> Repository:
        return make_repo({"secret.txt": "secret\n"}, name="private")

    @pytest.fixture
    def trap(self, tmp_path: Path) -> Path:
        trap = tmp_path / "trap"
        trap.mkdir()
        return trap

    def test_a_git_file(self, private: Repository, trap: Path) -> None:
        (trap / ".git").write_text(f"gitdir: {private.path}/.git\n")
        assert "does not name it back" in refusal(trap).message

    def test_a_git_folder_that_is_kept_elsewhere_can_be_read_itself(
        self, make_repo: MakeRepo, tmp_path: Path
    ) -> None:
        repo = make_repo({"README.md": "mine\n"})
        elsewhere = tmp_path / "elsewhere"
        repo.git("init", "-q", "--separate-git-dir", str(elsewhere))
        assert f"autodevops audit {elsewhere}" in refusal(repo.path).advice
        with opened(elsewhere) as snapshot:
            assert snapshot.text("README.md") == "mine\n"

    def test_a_git_folder_kept_inside_is_read(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": "mine\n"})
        repo.git("init", "-q", "--separate-git-dir", str(repo.path / "inside"))
        repo.write({"README.md": "changed\n"})
        with opened(repo.path) as snapshot:
            assert snapshot.text("README.md") == "changed\n"

    def test_a_git_file_to_nowhere(self, trap: Path) -> None:
        (trap / ".git").write_text("gitdir: ../nowhere\n")
        assert "not there" in refusal(trap).message

    @pytest.mark.parametrize("content", ["", "gitdir:\n", "nonsense", "gitdir: a\0b", "x" * 50_000])
    def test_a_git_file_without_sense(self, trap: Path, content: str) -> None:
        (trap / ".git").write_text(content)
        assert ".git" in refusal(trap).message

    def test_a_git_link(self, private: Repository, trap: Path) -> None:
        (trap / ".git").symlink_to(private.path / ".git")
        assert "symbolic link" in refusal(trap).message

    def test_a_worktree_that_nobody_made(self, private: Repository, trap: Path) -> None:
        private.git("worktree", "add", "-q", "--detach", str(trap.parent / "real"))
        (trap / ".git").write_text(f"gitdir: {private.path}/.git/worktrees/real\n")
        assert "does not name it back" in refusal(trap).message

    def test_a_common_folder_elsewhere(self, private: Repository, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": ""}, name="borrower")
        (repo.path / ".git" / "commondir").write_text(f"{private.path}/.git\n")
        assert "borrows" in refusal(repo.path).message

    def test_linked_refs(self, private: Repository, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": ""})
        refs = repo.path / ".git" / "refs"
        refs.rename(refs.parent / "own-refs")
        refs.symlink_to(private.path / ".git" / "refs")
        assert "refs is a link" in refusal(repo.path).message

    @pytest.mark.parametrize("how", ["alternates", "relative", "chained", "link", "pack"])
    def test_borrowed_objects(self, private: Repository, make_repo: MakeRepo, how: str) -> None:
        repo = make_repo({"README.md": "mine\n"})
        objects = repo.path / ".git" / "objects"
        store = private.path / ".git" / "objects"
        match how:
            case "link":
                objects.rename(objects.parent / "own-objects")
                objects.symlink_to(store)
            case "pack":
                (objects / "pack").rmdir() if (objects / "pack").exists() else None
                (objects / "pack").symlink_to(store)
            case _:
                chain = repo.path / "inner" / "objects"
                (chain / "info").mkdir(parents=True)
                (chain / "info" / "alternates").write_text(f"{store}\n")
                (objects / "info").mkdir(exist_ok=True)
                named = {
                    "alternates": str(store),
                    "relative": "../../../private/.git/objects",
                    "chained": str(chain),
                }[how]
                (objects / "info" / "alternates").write_text(f"# a comment\n{named}\n")
        secret = private.git("rev-parse", "HEAD")
        (repo.path / ".git" / "refs" / "heads" / "main").write_text(f"{secret}\n")
        with opened(repo.path) as snapshot:
            assert snapshot.text("README.md") == "mine\n"
            assert isinstance(snapshot.history, Unavailable)
            assert len(snapshot.notes) == 2
            assert snapshot.target.dirty
        for mode in (INDEX, HEAD):
            with pytest.raises(UnreadableTargetError), opened(repo.path, mode):
                pass

    @pytest.mark.parametrize("part", ["", "info/commit-graphs"])
    def test_one_object_that_is_a_link(
        self, private: Repository, make_repo: MakeRepo, part: str
    ) -> None:
        repo = make_repo({"README.md": "mine\n"})
        oid = private.git("rev-parse", "HEAD")
        folder = repo.path / ".git" / "objects" / (part or oid[:2])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / oid[2:]).symlink_to(private.path / ".git" / "objects" / oid[:2] / oid[2:])
        with opened(repo.path) as snapshot:
            assert snapshot.text("README.md") == "mine\n"
            assert isinstance(snapshot.history, Unavailable)

    @pytest.mark.parametrize("version", [2, 4])
    @pytest.mark.parametrize("named", ["../x", "/x/y", "a/../../x", "a/.."])
    def test_a_name_in_the_index(self, make_repo: MakeRepo, named: str, version: int) -> None:
        stand_in = named.replace("/", "_").replace("..", "__")
        repo = make_repo({"README.md": "mine\n", stand_in: ""})
        repo.git("update-index", f"--index-version={version}", "--force-write-index")
        index = repo.path / ".git" / "index"
        body = index.read_bytes()[:-20].replace(stand_in.encode(), named.encode())
        index.write_bytes(body + sha1(body, usedforsecurity=False).digest())
        assert "is not inside the repository" in refusal(repo.path).message

    def test_names_with_two_dots_are_names(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a..b": "x\n", "..a/b..": "y\n", "c/...": "z\n"})
        with opened(repo.path) as snapshot:
            assert snapshot.text("..a/b..") == "y\n"

    def test_objects_borrowed_inside_the_target_are_read(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": "mine\n"})
        inner = repo.path / "inner"
        run_git(repo.path, "clone", "-q", "--shared", "--bare", str(repo.path), str(inner))
        objects, store = repo.path / ".git" / "objects", inner / "objects"
        (store / "info" / "alternates").unlink()
        for folder in objects.iterdir():
            if len(folder.name) == 2:
                folder.rename(store / folder.name)
        (objects / "info").mkdir(exist_ok=True)
        (objects / "info" / "alternates").write_text("../../inner/objects\n")
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.text("README.md") == "mine\n"


class TestWaiting:
    """Pipes where git expects files."""

    def test_pipes_in_the_git_folder(self, make_repo: MakeRepo) -> None:
        for name in ("index", "packed-refs", "shallow", "config", "HEAD"):
            repo = make_repo({"README.md": ""}, name=f"pipe-{name}")
            place = repo.path / ".git" / name
            place.unlink(missing_ok=True)
            os.mkfifo(place)
            assert name in refusal(repo.path).message

    def test_a_pipe_among_packs(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": ""})
        pack = repo.path / ".git" / "objects" / "pack"
        pack.mkdir(exist_ok=True)
        os.mkfifo(pack / f"pack-{'1' * 40}.idx")
        with opened(repo.path) as snapshot:
            assert isinstance(snapshot.history, Unavailable)

    def test_a_pipe_as_an_attribute_file_is_given_up(
        self, make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo({"README.md": "one\n", "gone": ""})
        repo.write({"README.md": "two\n", "gone": None})
        os.mkfifo(repo.path / ".gitattributes")
        monkeypatch.setattr(checkout, "_STATUS_SECONDS", 0.5)
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md"]
            assert snapshot.target.dirty

    def test_a_pipe_as_an_object(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": "one\n"})
        oid = repo.git("rev-parse", "HEAD:README.md")
        loose = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
        loose.unlink()
        os.mkfifo(loose)
        with opened(repo.path) as snapshot:
            assert snapshot.text("README.md") == "one\n"
