"""Measures a batch: 100 small repositories on a stand-in for GitHub with 50 ms latency.

    python benchmarks/batch.py [--repositories N] [--latency SECONDS]

Prints a Markdown table: wall seconds, calls of the API (those answered with 304 are free), requests
in all and the peak memory of the command, for a first batch and for one in which nothing changed.
The stand-in runs in this process, on the same cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Not this folder: `benchmarks/secrets.py` must not stand for Python's own module.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.github import Classic, Organization, Repository, Secret, Server
from tests.support.repositories import Repository as Git
from tests.support.repositories import ago

FILES = {
    "README.md": "# Shop\n\n## Run\n\n`python app/main.py`\n",
    "CODEOWNERS": "* @acme/team\n",
    ".github/workflows/ci.yml": (
        "on: pull_request\npermissions: {contents: read}\njobs:\n  test:\n"
        "    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n"
    ),
    "Makefile": "test:\n\tpytest\n",
    **{f"app/module_{at}.py": f"VALUE = {at}\n" * 20 for at in range(20)},
}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repositories", type=int, default=100)
    parser.add_argument("--latency", type=float, default=0.05)
    options = parser.parse_args()
    print("| batch | wall s | calls each | requests | peak MB | CPU s |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        populate(server, Path(folder), options.repositories)
        server.latency = options.latency
        for name in ("first", "nothing changed"):
            measure(name, server, Path(folder), options.repositories)
        assert not server.mistakes, server.mistakes


def populate(server: Server, folder: Path, count: int) -> None:
    """Put an organisation with so many repositories onto the server."""
    server.world.organizations["acme"] = Organization("acme", secrets=[Secret("ORG_KEY")])
    for number in range(count):
        git = Git(folder / "hosted" / str(number))
        git.commit(f"feat: number {number}", FILES | {"NUMBER": f"{number}\n"}, at=ago(days=9))
        for at in range(10):
            git.commit(f"feat: step {at}", {"STEP": f"{at}\n"})
        server.world.add(
            Repository(
                f"acme/shop-{number}",
                path=git.path,
                private=True,
                protection=Classic(approvals=1, checks=["test"]),
                secrets=[Secret("API_KEY", updated_at=ago(days=40))],
            )
        )


def measure(name: str, server: Server, folder: Path, count: int) -> None:
    """Run a batch and print its row."""
    calls, requests = len(server.calls), len(server.requests)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT")}
    environment |= {
        key: value
        for key, value in server.environment(server.world.owner).items()
        if value is not None
    }
    environment |= {
        "AUTODEVOPS_STATE_DIR": str(folder / "state"),
        "AUTODEVOPS_CACHE_DIR": os.environ.get("AUTODEVOPS_CACHE_DIR", str(folder / "cache")),
        "AUTODEVOPS_NOW": ago().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    command = [sys.executable, "-m", "autodevops", "batch", "--org", "acme", "-f", "json"]
    began = time.perf_counter()
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            [*command, "-o", str(folder / "all.json"), "--exit-zero"],
            env=environment,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        said.seek(0)
        told = said.read().decode()
    wall = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    assert code == 0, told
    scale = 1 if sys.platform == "darwin" else 1024
    print(
        f"| {name} | {wall:.1f} | {(len(server.calls) - calls) / count:.2f} "
        f"| {len(server.requests) - requests} | {used.ru_maxrss * scale / 1e6:.0f} "
        f"| {cpu(used):.1f} |",
        flush=True,
    )


def cpu(used: resource.struct_rusage) -> float:
    """Return the seconds of CPU, children included."""
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
