"""`autodevops hook`, and the same hooks through the pre-commit framework."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.repositories import Repository

ROOT = Path(__file__).parents[2]
README = {"README.md": "# shop\n\nSells things.\n"}
KEY = "AKIA" + "Z7QW4RTPX2MNB5LK"
"""Has the form of a key, and opens nothing."""


def commit(repo: Repository, message: str, *options: str) -> Done:
    identity = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@shop.test"}
    identity |= {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@shop.test"}
    done = subprocess.run(
        ["git", "commit", "--quiet", "-m", message, *options],
        cwd=repo.path,
        env={**os.environ, **identity},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def stage(repo: Repository, path: str, text: str) -> None:
    (repo.path / path).write_text(text)
    subprocess.run(["git", "add", path], cwd=repo.path, check=True)


@pytest.fixture
def hooked(make_repo: MakeRepo) -> Repository:
    repo = make_repo(README)
    assert autodevops("hook", "install", cwd=repo.path).code == 0
    return repo


def judged(repo: Repository, message: str) -> Done:
    (repo.path / "message").write_text(message)
    return autodevops("hook", "commit-message", "message", cwd=repo.path)


def test_installed_hooks_stop_a_secret_and_a_message_against_the_policy(hooked: Repository) -> None:
    stage(hooked, "settings.py", f'AWS_ACCESS_KEY_ID = "{KEY}"\n')
    secret = commit(hooked, "feat: sell more")
    assert (secret.code, "SE001" in secret.out + secret.err) == (1, True)
    assert KEY not in secret.out + secret.err
    stage(hooked, "settings.py", "LIMIT = 3\n")
    message = commit(hooked, "Sell more")
    assert (message.code, "`type: description`" in message.err) == (1, True)
    assert commit(hooked, "feat: sell more").code == 0


def test_only_what_is_to_be_committed_is_judged(hooked: Repository) -> None:
    stage(hooked, "settings.py", f'AWS_ACCESS_KEY_ID = "{KEY}"\n')
    (hooked.path / "README.md").write_text("# shop\n\nSells more things.\n")
    assert commit(hooked, "docs: say more", "README.md").code == 0


@pytest.mark.parametrize(
    "message",
    [
        "fix(cart): keep it\n\nA body.\n",
        "\n\n# a comment\nfix: keep it\n",
        'Revert "Sell more"\n\nThis reverts commit 0123.\n',
        "fixup! feat: sell more\n",
        "Merge branch 'feature/cart'\n",
        "fix: short\n# ------------------------ >8 ------------------------\nx" + "y" * 200,
    ],
)
def test_messages_as_the_policy_asks_pass(make_repo: MakeRepo, message: str) -> None:
    done = judged(make_repo(README), message)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Sell more\n", "`type: description`"),
        ("sell: more\n", "the type sell"),
        ("feat: " + "x" * 80, "86 characters"),
        ("# only a comment\n", "no header"),
        ("fix:no blank\n", "`type: description`"),
    ],
)
def test_other_messages_are_refused_with_the_reason(
    make_repo: MakeRepo, message: str, reason: str
) -> None:
    done = judged(make_repo(README), message)
    assert (done.code, reason in done.err) == (1, True), done.err
    assert "up to 72 characters" in done.err


def test_a_merge_may_be_worded_freely(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    (repo.path / ".git" / "MERGE_HEAD").write_text(f"{repo.git('rev-parse', 'HEAD')}\n")
    assert judged(repo, "Bring the cart in\n").code == 0


def test_the_teams_file_decides(make_repo: MakeRepo) -> None:
    repo = make_repo({**README, "autodevops.toml": 'ignore = ["conventional-commit"]\n'})
    assert judged(repo, "Sell more\n").code == 0


def test_a_message_that_is_not_there_is_wrong_usage(make_repo: MakeRepo) -> None:
    done = autodevops("hook", "commit-message", "nowhere", cwd=make_repo(README).path)
    assert (done.code, "nowhere" in done.err) == (2, True)


def test_installing_twice_changes_nothing_and_uninstalling_takes_all(hooked: Repository) -> None:
    folder = hooked.path / ".git" / "hooks"
    before = {hook: hook.read_bytes() for hook in folder.iterdir()}
    assert autodevops("hook", "install", cwd=hooked.path).code == 0
    assert {hook: hook.read_bytes() for hook in folder.iterdir()} == before
    assert autodevops("hook", "uninstall", cwd=hooked.path).code == 0
    assert not (folder / "pre-commit").exists()
    assert not (folder / "commit-msg").exists()


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_of_somebody_else_stays_and_nothing_is_installed(
    make_repo: MakeRepo, name: str
) -> None:
    repo = make_repo(README)
    folder = repo.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\nexit 0\n")
    before = sorted(folder.iterdir())
    done = autodevops("hook", "install", cwd=repo.path)
    assert (done.code, "is not ours" in done.err) == (2, True)
    assert sorted(folder.iterdir()) == before
    assert autodevops("hook", "uninstall", cwd=repo.path).code == 0
    assert (folder / name).read_text() == "#!/bin/sh\nexit 0\n"


def test_a_hook_that_is_a_link_is_not_followed(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(README)
    outside = tmp_path / "outside"
    outside.write_text("as it was")
    folder = repo.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / "pre-commit").symlink_to(outside)
    assert autodevops("hook", "install", cwd=repo.path).code == 2
    assert outside.read_text() == "as it was"


def test_another_folder_of_hooks_is_said(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    subprocess.run(["git", "config", "core.hooksPath", ".husky"], cwd=repo.path, check=True)
    done = autodevops("hook", "install", cwd=repo.path)
    assert (done.code, ".husky" in done.err) == (2, True)


def test_a_linked_worktree_shares_its_repositorys_hooks(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo(README)
    linked = tmp_path / "linked"
    subprocess.run(["git", "worktree", "add", "-q", str(linked)], cwd=repo.path, check=True)
    assert autodevops("hook", "install", cwd=linked).code == 0
    assert os.access(repo.path / ".git" / "hooks" / "pre-commit", os.X_OK)


def test_outside_a_repository_there_is_nothing_to_install(tmp_path: Path) -> None:
    assert autodevops("hook", "install", cwd=tmp_path).code == 3


def test_the_framework_runs_our_hooks(make_repo: MakeRepo, tmp_path: Path) -> None:
    """As `pre-commit try-repo`, with our program from this environment instead of a new one."""
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    here = [{**hook, "language": "system"} for hook in published]
    hooks = make_repo({".pre-commit-hooks.yaml": yaml.safe_dump(here)})
    repo = make_repo(README)
    stage(repo, "settings.py", f'AWS_ACCESS_KEY_ID = "{KEY}"\n')
    programs = str(Path(sys.executable).parent)
    framework = shutil.which("pre-commit", path=programs)
    assert framework is not None, "the development group brings pre-commit"

    def tried(*options: str) -> Done:
        done = subprocess.run(
            [framework, "try-repo", str(hooks.path), *options, "--verbose"],
            cwd=repo.path,
            env={
                **os.environ,
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "PRE_COMMIT_HOME": str(tmp_path / "framework"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    found = tried("autodevops")
    assert (found.code, "SE001" in found.out) == (1, True), found.out
    (repo.path / "message").write_text("Sell more\n")
    message = ("--hook-stage", "commit-msg", "--commit-msg-filename", "message")
    refused = tried("autodevops-commit-message", *message)
    assert (refused.code, "`type: description`" in refused.out) == (1, True), refused.out
    stage(repo, "settings.py", "LIMIT = 3\n")
    assert tried("autodevops").code == 0


def test_hooks_are_not_written_where_a_link_leads_out(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(README)
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo.path / ".git" / "hooks").symlink_to(outside)
    done = autodevops("hook", "install", cwd=repo.path)
    assert done.code == 2
    assert "leads out of the repository" in done.err
    assert list(outside.iterdir()) == []


def test_files_that_the_configuration_includes_are_not_waited_for(
    make_repo: MakeRepo,
) -> None:
    repo = make_repo(README)
    os.mkfifo(repo.path / ".git" / "pipe")
    subprocess.run(["git", "config", "include.path", "pipe"], cwd=repo.path, check=True)
    assert autodevops("hook", "install", cwd=repo.path).code == 0


def test_a_hook_without_end_and_a_message_in_a_pipe_are_not_read(
    make_repo: MakeRepo,
) -> None:
    repo = make_repo(README)
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-commit").touch()
    os.truncate(hooks / "pre-commit", 5 << 30)
    assert "not ours" in autodevops("hook", "install", cwd=repo.path).err
    os.mkfifo(repo.path / "message")
    done = autodevops("hook", "commit-message", "message", cwd=repo.path)
    assert done.code == 2
    assert "can't be read" in done.err


def test_hooks_are_not_written_into_a_repository_that_is_only_pointed_at(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    other = make_repo(README, name="other")
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap" / ".git").write_text(f"gitdir: {other.path}/.git\n")
    for command in ("install", "uninstall"):
        done = autodevops("hook", command, cwd=tmp_path / "trap")
        assert done.code == 3
        assert "does not name it back" in done.err
    assert not (other.path / ".git" / "hooks" / "pre-commit").exists()
