"""Streams may be full, closed, narrow or left early."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.command import CLOCK
from tests.support.repositories import Repository
from tests.surroundings.running import COMMITTER, SHORT, command, nonsense, ran


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("arguments", "streams", "code"),
    [
        (SHORT, "> /dev/full", 3),
        (SHORT, "2> /dev/full", 0),
        (SHORT, "<&-", 0),
        (SHORT, ">&- 2>&-", 3),
        ("--version", "> /dev/full", 3),
        ("--version", ">&-", 0),
        ("--help", "> /dev/full", 3),
        ("explain BR004", ">&-", 3),
        ("doctor", "> /dev/full", 3),
        ("history list", "> /dev/full", 3),
        ("report -", "<&-", 2),
        ("auth login github", "<&-", 3),
        ("sync status", "2> /dev/full", 2),
        ("scaffold ../made --services none --owner @a/b --licence MIT --yes", "<&- >&-", 0),
        ("baseline write --select OW -o ../base.json", "2> /dev/full", 0),
    ],
)
def test_streams_may_be_full_or_closed(
    shop: Repository, arguments: str, streams: str, code: int
) -> None:
    line = f'"{sys.executable}" -m autodevops {arguments} {streams}'
    variables = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **COMMITTER}
    variables.pop("PYTHONUNBUFFERED", None)
    done = subprocess.run(
        ["sh", "-c", line], cwd=shop.path, env=variables, capture_output=True, check=False
    )
    shutil.rmtree(shop.path.parent / "made", ignore_errors=True)
    assert (done.returncode, nonsense(done.stderr)) == (code, []), done.stderr


@pytest.mark.parametrize("arguments", ["--help", "rules", SHORT])
def test_readers_may_leave_early(shop: Repository, arguments: str) -> None:
    line = f'("{sys.executable}" -m autodevops {arguments}; echo $? >&2) | true'
    done = ran(shop, ["sh", "-c", line])
    assert done.err == "0\n"


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


@pytest.mark.parametrize("columns", [1, 20, 65_535])
@pytest.mark.parametrize("arguments", [SHORT, "rules", "explain BR004"])
def test_terminals_of_any_width_will_do(shop: Repository, arguments: str, columns: int) -> None:
    variables = {**os.environ, "AUTODEVOPS_NOW": CLOCK, "TERM": "dumb"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shop.path)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 3, columns, 0, 0))
        os.execve(sys.executable, command(*arguments.split()), variables)  # noqa: S606 - no shell
    shown = b""
    with suppress(OSError):
        while part := os.read(terminal, 1 << 16):
            shown += part
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert (os.waitstatus_to_exitcode(status) < 2, nonsense(shown)) == (True, []), shown
    assert arguments != SHORT or b"\x1b" not in shown
