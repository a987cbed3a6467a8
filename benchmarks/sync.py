"""Measures sharing: pushing an audit to a Supabase stand-in over a real PostgreSQL on loopback.

    python benchmarks/sync.py [--findings 10000]

Prints a Markdown table: seconds, the best and the median of several runs, and the bytes of it.
"""

import argparse
import gzip
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autodevops.credentials import Credential, Service
from autodevops.sync.bearers import User
from autodevops.sync.exchange import Exchange
from autodevops.sync.payload import Payload, prepare
from autodevops.sync.project import Project
from autodevops.sync.retrying import Patience
from autodevops.sync.schema import migrations
from autodevops.sync.session import Auth, from_token
from autodevops.sync.supabase import Supabase
from tests.support.audits import large
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, serving
from tests.support.supabase.postgres import running
from tests.support.supabase.team import ACME, WRITER, new_project
from tests.sync.reports import as_json, new_identity

RUNS = 5


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--findings", type=int, default=10_000, help="findings of the large audit")
    options = parser.parse_args()
    report = as_json(large(options.findings))
    small = as_json(large(100))
    with running() as postgres:
        team = new_project(postgres, "benchmark")
        team.migrate(*migrations())
        team.found_teams()
        with serving(postgres, team.name) as stand_in, httpx.Client(trust_env=False) as http:
            project = Project(url=stand_in.url, key=_credential(PUBLISHABLE))
            exchange = Exchange(project, http, Patience(attempts=1))
            session = from_token(_credential(access_token(WRITER, time.time() + 3600)))
            backend = Supabase(exchange, User(project, Auth(exchange), session))
            print("| what | best s | median s | demanded |")
            print("|---|---|---|---|")
            audit = prepare(new_identity(), report)
            name = f"the first push of {options.findings:,} findings"
            _row(name, "5 s", 1, lambda: _push(backend, audit))
            name = f"a later push of {options.findings:,} findings"
            _row(name, "5 s", RUNS, lambda: _push(backend, prepare(new_identity(), report)))
            _row("an audit that is there already", "-", RUNS, lambda: _push(backend, audit))
            name = "a push of 100 findings"
            _row(name, "-", RUNS, lambda: _push(backend, prepare(new_identity(), small)))
    print(f"\n{_sizes(report, audit)}")


def _credential(value: str) -> Credential:
    return Credential(Service.SUPABASE, value, "the benchmark")


def _push(backend: Supabase, audit: Payload) -> None:
    backend.push(ACME, audit)


def _sizes(report: bytes, audit: Payload) -> str:
    whole = len(audit.whole)
    packed = len(gzip.compress(audit.whole, 6))
    return f"report {len(report):,} bytes, payload {whole:,}, as gzip {packed:,}"


def _row(what: str, demanded: str, runs: int, do: Callable[[], object]) -> None:
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    print(f"| {what} | {min(took):.2f} | {statistics.median(took):.2f} | {demanded} |")


if __name__ == "__main__":
    main()
