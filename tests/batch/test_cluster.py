"""The same batch on a real Dask cluster of several processes."""

import importlib.util
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autodevops.batch.job import Job, work
from autodevops.request import Request
from tests.conftest import MakeRepo
from tests.support.command import CLOCK, autodevops
from tests.support.github import Organization, Server
from tests.support.github import Repository as Hosted

COUNT = 12
ONE = ("--select", "LA006,BR011", "-f", "json")
without_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None and not os.environ.get("CI"),
    reason="Dask is not installed (the extra `cluster`)",
)


@dataclass
class Cluster:
    """A scheduler and two workers, each a process of its own."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def acme(github: Server, make_repo: MakeRepo) -> Server:
    """Return a server with a dozen repositories."""
    github.world.organizations["acme"] = Organization("acme")
    for number in range(COUNT):
        files = {"README.md": f"# {number}\n", "app/main.py.bak": "print()\n"}
        repo = make_repo(files, name=f"r{number}")
        github.world.add(Hosted(f"acme/r{number}", path=repo.path))
    return github


def variables(server: Server) -> dict[str, str]:
    named = server.environment(server.world.owner)
    return {name: value for name, value in named.items() if value is not None}


def started(module: str, *arguments: str, folder: Path, server: Server) -> subprocess.Popen[bytes]:
    with (folder / "dask.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
            cwd=folder,
            env={**os.environ, **variables(server), "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "False"},
            stdout=log,
            stderr=log,
        )


def wait_for(path: Path) -> str:
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.1)
    pytest.fail(f"no {path.name} after a minute")


@pytest.fixture
def cluster(acme: Server, tmp_path: Path) -> Iterator[Cluster]:
    """Return a cluster on this machine; the workers have the token, no job has."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    file = folder / "scheduler.json"
    here = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard")
    scheduler = started("dask_scheduler", *here, "--port", "0", folder=folder, server=acme)
    processes = [scheduler]
    try:
        address = json.loads(wait_for(file))["address"]
        worker = (*here, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
        processes += [started("dask_worker", *worker, folder=folder, server=acme) for _ in range(2)]
        yield Cluster(address=address, workers=processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


@without_dask
def test_a_killed_worker_costs_nothing(cluster: Cluster, acme: Server, tmp_path: Path) -> None:
    acme.latency = 0.05
    command = (sys.executable, "-m", "autodevops", "batch", "--org", "acme", *ONE)
    said = []
    with subprocess.Popen(
        [*command, "--cluster", cluster.address, "-o", "all.json"],
        cwd=tmp_path,
        env={**os.environ, "AUTODEVOPS_NOW": CLOCK, **variables(acme)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if line.startswith("[3/"):
                cluster.workers[0].kill()
        code = process.wait(timeout=120)

    assert code in {0, 1}, "".join(said)
    found = json.loads((tmp_path / "all.json").read_text())["reports"]
    assert [one["target"]["name"] for one in found] == [f"acme/r{at}" for at in range(COUNT)]
    assert {one["schema"] for one in found} == {"autodevops/report/v1"}
    assert cluster.workers[0].wait() == -9


@without_dask
def test_an_interruption_keeps_what_is_done(cluster: Cluster, acme: Server, tmp_path: Path) -> None:
    acme.latency = 0.05
    command = (sys.executable, "-m", "autodevops", "batch", "--org", "acme", *ONE)
    with subprocess.Popen(
        [*command, "--cluster", cluster.address],
        cwd=tmp_path,
        env={**os.environ, "AUTODEVOPS_NOW": CLOCK, **variables(acme)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("[3/"):
                process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130, "".join(said)

    again = autodevops("batch", "--resume", *ONE, cwd=tmp_path, environment=variables(acme))

    assert "going on: " in again.err
    assert len(again.json["reports"]) == COUNT


@without_dask
def test_folders_and_failures_are_as_here(cluster: Cluster, acme: Server, tmp_path: Path) -> None:
    listed = "r1\nacme/r2\nnowhere\nacme/gone\n"
    options = ("-", *ONE, "--no-store", "--force")
    outcomes = []
    for where in ((), ("--cluster", cluster.address)):
        done = autodevops(
            "batch", *options, *where, cwd=tmp_path, environment=variables(acme), stdin=listed
        )
        assert done.code == 4
        for one in done.json["reports"]:
            one.pop("seconds", None)
            for rule in one.get("rules", ()):
                rule.pop("seconds")
            outcomes.append(one)

    assert outcomes[:4] == outcomes[4:]


@without_dask
def test_nobody_at_the_address(tmp_path: Path, make_repo: MakeRepo) -> None:
    make_repo({"README.md": "# a\n"}, name="a")

    done = autodevops("batch", "-", "--cluster", "tcp://127.0.0.1:9", cwd=tmp_path, stdin="a\n")

    assert (done.code, done.out) == (3, "")
    assert "there is no Dask scheduler at tcp://127.0.0.1:9" in done.err


def test_a_job_and_its_answer_are_plain_data(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "ghp_" + "n0tInAnyJob" * 3
    monkeypatch.setenv("GITHUB_TOKEN", token)
    repo = make_repo({"README.md": "# a\n"})
    request = Request(target=str(repo.path), select=("LA006",), offline=True)
    job = Job(target="shop", request=request, now=datetime(2026, 11, 22, tzinfo=UTC))

    packed = pickle.dumps(job)
    answer = pickle.dumps(work(pickle.loads(packed)))  # noqa: S301 - our own

    assert token.encode() not in packed + answer
    document = json.loads(pickle.loads(answer).document)  # noqa: S301 - our own
    assert document["target"]["path"] == "shop"
