"""The same input gives the same bytes, wherever, whenever and by however many workers."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from autodevops.render.interface import Format
from autodevops.views.catalog import VIEWS
from tests.support.command import Done, autodevops
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
