"""Several processes store at once, and one may be killed at any point: nothing is lost or torn."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autodevops.history.database import writing
from tests.history.conftest import Query

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 10
EACH = 6
KILLS = 12

_STORE = """
import sys
from pathlib import Path
from autodevops.history.database import writing
from autodevops.history.store import record
from tests.history.conftest import entry
from tests.support.audits import audited, commit

for at in range(int(sys.argv[2])):
    subjects = [f"{sys.argv[3]}-{at}-{number}" for number in range(20)]
    report = audited(at="2026-11-01T10:00:00Z", oid=commit(at), found={"BR003": subjects})
    with writing(Path(sys.argv[1])) as connection:
        print(record(connection, entry(report)), flush=True)
"""

# Forks a process for each statement of the first audit ever, and kills it as that begins; then
# somebody else goes on with what is left.
_KILL_EVERYWHERE = """
import os, signal, sqlite3, sys
from pathlib import Path
from autodevops.history import database
from autodevops.history.store import record
from tests.history.conftest import entry
from tests.support.audits import audited

report = audited(found={"BR003": ["a", "b"], "OW001": ["c"]})
plain = sqlite3.connect

def doomed(last):
    def connect(*arguments, **named):
        connection = plain(*arguments, **named)
        def count(_statement):
            nonlocal last
            last -= 1
            if last < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        connection.set_trace_callback(count)
        return connection
    return connect

for point in range(1000):
    folder = Path(sys.argv[1]) / str(point)
    child = os.fork()
    if child == 0:
        sqlite3.connect = doomed(point)
        with database.writing(folder) as connection:
            record(connection, entry(report))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        sys.exit(f"{point} kills" if os.WEXITSTATUS(status) == 0 else "a crash")
    with database.writing(folder) as connection:
        before = connection.execute("SELECT count(*) FROM audits").fetchone()[0]
        record(connection, entry(report))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        audits, documents, verdicts, findings = connection.execute(
            "SELECT (SELECT count(*) FROM audits), (SELECT count(*) FROM documents),"
            " (SELECT count(*) FROM verdicts), (SELECT count(*) FROM findings)"
        ).fetchone()
        assert audits == before + 1
        assert (documents, verdicts, findings) == (audits, 2 * audits, 3), point
"""


def started(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ten_processes_at_once_lose_nothing(folder: Path, query: Query) -> None:
    running = [started(_STORE, folder, EACH, number) for number in range(PROCESSES)]
    told = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [0] * PROCESSES, told
    ids = {line for out, _ in told for line in out.split()}
    assert len(ids) == PROCESSES * EACH
    assert {identity for (identity,) in query("SELECT id FROM audits")} == ids
    assert query("SELECT count(*) FROM documents") == [(PROCESSES * EACH,)]
    assert query("SELECT count(*) FROM findings") == [(PROCESSES * EACH * 20,)]
    assert query("SELECT count(*) FROM targets") == [(1,)]
    assert query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_at_any_statement_all_of_an_audit_is_there_or_nothing(folder: Path) -> None:
    driver = started(_KILL_EVERYWHERE, folder)
    _, said = driver.communicate(timeout=120)
    kills, _, word = said.strip().rpartition("\n")[-1].partition(" ")
    assert word == "kills", said
    assert int(kills) > 30


def test_killed_at_any_time_what_was_told_is_there(folder: Path, query: Query) -> None:
    chance = random.Random(20261122)  # noqa: S311 - no secret
    told: set[str] = set()
    for kill in range(KILLS):
        storing = started(_STORE, folder, 10_000, kill)
        assert storing.stdout is not None
        told.add(storing.stdout.readline().strip())
        time.sleep(chance.random() / 10)
        storing.kill()
        out, _ = storing.communicate(timeout=60)
        told.update(line for line in out.split("\n")[:-1] if line)
        with writing(folder) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    stored = {identity for (identity,) in query("SELECT id FROM audits")}
    assert told <= stored
    # Between storing and telling one may be killed; never more than that is there untold.
    assert len(stored - told) <= KILLS
