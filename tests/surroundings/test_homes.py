"""Homes, disks and programs may be missing, full or shut."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command import autodevops
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.surroundings.running import COMMITTER, LIMITED, SCAFFOLD, command, nonsense, ran

_WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.mark.parametrize("home", [None, "", ".", "/nowhere", "README.md"])
def test_without_a_home_it_audits(shop: Repository, home: str | None) -> None:
    named = None if home is None else home.replace("README.md", str(shop.path / "README.md"))
    variables = {"HOME": named, "AUTODEVOPS_STATE_DIR": None}
    done = ran(shop, command("audit", "--select", "OW,LA", "--no-store"), variables)
    assert "judged by the guide" in done.out


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes everywhere"
)
def test_in_a_home_that_is_read_only_it_audits(shop: Repository, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    prefix = list(_WITHOUT_ROOTS_RIGHTS) if os.geteuid() == 0 else []
    variables = {"HOME": str(home), "AUTODEVOPS_STATE_DIR": None, "AUTODEVOPS_CACHE_DIR": None}
    done = ran(shop, [*prefix, *command("audit", "--select", "OW,LA")], variables)
    assert "warning: the audit was not stored" in done.err
    assert [*home.iterdir()] == []


@pytest.mark.parametrize(
    "arguments",
    ["audit", "staged", "batch ../targets", "history list", "init", "doctor", SCAFFOLD],
)
def test_a_home_that_nothing_fits_in_stops_no_command(tmp_path: Path, arguments: str) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text(".\n")
    arguments = arguments.replace("staged", "audit --staged")
    done = autodevops(
        *arguments.split(),
        cwd=repo.path,
        environment={"HOME": "/dev/null", "AUTODEVOPS_STATE_DIR": None, **COMMITTER},
    )
    assert done.code in ({3} if arguments.startswith("batch") else {0, 1}), done.err
    assert done.code < 3 or "name another folder with AUTODEVOPS_STATE_DIR" in done.err
    assert nonsense(done.err.encode()) == []


def test_looking_back_without_a_home_says_where_to_name_one(shop: Repository) -> None:
    done = autodevops(
        *("history", "list"),
        cwd=shop.path,
        environment={"HOME": "relative", "AUTODEVOPS_STATE_DIR": None},
    )
    assert done.code in {0, 3}
    assert "Traceback" not in done.err


@pytest.mark.parametrize(("arguments", "code"), [("audit", 3), ("rules", 0), (SCAFFOLD, 2)])
def test_the_current_folder_may_be_gone(tmp_path: Path, arguments: str, code: int) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = shlex.join(command(*arguments.split()))
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone} && exec {line}"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, nonsense(done.stderr.encode())) == (code, []), done.stderr


@LIMITED
@pytest.mark.parametrize("arguments", [("audit",), ("fix",), ("advise", "--offline")])
def test_without_room_for_temporary_files_it_says_so(
    shop: Repository, arguments: tuple[str, ...]
) -> None:
    done = ran(shop, ["prlimit", "--fsize=0", *command(*arguments)], fails=True)
    assert "no folder takes temporary files" in done.err


@LIMITED
def test_where_files_run_out_it_says_so(shop: Repository) -> None:
    done = ran(shop, ["prlimit", "--nofile=18", *command("audit")], fails=True)
    assert "too many open files" in done.err or "git" in done.err


@LIMITED
@pytest.mark.parametrize("arguments", ["audit", "batch ../targets --offline", "fix --apply"])
def test_where_room_runs_out_on_the_way_it_says_so(shop: Repository, arguments: str) -> None:
    (shop.path.parent / "targets").write_text(".\n")
    limits = ["prlimit", "--nofile=32"]
    done = ran(shop, [*limits, *command(*arguments.split())], fails=True)
    assert "too many open files" in done.err


@LIMITED
def test_where_a_copy_of_the_target_has_no_room_it_says_so(shop: Repository) -> None:
    limits = ["prlimit", "--fsize=21"]
    done = ran(shop, [*limits, *command("audit", "--no-store")], fails=True)
    assert "file too large" in done.err


@LIMITED
def test_a_saved_report_needs_little_memory(shop: Repository, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(ran(shop, command("audit", "-f", "json", "--select", "OW")).out)
    limits = ["prlimit", f"--as={500 << 20}"]
    assert ran(shop, [*limits, *command("report", str(saved))]).out


@pytest.mark.parametrize("git", [None, "folder", "#!/bin/sh\nexit 1\n", "#!/nowhere\n"])
@pytest.mark.parametrize("arguments", ["audit", "hook install", "fix --branch mend/it"])
def test_without_a_git_that_works_it_says_so(
    shop: Repository, tmp_path: Path, git: str | None, arguments: str
) -> None:
    program = tmp_path / "git"
    if git == "folder":
        program.mkdir()
    elif git is not None:
        program.write_text(git)
        program.chmod(0o755)
    done = ran(shop, command(*arguments.split()), {"PATH": str(tmp_path)}, fails=True)
    assert "install git" in done.err


def test_variables_of_git_have_no_say(shop: Repository) -> None:
    line = command("audit", "--no-store", "-f", "csv", "--select", "OW,LA,BR")
    names = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "EXEC_PATH")
    variables = {f"GIT_{name}": "/nowhere" for name in names}
    more = {
        "GIT_TRACE": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "http_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "::none::",
        "PYTHONWARNINGS": "error",
        "PYTHONDEVMODE": "1",
    }
    assert ran(shop, line, {**variables, **more}).out == ran(shop, line).out
