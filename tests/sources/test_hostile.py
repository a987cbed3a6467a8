"""Repositories that try to run something, to lead elsewhere or to keep us waiting."""

import os
from pathlib import Path

import pytest

from autodevops.model.snapshot import Unavailable
from autodevops.sources.modes import Mode
from tests.conftest import MakeRepo
from tests.sources.opening import HEAD, INDEX, WORKING_TREE, history_of, opened, paths
from tests.support.arming import armed
from tests.support.repositories import Repository, run_git
from tests.support.trees import trace


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
