"""What survives a kill: journals, reports, and what a resumed batch makes of them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeRepo
from tests.support.command import CLOCK, Done, autodevops
from tests.support.github import Organization, Server
from tests.support.github import Repository as Hosted

COUNT = 12
ONE = ("--select", "LA006", "-f", "json")


@pytest.fixture
def acme(github: Server, make_repo: MakeRepo) -> Server:
    """Return a server with a dozen repositories, which takes its time."""
    github.world.organizations["acme"] = Organization("acme")
    for number in range(COUNT):
        repo = make_repo({"README.md": f"# {number}\n"}, name=f"r{number}")
        github.world.add(Hosted(f"acme/r{number}", path=repo.path))
    github.latency = 0.05
    return github


def environment(server: Server) -> dict[str, str]:
    """Return the variables of a command that asks this server."""
    named = server.environment(server.world.owner)
    own = {name: value for name, value in named.items() if value is not None}
    return {**os.environ, "AUTODEVOPS_NOW": CLOCK, **own}


def begun(server: Server, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begin a batch and return it when some targets are done, and some are not."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autodevops", "batch", *arguments],
        cwd=folder,
        env=environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[3/"):
            break
    return process


def journal() -> list[dict[str, Any]]:
    """Return the lines of the only journal."""
    (path,) = Path(os.environ["AUTODEVOPS_STATE_DIR"]).glob("batches/runs/*/journal.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def resumed(server: Server, folder: Path, *arguments: str) -> Done:
    variables = server.environment(server.world.owner)
    return autodevops("batch", "--resume", *arguments, cwd=folder, environment=variables)


def fetched(server: Server, since: int = 0) -> set[str]:
    """Return the repositories that were cloned."""
    return {
        one.path.split("/")[2].removesuffix(".git")
        for one in server.requests[since:]
        if one.method == "POST" and b"command=fetch" in one.body
    }


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_that_is_done_is_lost_or_redone(
    acme: Server, tmp_path: Path, how: signal.Signals
) -> None:
    process = begun(acme, tmp_path, "--org", "acme", *ONE, "--jobs", "2")
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    done = {entry["number"]: entry for entry in journal()}
    assert 3 <= len(done) < COUNT
    if how is not signal.SIGKILL:
        assert process.returncode == 130
        assert "--resume" in said
    names = json.loads(next(Path(os.environ["AUTODEVOPS_STATE_DIR"]).rglob("run.json")).read_text())
    time.sleep(0.5)  # requests of processes that died meanwhile
    asked = len(acme.requests)

    again = resumed(acme, tmp_path, "--org", "acme", *ONE)

    assert again.code == 0, again.err
    listed = [one["target"]["url"] for one in again.json["reports"]]
    assert listed == names["targets"]
    assert {one["schema"] for one in again.json["reports"]} == {"autodevops/report/v1"}
    finished = {names["targets"][number].rsplit("/", 1)[1] for number in done}
    assert fetched(acme, asked) == {f"r{at}" for at in range(COUNT)} - finished
    assert f"going on: {len(done)} of {COUNT} targets are done" in again.err
    assert not any("/orgs/" in one.path for one in acme.requests[asked:])


def test_without_a_list_the_last_one_goes_on(acme: Server, tmp_path: Path) -> None:
    process = begun(acme, tmp_path, "--org", "acme", *ONE, "--jobs", "1")
    process.kill()
    process.communicate()

    again = resumed(acme, tmp_path, *ONE)

    assert (again.code, len(again.json["reports"])) == (0, COUNT)


def test_two_at_once_don_t_share_a_run(acme: Server, tmp_path: Path) -> None:
    process = begun(acme, tmp_path, "--org", "acme", *ONE, "--jobs", "1")
    try:
        again = resumed(acme, tmp_path, "--org", "acme", *ONE)
    finally:
        process.kill()
        process.communicate()

    assert (again.code, "still running" in again.err) == (2, True)


class TestJournal:
    """Journals that were torn, changed, or are of another batch."""

    @pytest.fixture
    def folders(self, make_repo: MakeRepo, tmp_path: Path) -> Path:
        for name in ("a", "b", "c"):
            make_repo({"README.md": f"# {name}\n"}, name=name)
        (tmp_path / "list.txt").write_text("a\nb\nc\n")
        return tmp_path

    def run(self, folder: Path, *arguments: str) -> Done:
        return autodevops("batch", "list.txt", *ONE, *arguments, cwd=folder)

    def interrupt(self, folder: Path) -> Path:
        """Leave a run behind as a kill would after its first target; return its folder."""
        self.run(folder)
        (path,) = Path(os.environ["AUTODEVOPS_STATE_DIR"]).glob("batches/runs/*")
        lines = (path / "journal.jsonl").read_text().split("\n")
        kept = [line for line in lines if '"number":0' in line]
        torn = '{"number":1,"file":"000'
        (path / "journal.jsonl").write_text("\n".join([*kept, torn]))
        return path

    def test_a_torn_line_is_not_done(self, folders: Path) -> None:
        self.interrupt(folders)

        again = self.run(folders, "--resume")

        assert "going on: 1 of 3 targets are done" in again.err
        assert [one["target"]["name"] for one in again.json["reports"]] == ["a", "b", "c"]
        third = self.run(folders, "--resume")
        assert "there is no batch to resume" in third.err

    def test_a_report_that_was_changed_is_made_anew(self, folders: Path) -> None:
        run = self.interrupt(folders)
        (run / "reports" / "00001-a.json").write_text("{}")

        again = self.run(folders, "--resume")

        assert [one["target"]["name"] for one in again.json["reports"]] == ["a", "b", "c"]

    def test_another_list_can_t_go_on(self, folders: Path) -> None:
        self.interrupt(folders)
        (folders / "list.txt").write_text("a\nc\n./new\n")

        done = self.run(folders, "--resume")

        assert done.code == 2
        assert "the list of targets changed (1 new, 1 gone)" in done.err
        assert "leave --resume out" in done.err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--no-history",), "the options are others"),
            (("--output-dir", "out"), "the options are others"),
            (("--config", "team.toml"), "the guide or the configuration changed"),
        ],
    )
    def test_other_options_can_t_go_on(
        self, folders: Path, arguments: tuple[str, ...], words: str
    ) -> None:
        self.interrupt(folders)
        (folders / "team.toml").write_text("[branches.types]\nspike = 2\n")

        done = self.run(folders, "--resume", *arguments)

        assert (done.code, words in done.err) == (2, True)

    def test_failures_are_tried_again(self, folders: Path, make_repo: MakeRepo) -> None:
        (folders / "list.txt").write_text("a\nd\n")
        assert self.run(folders).code == 4
        make_repo({"README.md": "# d\n"}, name="d")

        again = self.run(folders, "--resume")

        assert again.code == 0
        assert [one["schema"] for one in again.json["reports"]] == ["autodevops/report/v1"] * 2

    def test_names_that_are_no_utf_8(self, folders: Path) -> None:
        (folders / "list.txt").write_bytes(b"a\nb\xff\n")

        done = self.run(folders)

        assert done.code == 4
        assert done.json["reports"][1]["target"]["path"] == "b\\xff"
