"""Measures the history: storing an audit, the trend over many, ten processes at once.

    python benchmarks/history.py [--audits 10000]

Prints a Markdown table: milliseconds, the best and the median of several runs. Storing includes
opening and closing the file and writing the report as JSON.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autodevops import recording
from autodevops.history.database import FILE, reading, writing
from autodevops.history.reading import target_with_key
from autodevops.history.trend import trend
from autodevops.model.report import Report
from autodevops.request import Request
from tests.support.audits import large

RUNS = 15
PROCESSES = 10
EACH = 20
KEY = "https://github.com/acme/shop"

_STORE = """
import sys
sys.path.insert(0, sys.argv[1])
from autodevops import recording
from autodevops.request import Request
from tests.support.audits import large
report = large(1000)
for _ in range(int(sys.argv[2])):
    assert recording.remember([report], Request()) is None
"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--audits", type=int, default=10_000, help="audits of the trend")
    options = parser.parse_args()
    report = large(1000)
    print("| what | best ms | median ms | demanded |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUTODEVOPS_STATE_DIR"] = folder
        _row("the first audit ever, 1,000 findings", "-", 1, lambda: _store(report))
        _row("an audit with 1,000 findings, again", "50 ms", RUNS, lambda: _store(report))
        small = replace(report, findings=report.findings[:5])
        _row("an audit with 5 findings", "-", RUNS, lambda: _store(small))
        fill(Path(folder), options.audits)
        size = (Path(folder) / FILE).stat().st_size / 1e6
        _row(f"trend over {options.audits} audits ({size:.0f} MB)", "200 ms", RUNS, _trend)
        _row("an audit with 1,000 findings then", "50 ms", RUNS, lambda: _store(report))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUTODEVOPS_STATE_DIR"] = folder
        name = f"{PROCESSES} processes storing {EACH} audits each, a process' share of one audit"
        _row(name, "nothing lost", 1, _at_once, share=PROCESSES * EACH)


def _store(report: Report) -> None:
    assert recording.remember([report], Request()) is None


def _trend() -> None:
    with reading(Path(os.environ["AUTODEVOPS_STATE_DIR"])) as connection:
        assert connection is not None
        target = target_with_key(connection, KEY)
        assert target is not None
        assert trend(connection, target, "main").points


def fill(folder: Path, audits: int) -> None:
    """Multiply the newest audit's row and report, each at its own commit and second."""
    with writing(folder) as connection:
        connection.execute("BEGIN")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(audits)")]
        new = {
            "number": "NULL",
            "id": "id || '-' || value",
            "commit_oid": "printf('%040x', value)",
            "started_at": "strftime('%Y-%m-%dT%H:%M:%SZ', 1600000000 + value * 3600, 'unixepoch')",
        }
        chosen = ", ".join(new.get(column, column) for column in columns)
        connection.execute(
            "WITH RECURSIVE many(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM many"  # noqa: S608
            f" WHERE value < {audits:d}) INSERT INTO audits SELECT {chosen} FROM audits, many"
            " WHERE number = (SELECT max(number) FROM audits)"
        )
        connection.execute(
            "INSERT INTO documents SELECT number, (SELECT content FROM documents LIMIT 1 OFFSET 16)"
            " FROM audits WHERE number NOT IN (SELECT audit FROM documents)"
        )
        connection.execute("COMMIT")


def _at_once() -> None:
    root = str(Path(__file__).resolve().parents[1])
    command = [sys.executable, "-c", _STORE, root, str(EACH)]
    running = [subprocess.Popen(command) for _ in range(PROCESSES)]
    refused = sum(one.wait() != 0 for one in running)
    assert not refused, f"{refused} of {PROCESSES} processes were told that an audit is not stored"
    with reading(Path(os.environ["AUTODEVOPS_STATE_DIR"])) as connection:
        assert connection is not None
        ((stored,),) = connection.execute("SELECT count(*) FROM documents")
    assert stored == PROCESSES * EACH, f"{stored} of {PROCESSES * EACH} are stored"


def _row(
    what: str, demanded: str, runs: int, action: Callable[[], None], *, share: int = 1
) -> None:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1000 / share)
    print(
        f"| {what} | {min(taken):.1f} | {statistics.median(taken):.1f} | {demanded} |", flush=True
    )


if __name__ == "__main__":
    main()
