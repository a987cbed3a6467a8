"""The same input gives the same bytes, wherever, whenever and by however many workers."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from autodevops.render.interface import Format
from autodevops.views.catalog import VIEWS
from tests.support.command import CLOCK, Done, autodevops
from tests.support.hostile import spell
from tests.support.repositories import Repository
from tests.support.shop import lay_out

SURROUNDINGS: dict[str, Mapping[str, str]] = {
    "here": {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
    "there": {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    "abroad": {"PYTHONHASHSEED": "3", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "TZ": "America/Lima"},
}
"""Environments that have no say in what is written to a file."""
_MEASURED = re.compile(
    r'"(seconds|executionTime)": [0-9.e-]+|"(start|end)TimeUtc": "[^"]*"| time="[0-9.]+"'
)
"""What a clock told, by the words of JSON, SARIF and JUnit."""


def timeless(text: str) -> str:
    return _MEASURED.sub("", text)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return one repository, hostile and with every kind of finding, in several folders."""
    base = tmp_path_factory.mktemp("same")
    repo = lay_out("bad-repo", base / "here" / "shop")
    spell(repo)
    repo.write({"README.md": "# changed\n"})
    places = {"here": repo.path, "abroad": repo.path}
    places["there"] = base / "with a space, é" / "shop"
    shutil.copytree(repo.path, places["there"], symlinks=True)
    return places


def told(folders: Mapping[str, Path], where: str, *arguments: str | Path) -> Done:
    done = autodevops(*arguments, cwd=folders[where], environment=SURROUNDINGS[where])
    assert done.code in {0, 1}, done.err
    return done


def test_every_format_is_the_same_everywhere(folders: dict[str, Path], tmp_path: Path) -> None:
    written: dict[str, dict[str, str]] = {}
    for where in SURROUNDINGS:
        out = tmp_path / where
        out.mkdir()
        wanted = [word for form in Format for word in ("-f", form, "-o", str(out / form))]
        told(folders, where, "audit", "--no-store", "--view", ",".join(VIEWS), *wanted)
        written[where] = {form: timeless((out / form).read_text()) for form in Format}
    assert written["here"] == written["there"]
    assert written["here"] == written["abroad"]


@pytest.mark.parametrize("command", [("fix", "--unsafe"), ("plan", "--format", "json")])
def test_repairs_and_plans_are_the_same_everywhere(
    folders: dict[str, Path], command: tuple[str, ...]
) -> None:
    here, there = (timeless(told(folders, where, *command).out) for where in ("here", "there"))
    assert len(here) > 1000
    assert here == there


def test_looking_back_is_the_same_everywhere(folders: dict[str, Path]) -> None:
    told(folders, "here", "audit", "--quiet", "--select", "OW,LA")
    told(folders, "abroad", "audit", "--quiet", "--select", "OW,LA")
    for command in ("list", "findings", "trend"):
        here, abroad = (
            told(folders, where, "history", command, "--format", "json").out
            for where in ("here", "abroad")
        )
        assert here == abroad


def test_one_worker_and_eight_say_the_same(tmp_path: Path) -> None:
    for number in range(3):
        repo = Repository(tmp_path / f"shop-{number}")
        repo.commit("feat: a shop", {"README.md": "x\n" * number, "a/.env": "KEY=1\n"})
    (tmp_path / "targets").write_text("shop-0\nshop-1\nnowhere\nshop-2\n")
    outputs = []
    for jobs, seed in (("1", "1"), ("8", "2")):
        done = autodevops(
            *("batch", "targets", "--jobs", jobs, "--no-store", "-f", "json", "--offline"),
            cwd=tmp_path,
            environment={"PYTHONHASHSEED": seed},
        )
        assert done.code == 4, done.err
        outputs.append(timeless(done.out))
    assert outputs[0].count('"autodevops/report/v1"') == 3
    assert outputs[0] == outputs[1]


