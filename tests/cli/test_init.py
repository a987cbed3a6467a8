"""`autodevops init`: adds files, touches nothing that is there."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.repositories import Repository
from tests.support.shop import judged, lay_out

ADDED = [".github/workflows/autodevops.yml", ".pre-commit-config.yaml", "autodevops.toml"]
README = {"README.md": "# shop\n\nSells things.\n"}


def added(repo: Repository) -> list[str]:
    return sorted(repo.git("ls-files", "--others", "--exclude-standard").split())


def test_a_good_repository_stays_without_findings(tmp_path: Path) -> None:
    repo = lay_out("good-repo", tmp_path / "shop")
    assert autodevops("init", cwd=repo.path).code == 0
    assert added(repo) == ADDED
    assert 'services = ["frontend", "api", "workers"]' in (repo.path / "autodevops.toml").read_text(
        "utf-8"
    )
    repo.commit("chore: audit ourselves", {})
    assert judged(repo).findings == ()


def test_a_second_run_adds_nothing(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    assert autodevops("init", cwd=repo.path).code == 0
    repo.commit("chore: audit ourselves", {})
    done = autodevops("init", cwd=repo.path)
    assert (done.code, repo.git("status", "--porcelain")) == (0, "")
    assert "configures autodevops already" in done.err


def test_a_dry_run_shows_the_files_and_writes_none(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    done = autodevops("init", "--dry-run", cwd=repo.path)
    assert (done.code, added(repo)) == (0, [])
    assert all(f"+++ b/{path}" in done.out for path in ADDED)


def test_parts_can_be_left_out(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    autodevops("init", "--no-ci", "--no-pre-commit", cwd=repo.path)
    assert added(repo) == ["autodevops.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "# ours\nrepos:\n- repo: https://example.com/hooks\n  rev: v1\n  hooks:\n  - id: one\n",
        'repos:\r\n    -   repo: local\r\n        hooks: [{id: "x"}]\r\nfail_fast: true\r\n',
    ],
)
def test_an_entry_is_put_behind_those_of_an_existing_configuration(
    make_repo: MakeRepo, text: str
) -> None:
    repo = make_repo({**README, ".pre-commit-config.yaml": text})
    assert autodevops("init", cwd=repo.path).code == 0
    new = (repo.path / ".pre-commit-config.yaml").read_bytes().decode()
    before, after = yaml.safe_load(text), yaml.safe_load(new)
    ours = after["repos"].pop()
    assert after == before
    assert [hook["id"] for hook in ours["hooks"]] == ["autodevops", "autodevops-commit-message"]
    removed = [line for line in text.splitlines() if line not in new.splitlines()]
    assert removed == []
    assert ("\r\n" in new) == ("\r\n" in text)


def test_a_configuration_that_can_not_be_changed_stays(make_repo: MakeRepo) -> None:
    text = "repos: *anchor\n"
    repo = make_repo({**README, ".pre-commit-config.yaml": text})
    done = autodevops("init", cwd=repo.path)
    assert (repo.path / ".pre-commit-config.yaml").read_text() == text
    assert "by hand" in done.err


def test_a_table_in_pyproject_is_a_configuration(make_repo: MakeRepo) -> None:
    repo = make_repo({**README, "pyproject.toml": "[tool.autodevops]\nservices = []\n"})
    autodevops("init", cwd=repo.path)
    assert "autodevops.toml" not in added(repo)


def test_a_file_that_git_does_not_track_is_not_overwritten(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    (repo.path / ".pre-commit-config.yaml").write_text("mine\n")
    done = autodevops("init", cwd=repo.path)
    assert (repo.path / ".pre-commit-config.yaml").read_text() == "mine\n"
    assert ".pre-commit-config.yaml is there already" in done.err


def test_the_workflow_goes_by_the_default_branch(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    repo.git("branch", "-m", "main", "master")
    autodevops("init", cwd=repo.path)
    workflow = yaml.load(
        (repo.path / ADDED[0]).read_text(),
        Loader=yaml.BaseLoader,  # noqa: S506 - `on` stays text
    )
    assert workflow["on"]["push"]["branches"] == ["master"]


def test_an_empty_repository_is_begun_with(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "new")], check=True)
    assert autodevops("init", cwd=tmp_path / "new").code == 0
    assert (tmp_path / "new" / "autodevops.toml").exists()


def test_without_files_there_is_nothing_to_add_to(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    assert autodevops("init", cwd=tmp_path / "bare").code == 2
    assert autodevops("init", cwd=tmp_path).code == 3
