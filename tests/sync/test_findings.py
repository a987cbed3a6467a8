"""What becomes of findings over the audits of a branch, in whatever order they arrive."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from autodevops.sync.payload import Payload
from tests.support.audits import commit
from tests.support.supabase.team import ACME, OWNER, WRITER, Database
from tests.sync.reports import identity, payload, sent

_STATES = """
select subject, state, reopened, to_char(first_seen_at at time zone 'UTC', 'DD')::int,
  to_char(opened_at at time zone 'UTC', 'DD')::int,
  to_char(last_seen_at at time zone 'UTC', 'DD')::int,
  to_char(fixed_at at time zone 'UTC', 'DD')::int
from public.findings order by subject
"""
_ALL = "select to_jsonb(f) - 'repository_id' from public.findings f order by 1"


def _push(database: Database, *audits: Payload) -> None:
    for audit in audits:
        database.push(WRITER, sent(audit))


def _on(day: int, *subjects: str, **more: Any) -> Payload:
    return payload({"BR003": subjects}, day=day, **more)


def test_a_finding_is_open_from_the_audit_that_sees_it(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2, "x"))
    assert database.rows(_STATES) == [("x", "open", 0, 1, 1, 2, None)]


def test_a_finding_is_fixed_by_the_audit_that_misses_it(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2, oid=commit(7)), _on(3))
    assert database.rows(_STATES) == [("x", "fixed", 0, 1, 1, 1, 2)]
    assert database.rows("select fixed_commit_id from public.findings") == [(commit(7),)]


def test_a_finding_that_comes_back_is_reopened(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2), _on(3, "x"), _on(4, "x"))
    assert database.rows(_STATES) == [("x", "reopened", 1, 1, 3, 4, None)]


@pytest.mark.parametrize(
    "silent",
    [
        payload(passed=(), unknown=("BR003",), day=2),
        payload(passed=("OW001",), day=2),
        payload({"BR003": ["y"]}, unknown=("BR003",), day=2),
    ],
    ids=["unknown", "not asked", "failed without seeing all"],
)
def test_a_rule_that_did_not_see_everything_fixes_nothing(
    database: Database, silent: Payload
) -> None:
    _push(database, _on(1, "x"), silent)
    ((state,),) = database.rows("select state from public.findings where subject = 'x'")
    assert state == "open"


def test_branches_do_not_speak_for_each_other(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2, "x", branch="feature/y"), _on(3, branch="feature/y"))
    assert database.rows("select branch, state from public.findings order by 1") == [
        ("feature/y", "fixed"),
        ("main", "open"),
    ]


def test_a_waived_finding_is_seen(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2, "x", waived=("x",)))
    assert database.rows("select state, status from public.findings") == [("open", "waived")]
    assert database.rows("select count(*) from public.open_findings") == [(0,)]


def test_the_order_of_arrival_does_not_matter(database: Database) -> None:
    """Twelve audits of a branch, pushed in ten random orders, end in the same states."""
    chance = random.Random(8)  # noqa: S311 - a seed, not a secret
    subjects = ["a", "b", "c", "d"]
    audits = [
        payload(
            {"BR003": [each for each in subjects if chance.random() < 0.5]},
            audit_id=identity(day),
            day=1 + day // 2,  # two of each time: then the id decides
            oid=commit(day),
            unknown=("BR003",) if chance.random() < 0.2 else (),
        )
        for day in range(12)
    ]
    _push(database, *audits)
    expected = database.rows(_ALL)
    assert {row["state"] for (row,) in expected} >= {"fixed", "reopened"}

    for _ in range(10):
        _clean(database)
        chance.shuffle(audits)
        _push(database, *audits)
        assert database.rows(_ALL) == expected


def _clean(database: Database) -> None:
    with database.as_user(OWNER) as connection:
        connection.execute("delete from public.repositories")


def test_the_same_audit_again_changes_nothing(database: Database) -> None:
    audits = [_on(1, "x", "y"), _on(2, "y")]
    _push(database, *audits)
    before = database.rows(_ALL)

    assert not database.push(WRITER, sent(audits[0]))["stored"]
    assert not database.push(OWNER, sent(audits[1]))["stored"]

    assert database.rows(_ALL) == before
    assert database.rows("select count(*) from public.audits") == [(2,)]


def test_pushes_at_the_same_time_lose_and_double_nothing(database: Database) -> None:
    """Eight pushers send the same twenty audits of two repositories, each in its own order."""
    audits = [
        payload({"BR003": [f"s{day % 3}"]}, audit_id=identity(day), day=day, name=f"acme/{day % 2}")
        for day in range(1, 21)
    ]

    def drain(seed: int) -> int:
        mine = list(audits)
        random.Random(seed).shuffle(mine)  # noqa: S311 - a seed, not a secret
        return sum(database.push(WRITER, sent(audit))["stored"] for audit in mine)

    with ThreadPoolExecutor(8) as pool:
        stored = sum(pool.map(drain, range(8)))

    assert stored == 20
    once = database.rows(_ALL)
    _clean(database)
    _push(database, *audits)
    assert database.rows(_ALL) == once


def test_what_is_stored_is_what_the_report_shows(database: Database) -> None:
    audit = _on(1, "x")
    _push(database, audit)
    with database.as_user(WRITER) as connection:
        row = connection.execute("select * from public.open_findings").fetchone()
    assert row is not None
    (found,) = sent(audit)["findings"]
    remedy = sent(audit)["remedies"][found["remedy"]]
    assert row[:3] == ("acme", "acme/shop", "main")
    assert {found["rule"], found["message"], found["subject"], remedy} <= set(map(str, row))


def test_a_rules_page_is_kept_when_the_rule_passes_later(database: Database) -> None:
    _push(database, _on(1, "x"), _on(2))
    ((page,),) = database.rows("select docs_url from public.rules where id = 'BR003'")
    assert page


def test_conformance_by_week_takes_the_last_audit_of_each_week(database: Database) -> None:
    # 2026-11-02 and 2026-11-09 are Mondays.
    for day, conformance in ((2, 0.1), (8, 0.2), (9, 0.3)):
        _push(database, _on(day, conformance=conformance))
    assert database.rows(
        "select week::text, conformance from public.conformance_by_week order by 1"
    ) == [("2026-11-02", 0.2), ("2026-11-09", 0.3)]


def test_time_to_fix_counts_from_when_it_was_opened_last(database: Database) -> None:
    _push(database, _on(1, "x", "y"), _on(3, "y"), _on(4, "x", "y"), _on(8))
    assert database.rows("select rule, fixed, median::text from public.time_to_fix") == [
        ("BR003", 2, "5 days 12:00:00")
    ]


def test_rules_most_broken_counts_findings_and_repositories(database: Database) -> None:
    _push(database, _on(1, "x", "y"), _on(1, "x", name="acme/other"))
    assert database.rows("select rule, findings, repositories from public.rules_most_broken") == [
        ("BR003", 3, 2)
    ]


def test_an_upload_that_was_never_ended_shows_nothing_and_goes_later(database: Database) -> None:
    with database.as_user(WRITER) as connection:
        connection.execute(
            "select public.push_part(%s, gen_random_uuid(), 'u', 1, '[{\"id\": \"f\"}]')", (ACME,)
        )
    assert database.rows("select count(*) from public.findings") == [(0,)]
    database.rows(
        "update public.audit_parts set received_at = now() - interval '8 days' returning 1"
    )
    _push(database, _on(1, "x"))
    assert database.rows("select count(*) from public.audit_parts") == [(0,)]
