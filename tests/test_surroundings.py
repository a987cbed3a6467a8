"""Homes, disks, screens, clocks and neighbours may be as bad as they like: no run falls over."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.command import CLOCK, Done, autodevops
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.support.trees import trace

SIGNALS = 10
_SIGNALLED = """
import sys
from autodevops.__main__ import main
sys.stderr.write("-\\n")
sys.stderr.flush()
raise SystemExit(main())
"""
_WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
_PIPED = pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs util-linux")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return lay_out("bad-repo", tmp_path_factory.mktemp("surroundings") / "shop")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "autodevops", *arguments]


def ran(
    shop: Repository,
    arguments: list[str],
    variables: Mapping[str, str | None] | None = None,
    *,
    fails: bool = False,
) -> Done:
    """Run a whole command line, having seen that it says no nonsense and changes nothing."""
    before = trace(shop.path)
    environment = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **(variables or {})}
    done = subprocess.run(
        arguments,
        cwd=shop.path,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "bug in autodevops" not in done.stderr
    assert done.returncode in ({3} if fails else {0, 1}), done.stderr
    assert trace(shop.path) == before
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


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


@_PIPED
@pytest.mark.parametrize("arguments", [("audit",), ("fix",), ("advise", "--offline")])
def test_without_room_for_temporary_files_it_says_so(
    shop: Repository, arguments: tuple[str, ...]
) -> None:
    done = ran(shop, ["prlimit", "--fsize=0", *command(*arguments)], fails=True)
    assert "no folder takes temporary files" in done.err


@_PIPED
def test_where_files_run_out_it_says_so(shop: Repository) -> None:
    done = ran(shop, ["prlimit", "--nofile=18", *command("audit")], fails=True)
    assert "too many open files" in done.err or "git" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("streams", "fails"),
    [
        ("> /dev/full", True),
        ("2> /dev/full", False),
        ("2>&-", False),
        ("<&-", False),
        (">&- 2>&-", True),
        ("| head -c1", False),
    ],
)
def test_streams_may_be_full_or_closed(shop: Repository, streams: str, fails: bool) -> None:
    line = f'"{sys.executable}" -m autodevops audit --select OW,LA --no-store {streams}'
    done = ran(shop, ["sh", "-c", line], fails=fails)
    assert done.out or "head" in streams or fails


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "dumb", "COLUMNS": "0"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict", "COLUMNS": "-5"},
        {"FORCE_COLOR": "1", "COLUMNS": "1"},
    ],
)
def test_any_screen_will_do(shop: Repository, variables: Mapping[str, str]) -> None:
    assert ran(shop, command("audit", "--select", "OW,LA", "--no-store"), variables).out


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "9000-12-31T23:59:59-23:59"])
def test_clocks_may_jump(shop: Repository, now: str) -> None:
    ran(shop, command("audit", "--select", "BR,RE,SE,OP", "--no-store"), {"AUTODEVOPS_NOW": now})


def test_times_of_files_have_no_say(shop: Repository) -> None:
    line = command("audit", "--no-store", "-f", "csv")
    first = ran(shop, line).out
    for number, path in enumerate(sorted(shop.path.rglob("*"))):
        if ".git" not in path.parts:
            os.utime(path, (0, 0) if number % 2 else (1 << 33, 1 << 33))
    assert ran(shop, line).out == first


def test_two_audits_at_once_say_the_same(shop: Repository) -> None:
    running = [
        subprocess.Popen(
            command("audit", "-f", "csv"),
            cwd=shop.path,
            env={**os.environ, "AUTODEVOPS_NOW": CLOCK},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [1, 1], told
    assert told[0] == told[1]
    assert told[0][1] == b""


def test_a_repository_that_changes_meanwhile_is_judged(make_repo: MakeRepo) -> None:
    files = {f"docs/{number}.md": f"# {number}\n" for number in range(100)}
    repo = make_repo({"README.md": "# shop\n", **files})
    chance = random.Random(9)  # noqa: S311 - no secret
    for turn in range(2):
        with subprocess.Popen(
            command("audit", "--offline", "--no-store", "-f", "json"),
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as audit:
            step = 0
            while audit.poll() is None and step < 100:
                path = f"docs/{chance.randrange(100)}.md"
                match step % 4:
                    case 0:
                        (repo.path / path).unlink(missing_ok=True)
                    case 1:
                        repo.write({path: "# anew\n" * chance.randrange(1000)})
                    case 2:
                        repo.git("update-index", "--add", "--force-remove", path)
                    case _:
                        repo.git("branch", "-f", f"feature/{turn}", "HEAD")
                        repo.git("commit", "-q", "--allow-empty", "-m", "chore: more")
                step += 1
            _, said = audit.communicate(timeout=60)
        assert audit.returncode in {0, 1, 3}, said
        assert "Traceback" not in said
        assert "bug" not in said


@pytest.mark.parametrize(
    "arguments",
    [("audit",), ("fix", "--apply", "--rule", "CO,LA"), ("batch", "targets"), ("history", "list")],
)
def test_signals_end_it_with_130_at_any_point(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text("shop\n")
    chance = random.Random("".join(arguments))  # noqa: S311 - no secret
    files = {path: path.read_bytes() for path in repo.path.iterdir() if path.is_file()}
    for _ in range(SIGNALS // 4 + 1):
        with subprocess.Popen(
            [sys.executable, "-c", _SIGNALLED, *arguments],
            cwd=tmp_path if "targets" in arguments else repo.path,
            env={**os.environ, "AUTODEVOPS_NOW": CLOCK},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            assert running.stderr is not None
            assert running.stderr.readline() == b"-\n"
            time.sleep(0.02 + chance.random() * 1.2)
            running.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM]))
            _, said = running.communicate(timeout=30)
        assert running.returncode in {0, 1, 130}, said
        assert b"Traceback" not in said
    assert "fix" in arguments or all(path.read_bytes() == text for path, text in files.items())
    assert [*repo.path.rglob(".autodevops*"), *repo.path.rglob("*.lock")] == []


def test_looking_back_without_a_home_says_where_to_name_one(shop: Repository) -> None:
    done = autodevops(
        *("history", "list"),
        cwd=shop.path,
        environment={"HOME": "relative", "AUTODEVOPS_STATE_DIR": None},
    )
    assert done.code in {0, 3}
    assert "Traceback" not in done.err