_ORDERED = """
import os, sys
listed, scanned = os.listdir, os.scandir
class Backwards(list):
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
def scandir(*given):
    with scanned(*given) as found:
        return Backwards(sorted(found, key=lambda one: one.name, reverse={reverse}))
os.listdir = lambda *given: sorted(listed(*given), reverse={reverse})
os.scandir = scandir
os.umask({umask})
from autodevops.__main__ import main
raise SystemExit(main())
"""
"""Runs the command line where folders list what they hold in a given order."""
_TASTE = """\
[user]
\tname = Bob
\temail = bob@example.com
[core]
\tquotePath = true
\tautocrlf = input
\tabbrev = 5
\tignoreCase = true
[color]
\tui = always
[diff]
\trenames = copies
\tnoprefix = true
\talgorithm = patience
[log]
\tshowSignature = true
\tdate = relative
[status]
\tshowUntrackedFiles = no
[grep]
\tpatternType = perl
[init]
\tdefaultBranch = trunk
"""
"""What another person has told git about how it should look."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "--no-store", "-f", "json"),
        ("audit", "--no-store", "-f", "html"),
        ("audit", "--no-store", "--staged", "-f", "sarif"),
        ("fix", "--unsafe"),
        ("baseline", "write", "-o", "-"),
    ],
)
def test_neither_order_nor_user_nor_cache_has_a_say(
    folders: dict[str, Path], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "taste").write_text(_TASTE)
    here, elsewhere = (
        _ordered(folders["here"], arguments, reverse=reverse, more=more)
        for reverse, more in (
            (False, {}),
            (True, {"USER": "bob", "GIT_CONFIG_GLOBAL": str(tmp_path / "taste")}),
        )
    )
    assert len(here) > 1000
    assert here == elsewhere


def _ordered(
    folder: Path, arguments: tuple[str, ...], *, reverse: bool, more: Mapping[str, str]
) -> str:
    script = _ORDERED.replace("{reverse}", str(reverse)).replace(
        "{umask}", "0" if reverse else "63"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "AUTODEVOPS_NOW": CLOCK, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return timeless(done.stdout)


def test_the_way_to_a_folder_has_no_say(folders: dict[str, Path], tmp_path: Path) -> None:
    shop = folders["here"]
    (tmp_path / "link").symlink_to(shop)
    line = ("audit", "--no-store", "-f", "csv", "--select", "OW,LA,BR,SE001,WS")
    warm: dict[str, str] = {}
    told_by = [
        autodevops(*line, way, cwd=cwd, environment=cache).out
        for way, cwd, cache in (
            (".", shop, warm),
            (str(shop), tmp_path, warm),
            ("link", tmp_path, warm),
            ("docs", shop, {"AUTODEVOPS_CACHE_DIR": str(tmp_path / "cold")}),
        )
    ]
    assert len(told_by[0]) > 1000
    assert [*map(told_by.index, told_by)] == [0, 0, 0, 0]


def test_a_new_repository_is_the_same_everywhere(tmp_path: Path) -> None:
    made = []
    for where, surroundings in SURROUNDINGS.items():
        above = tmp_path / where
        above.mkdir()
        done = autodevops(
            *("scaffold", "shop", "--services", "api", "--owner", "@acme/platform"),
            *("--licence", "MIT", "--holder", "Acme", "--no-git", "--yes"),
            cwd=above,
            environment=surroundings,
        )
        assert done.code == 0, done.err
        files = (path for path in (above / "shop").rglob("*") if path.is_file())
        made.append({str(path.relative_to(above)): path.read_bytes() for path in files})
        if len(made) == 2:
            break
    assert len(made[0]) > 20
    assert made[0] == made[1]


def test_saved_reports_are_shown_the_same_everywhere(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    saved = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path, selectors in zip(saved, ("OW,LA", "BR,RE"), strict=True):
        told(
            folders, "here", "audit", "--no-store", "--select", selectors, "-f", "json", "-o", path
        )
    written: dict[str, dict[str, str]] = {}
    for where in ("here", "abroad"):
        out = tmp_path / where
        out.mkdir()
        wanted = [word for form in Format for word in ("-f", form, "-o", str(out / form))]
        told(folders, where, "report", *saved, *wanted)
        written[where] = {form: (out / form).read_text() for form in Format}
    assert len(written["here"]["json"]) > 1000
    assert written["here"] == written["abroad"]
