"""A pusher that is killed at any moment loses nothing and doubles nothing."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from autodevops.folders import state_folder
from autodevops.history.database import writing
from autodevops.history.outbox import HistoryOutbox
from autodevops.recording import remember
from autodevops.request import Request
from autodevops.sync.payload import prepare
from tests.support.audits import audited, commit
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, Supabase
from tests.support.supabase.team import ACME, OTHER, OUTSIDER, WRITER, Database
from tests.sync.asking import LATER
from tests.sync.kill_room import BACKEND, drain
from tests.sync.reports import as_json, new_identity, sent

_KILLS = 200
_AUDITS = 500
_STATES = """
select fingerprint, state, reopened, first_seen_at, opened_at, last_seen_at, fixed_at
from public.findings where organisation_id = %s order by 1
"""
_HELD = "select id::text from public.audits where organisation_id = %s order by 1"


def _subjects(number: int) -> list[str]:
    """Return what an audit finds: some of it comes and goes."""
    return [f"feature/{each:02}" for each in range(20) if number % (each % 7 + 2)]


def _at(number: int) -> str:
    return f"2026-11-{1 + number // 24:02}T{number % 24:02}:00:00Z"


def test_killed_200_times_nothing_is_lost_or_doubled(
    supabase: Supabase, database: Database
) -> None:
    reports = [
        audited(at=_at(number), oid=commit(number), found={"BR003": _subjects(number)})
        for number in range(_AUDITS)
    ]
    assert remember(reports, Request()) is None
    token = access_token(WRITER, LATER)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.sync.kill_room"),
            *(supabase.url, PUBLISHABLE, token, "8", str(_KILLS)),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    assert json.loads(done.stdout) == {"killed": _KILLS}
    with writing(state_folder()) as connection:
        outbox = HistoryOutbox(connection, BACKEND, lambda: datetime.now(UTC))
        before = outbox.counts()
        known = {waiting.audit_id for waiting in outbox.pending()}
    # What was acknowledged is there, and the kills came while there was work.
    held = {identity for (identity,) in database.rows(_HELD, ACME)}
    assert before.acknowledged > _KILLS / 4
    assert len(held - known) == before.acknowledged

    last = drain(supabase.url, PUBLISHABLE, token, lambda _step: None)

    assert last.stopped is None
    assert last.stored + last.known == before.pending
    assert len(database.rows(_HELD, ACME)) == _AUDITS
    assert database.rows("select count(*) from public.audit_parts") == [(0,)]
    for report in reports:
        database.push(OUTSIDER, sent(prepare(new_identity(), as_json(report))), OTHER)
    assert database.rows(_STATES, ACME) == database.rows(_STATES, OTHER)
