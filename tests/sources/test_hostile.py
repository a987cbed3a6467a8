"""Repositories that try to run something, to lead elsewhere or to keep us waiting."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources import checkout
from autodevops.sources.interface import Mode
from tests.conftest import MakeRepo
from tests.sources.opening import HEAD, INDEX, WORKING_TREE, history_of, opened, paths
from tests.support.repositories import Repository, run_git
from tests.support.trees import trace

HOOKS = (
    *("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"),
    *("fsmonitor-watchman", "query-watchman", "post-rewrite", "proc-receive"),
)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """Return a program that leaves a mark when anything runs it; there must be none at the end."""
    program, mark = tmp_path / "canary", tmp_path / "sang"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\ncat\n')
    program.chmod(0o755)
    yield program
    assert not mark.exists(), mark.read_text()


def armed(repo: Repository, canary: Path) -> Repository:
    """Let everything in a repository that git runs commands for name the canary."""
    run = str(canary)
    settings = {
        "core.fsmonitor": run,
        "core.hooksPath": str(canary.parent / "hooks"),
        "core.pager": run,
        "core.editor": run,
        "core.askPass": run,
        "core.sshCommand": run,
        "core.gitProxy": run,
        "core.alternateRefsCommand": run,
        "core.attributesFile": str(canary.parent / "attributes"),
        "credential.helper": f"!{run}",
        "diff.external": run,
        "diff.tripped.command": run,
        "diff.tripped.textconv": run,
        "filter.tripped.clean": run,
        "filter.tripped.smudge": run,
        "filter.tripped.process": run,
        "filter.tripped.required": "true",
        "gpg.program": run,
        "gpg.ssh.program": run,
        "log.showSignature": "true",
        "interactive.diffFilter": run,
        "merge.tripped.driver": run,
        "uploadpack.packObjectsHook": run,
        "remote.origin.url": f"ext::{run}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "remote.origin.uploadpack": run,
        "remote.origin.vcs": run,
        "alias.status": f"!{run}",
        "alias.for-each-ref": f"!{run}",
        "pager.log": run,
        "trailer.sign.command": run,
        "sendemail.smtpServer": run,
        "status.submoduleSummary": "true",
        "submodule.recurse": "true",
        "index.recordEndOfIndexEntries": "true",
    }
    for name, value in settings.items():
        repo.git("config", name, value)
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "origin")
    hooks = canary.parent / "hooks"
    hooks.mkdir(exist_ok=True)
    own = repo.path / ".git" / "hooks"
    own.mkdir(exist_ok=True)
    for name in HOOKS:
        for folder in (hooks, own):
            (folder / name).symlink_to(canary)
    rules = "* diff=tripped filter=tripped merge=tripped ident\n"
    (repo.path / ".gitattributes").write_text(rules)
    (canary.parent / "attributes").write_text(rules)
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "attributes").write_text(rules)
    return repo


def read_everything(repo: Repository, mode: Mode) -> None:
    with opened(repo.path, mode) as snapshot:
        for path in paths(snapshot):
            snapshot.data(path)
        history = history_of(snapshot)
        history.refs()
        nodes = history.graph(["HEAD"])
        assert not isinstance(nodes, Unavailable)
        history.commits(["HEAD"], since=0)
        history.changes(["HEAD"], paths=["README.md"])
        pairs = [(nodes[-1].oid, nodes[0].oid)]
        history.diff_paths(pairs)
        history.patch_ids(pairs)
        list(history.blobs([entry.oid for entry in snapshot.entries], 1 << 20))
        history.files_at("HEAD")


@pytest.mark.parametrize("mode", [WORKING_TREE, INDEX, HEAD])
def test_nothing_of_the_target_is_run_and_nothing_is_changed(
    make_repo: MakeRepo, canary: Path, mode: Mode
) -> None:
    repo = make_repo({"README.md": "one\n", "app.py": "one\n"})
    repo.commit("feat: two", {"README.md": "two\n"})
    armed(repo, canary)
    # Changed content and changed times make git look into the files.
    repo.write({"app.py": "changed\n"})
    os.utime(repo.path / "README.md", (1, 1))
    before = trace(repo.path)
    read_everything(repo, mode)
    assert trace(repo.path) == before


def test_the_canary_sings_where_git_is_let_loose(make_repo: MakeRepo, tmp_path: Path) -> None:
    mark, program = tmp_path / "sang", tmp_path / "tripwire"
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    program.chmod(0o755)
    repo = make_repo({"README.md": "one\n"})
    armed(repo, program)
    repo.write({"README.md": "changed\n"})
    run_git(repo.path, "-c", "submodule.recurse=false", "ls-files")
    assert mark.exists()


def test_submodules_are_not_entered(make_repo: MakeRepo, canary: Path) -> None:
    inner = make_repo({"lib.py": "x\n"}, name="inner")
    repo = make_repo({"README.md": "one\n"})
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "--quiet", "add", str(inner.path), "lib")
    repo.commit("feat: a submodule")
    run_git(repo.path / "lib", "config", "core.fsmonitor", str(canary))
    (repo.path / "lib" / "lib.py").write_text("changed\n")
    read_everything(repo, WORKING_TREE)


def test_included_configuration_is_not_read(
    make_repo: MakeRepo, canary: Path, tmp_path: Path
) -> None:
    repo = make_repo({"README.md": ""})
    included = tmp_path / "included"
    included.write_text(
        f'[core]\n\tfsmonitor = {canary}\n[remote "origin"]\n\turl = https://x/a/b\n'
    )
    repo.git("config", "include.path", str(included))
    with opened(repo.path) as snapshot:
        assert snapshot.target.name == "shop"


def test_inherited_git_variables_have_no_say(
    make_repo: MakeRepo, canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo({"README.md": "one\n"})
    other = make_repo({"other": ""}, name="other")
    for name, value in {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_OBJECT_DIRECTORY": str(other.path / ".git" / "objects"),
        "GIT_EXTERNAL_DIFF": str(canary),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(canary),
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_CEILING_DIRECTORIES": str(repo.path),
    }.items():
        monkeypatch.setenv(name, value)
    with opened(repo.path) as snapshot:
        assert paths(snapshot) == ["README.md"]
        assert not snapshot.target.dirty
    assert not (tmp_path / "trace").exists()


def test_a_working_tree_named_by_configuration_is_not_read(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo({"README.md": "inside\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "README.md").write_text("outside\n")
    repo.git("config", "core.worktree", str(outside))
    with opened(repo.path) as snapshot:
        assert snapshot.text("README.md") == "inside\n"
        assert f"names {outside} as its working tree" in snapshot.notes[0]


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


def test_paths_that_lead_out_are_not_read(make_repo: MakeRepo, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    repo = make_repo({"README.md": ""})
    oid = repo.git("hash-object", "-w", "--stdin", stdin="x")
    tree = repo.git("mktree", stdin=f"100644 blob {oid}\tsecret\n")
    evil = run_git(
        repo.path,
        *("hash-object", "-t", "tree", "--literally", "-w", "--stdin"),
        stdin=b"40000 ..\0" + bytes.fromhex(tree),
    )
    commit = repo.git("commit-tree", "-m", "evil", evil.decode().strip())
    repo.git("update-ref", "refs/heads/main", commit)
    with opened(repo.path, HEAD) as snapshot:
        assert paths(snapshot) == ["../secret"]
        assert snapshot.text("../secret") == "x"
    (repo.path / ".git" / "index").unlink()
    with opened(repo.path) as snapshot:
        assert snapshot.text("../secret") == "x"
