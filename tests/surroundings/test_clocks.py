"""Clocks may jump, and times of files and commits say what they like."""

import os
import sys

import pytest

from tests.conftest import MakeRepo
from tests.support.repositories import Repository
from tests.surroundings.running import command, ran

_BACKWARDS = """
import sys, time
real, step = time.time, iter(range(1, 1 << 30))
time.time = lambda: real() - 3600 * next(step)
from autodevops.__main__ import main
raise SystemExit(main())
"""


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


def test_commits_of_any_age_are_judged(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# shop\n"}, at="1970-01-01T00:00:01+00:00")
    tree, parent = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
    for number, seconds in enumerate(("4102444800", "0", "99999999999")):
        who = f"Ada <ada@example.com> {seconds} +1400"
        said = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nfeat: {number}\n"
        written = ("hash-object", "-t", "commit", "-w", "--literally", "--stdin")
        parent = repo.git(*written, stdin=said)
        repo.git("update-ref", f"refs/heads/feature/{number}", parent)
    for now in ("1970-01-01T00:00:02Z", "2040-01-01T00:00:00+05:45"):
        line = command("audit", "-f", "json", "--ignore", "SE,WS")
        done = ran(repo, line, {"AUTODEVOPS_NOW": now})
        assert '"error": 0' in done.out


def test_a_clock_may_run_backwards(shop: Repository) -> None:
    arguments = [sys.executable, "-c", _BACKWARDS, "audit", "-f", "json", "--select", "OW,LA,BR"]
    done = ran(shop, arguments, {"AUTODEVOPS_NOW": None})
    assert '"error": 0' in done.out
