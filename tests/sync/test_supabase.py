"""Our client against a stand-in for PostgREST over a real database."""

import pytest

from autodevops.sync.payload import prepare
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    NotAllowedError,
)
from autodevops.sync.schema import VERSION
from tests.support.audits import large
from tests.support.supabase.gateway import ANON, PUBLISHABLE, SECRET, SERVICE, Fault, Supabase
from tests.support.supabase.team import (
    ACME,
    OTHER,
    OUTSIDER,
    STRANGER,
    WRITER,
    Database,
)
from tests.support.supabase.wire import answer, error
from tests.sync.asking import client, count
from tests.sync.reports import MANY, as_json, payload


def test_an_audit_goes_up_in_one_request(supabase: Supabase, database: Database) -> None:
    with client(supabase) as backend:
        assert backend.push(ACME, payload(MANY))
    assert supabase.paths() == ["/rest/v1/rpc/push_audit"]
    assert count(database, "findings") == 500


def test_a_second_push_finds_it_there(supabase: Supabase, database: Database) -> None:
    audit = payload(MANY)
    with client(supabase) as backend:
        assert backend.push(ACME, audit)
        assert not backend.push(ACME, audit)
    assert count(database, "audits") == 1


def test_the_key_and_the_token_go_where_they_belong(supabase: Supabase) -> None:
    with client(supabase) as backend:
        backend.schema_version()
    (asked,) = supabase.seen
    assert asked.headers["apikey"] == PUBLISHABLE
    assert asked.headers["authorization"].startswith("Bearer ey")


@pytest.mark.parametrize(
    ("key", "token"), [(SECRET, None), (SERVICE, f"Bearer {SERVICE}")], ids=["new", "older"]
)
def test_a_service_key_is_a_token_only_if_it_is_one(
    supabase: Supabase, database: Database, key: str, token: str | None
) -> None:
    with client(supabase, None, key=key) as backend:
        assert backend.push(ACME, payload(MANY))
        assert backend.push(OTHER, payload(MANY))
    assert {asked.headers.get("authorization") for asked in supabase.seen} == {token}
    assert count(database, "audits") == 2


def test_an_older_publishable_key_serves_too(supabase: Supabase) -> None:
    with client(supabase, key=ANON) as backend:
        assert backend.schema_version() == VERSION


def test_organisations_are_those_of_the_user(supabase: Supabase) -> None:
    found = {}
    for user in (WRITER, OUTSIDER, STRANGER):
        with client(supabase, user) as backend:
            found[user] = [each.slug for each in backend.organisations()]
    assert found == {WRITER: ["acme"], OUTSIDER: ["other"], STRANGER: []}


def test_a_large_audit_goes_up_in_bounded_parts(supabase: Supabase, database: Database) -> None:
    with client(supabase, limit=20_000) as backend:
        assert backend.push(ACME, payload(MANY))
    assert len(supabase.seen) > 5
    assert max(len(asked.body) for asked in supabase.seen) < 22_000
    assert count(database, "findings") == 500
    assert count(database, "audit_parts") == 0


def test_parts_alone_are_no_audit(supabase: Supabase, database: Database) -> None:
    supabase.faults.append(Fault(answer=error(403, "42501", "no"), path="push_audit"))
    # The fault waits for the last call; the parts before it arrive.
    with client(supabase, limit=20_000) as backend, pytest.raises(NotAllowedError):
        backend.push(ACME, payload(MANY))
    assert count(database, "audit_parts") > 5
    assert count(database, "audits") == count(database, "findings") == 0


def test_a_backend_that_takes_less_gets_smaller_parts(
    supabase: Supabase, database: Database
) -> None:
    supabase.largest = 40_000
    with client(supabase) as backend:
        assert backend.push(ACME, payload(MANY))
    assert count(database, "findings") == 500


def test_a_backend_that_takes_next_to_nothing_refuses_the_audit(supabase: Supabase) -> None:
    supabase.largest = 100
    with client(supabase) as backend, pytest.raises(AuditRefusedError, match="too large"):
        backend.push(ACME, payload(MANY))


def test_parts_that_got_lost_are_sent_again(supabase: Supabase, database: Database) -> None:
    with client(supabase, limit=20_000) as backend:
        missing = answer(409, {"code": "PT409", "message": "0 of 9 parts arrived"})
        supabase.faults.append(Fault(answer=missing, path="push_audit"))
        assert backend.push(ACME, payload(MANY))
    assert count(database, "findings") == 500


def test_parts_that_always_get_lost_postpone_the_audit(supabase: Supabase) -> None:
    missing = answer(409, {"code": "PT409", "message": "0 of 9 parts arrived"})
    supabase.faults.extend([Fault(answer=missing, path="push_audit")] * 3)
    with (
        client(supabase, limit=20_000) as backend,
        pytest.raises(AuditPostponedError, match="parts get lost"),
    ):
        backend.push(ACME, payload(MANY))


def test_bodies_are_compressed_once_the_backend_says_that_it_inflates(
    supabase: Supabase, database: Database
) -> None:
    supabase.inflates = True
    audit = payload(MANY)
    with client(supabase) as backend:
        backend.schema_version()
        assert backend.push(ACME, audit)
    last = supabase.seen[-1]
    assert last.headers["content-encoding"] == "gzip"
    assert len(last.body) < len(audit.whole) / 5
    assert count(database, "findings") == 500


def test_nothing_is_compressed_for_a_backend_that_could_not_read_it(supabase: Supabase) -> None:
    with client(supabase) as backend:
        backend.schema_version()
        backend.push(ACME, payload(MANY))
    assert all("content-encoding" not in asked.headers for asked in supabase.seen)


def test_what_repeats_goes_up_once() -> None:
    report = as_json(large(1000))
    assert len(prepare("x", report).whole) < 0.75 * len(report)
