"""Our client against a stand-in for PostgREST over a real database."""

from collections.abc import Callable

import httpx
import pytest

from autodevops.errors import SyncError
from autodevops.sync.bearers import ServiceRole
from autodevops.sync.exchange import Exchange
from autodevops.sync.payload import Payload, prepare
from autodevops.sync.project import Project
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    BackendStoppedError,
    NotAllowedError,
    NotSignedInError,
    SchemaError,
    UnreachableError,
)
from autodevops.sync.schema import VERSION
from autodevops.sync.session import from_token
from autodevops.sync.supabase import Supabase as Client
from tests.support.audits import large
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import ANON, PUBLISHABLE, SECRET, SERVICE, Fault, Supabase
from tests.support.supabase.team import (
    ACME,
    MEMBER,
    OTHER,
    OUTSIDER,
    STRANGER,
    WRITER,
    Database,
)
from tests.support.supabase.tokens import signed
from tests.support.supabase.wire import Answer, answer, error
from tests.sync.asking import LATER, Waits, client, credential
from tests.sync.reports import as_json, payload

_MANY = {"BR003": [f"feature/{number:04}" for number in range(500)]}


def _count(database: Database, table: str) -> int:
    ((count,),) = database.rows(f"select count(*) from public.{table}")
    return int(count)


def test_an_audit_goes_up_in_one_request(supabase: Supabase, database: Database) -> None:
    with client(supabase) as backend:
        assert backend.push(ACME, payload(_MANY))
    assert supabase.paths() == ["/rest/v1/rpc/push_audit"]
    assert _count(database, "findings") == 500


def test_a_second_push_finds_it_there(supabase: Supabase, database: Database) -> None:
    audit = payload(_MANY)
    with client(supabase) as backend:
        assert backend.push(ACME, audit)
        assert not backend.push(ACME, audit)
    assert _count(database, "audits") == 1


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
        assert backend.push(ACME, payload(_MANY))
        assert backend.push(OTHER, payload(_MANY))
    assert {asked.headers.get("authorization") for asked in supabase.seen} == {token}
    assert _count(database, "audits") == 2


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
        assert backend.push(ACME, payload(_MANY))
    assert len(supabase.seen) > 5
    assert max(len(asked.body) for asked in supabase.seen) < 22_000
    assert _count(database, "findings") == 500
    assert _count(database, "audit_parts") == 0


def test_parts_alone_are_no_audit(supabase: Supabase, database: Database) -> None:
    supabase.faults.append(Fault(answer=error(403, "42501", "no"), path="push_audit"))
    # The fault waits for the last call; the parts before it arrive.
    with client(supabase, limit=20_000) as backend, pytest.raises(NotAllowedError):
        backend.push(ACME, payload(_MANY))
    assert _count(database, "audit_parts") > 5
    assert _count(database, "audits") == _count(database, "findings") == 0


def test_a_backend_that_takes_less_gets_smaller_parts(
    supabase: Supabase, database: Database
) -> None:
    supabase.largest = 40_000
    with client(supabase) as backend:
        assert backend.push(ACME, payload(_MANY))
    assert _count(database, "findings") == 500


def test_a_backend_that_takes_next_to_nothing_refuses_the_audit(supabase: Supabase) -> None:
    supabase.largest = 100
    with client(supabase) as backend, pytest.raises(AuditRefusedError, match="too large"):
        backend.push(ACME, payload(_MANY))


def test_parts_that_got_lost_are_sent_again(supabase: Supabase, database: Database) -> None:
    with client(supabase, limit=20_000) as backend:
        missing = answer(409, {"code": "PT409", "message": "0 of 9 parts arrived"})
        supabase.faults.append(Fault(answer=missing, path="push_audit"))
        assert backend.push(ACME, payload(_MANY))
    assert _count(database, "findings") == 500


def test_parts_that_always_get_lost_postpone_the_audit(supabase: Supabase) -> None:
    missing = answer(409, {"code": "PT409", "message": "0 of 9 parts arrived"})
    supabase.faults.extend([Fault(answer=missing, path="push_audit")] * 3)
    with (
        client(supabase, limit=20_000) as backend,
        pytest.raises(AuditPostponedError, match="parts get lost"),
    ):
        backend.push(ACME, payload(_MANY))


def test_bodies_are_compressed_once_the_backend_says_that_it_inflates(
    supabase: Supabase, database: Database
) -> None:
    supabase.inflates = True
    audit = payload(_MANY)
    with client(supabase) as backend:
        backend.schema_version()
        assert backend.push(ACME, audit)
    last = supabase.seen[-1]
    assert last.headers["content-encoding"] == "gzip"
    assert len(last.body) < len(audit.whole) / 5
    assert _count(database, "findings") == 500


def test_nothing_is_compressed_for_a_backend_that_could_not_read_it(supabase: Supabase) -> None:
    with client(supabase) as backend:
        backend.schema_version()
        backend.push(ACME, payload(_MANY))
    assert all("content-encoding" not in asked.headers for asked in supabase.seen)


def test_what_repeats_goes_up_once() -> None:
    report = as_json(large(1000))
    assert len(prepare("x", report).whole) < 0.75 * len(report)


_PASSING: dict[str, Callable[[], Fault]] = {
    "429": lambda: Fault(answer=answer(429, {"message": "slow down"})),
    "500": lambda: Fault(answer=Answer(status=500, body=b"<html>oops</html>")),
    "502": lambda: Fault(answer=Answer(status=502)),
    "503": lambda: Fault(answer=error(503, "PGRST002", "no schema cache yet")),
    "504 after it was done": lambda: Fault(answer=Answer(status=504), after=True),
    "hung up": Fault,
    "hung up after it was done": lambda: Fault(after=True),
    "broke off in the answer": lambda: Fault(cut=True),
}


@pytest.mark.parametrize("fault", _PASSING.values(), ids=_PASSING)
def test_what_passes_is_tried_again(
    supabase: Supabase, database: Database, fault: Callable[[], Fault]
) -> None:
    waits = Waits()
    supabase.faults.extend([fault(), fault()])
    with client(supabase, patience=waits.patience()) as backend:
        backend.push(ACME, payload(_MANY))
    assert waits.slept == [0.5, 1.0]
    assert _count(database, "audits") == 1
    assert _count(database, "findings") == 500


@pytest.mark.parametrize("fault", _PASSING.values(), ids=_PASSING)
def test_what_does_not_pass_ends_the_run(supabase: Supabase, fault: Callable[[], Fault]) -> None:
    waits = Waits()
    supabase.faults.extend([fault() for _ in range(5)])
    with client(supabase, patience=waits.patience()) as backend, pytest.raises(UnreachableError):
        backend.push(ACME, payload())
    assert waits.slept == [0.5, 1.0, 2.0, 4.0]


def test_retry_after_is_obeyed(supabase: Supabase) -> None:
    waits = Waits()
    supabase.faults.append(Fault(answer=answer(429, {}, Retry_After="17")))
    with client(supabase, patience=waits.patience()) as backend:
        assert backend.schema_version() == VERSION
    assert waits.slept == [17.0]


def test_a_backend_that_asks_for_an_hour_ends_the_run(supabase: Supabase) -> None:
    waits = Waits()
    supabase.faults.append(Fault(answer=answer(503, {}, Retry_After="3600")))
    with client(supabase, patience=waits.patience()) as backend, pytest.raises(UnreachableError):
        backend.schema_version()
    assert waits.slept == []


_CLOSED: dict[str, tuple[Answer, type[SyncError]]] = {
    "row level security": (
        error(403, "42501", "new row violates row-level security policy"),
        NotAllowedError,
    ),
    "no such function": (error(404, "PGRST202", "Could not find the function"), SchemaError),
    "no such table": (error(404, "PGRST205", "Could not find the table"), SchemaError),
    "wrong key": (answer(401, {"message": "Invalid API key"}), NotSignedInError),
    "another page": (Answer(status=404, body=b"<html></html>"), BackendStoppedError),
    "a redirect": (
        Answer(status=301, headers={"Location": "https://evil.example"}),
        BackendStoppedError,
    ),
    "a check constraint": (error(400, "23514", "violates check constraint"), AuditRefusedError),
    "a conflict": (error(409, "23505", "duplicate key"), AuditRefusedError),
    "a raised exception": (error(400, "P0001", "I refuse!"), AuditRefusedError),
}


@pytest.mark.parametrize(("said", "raised"), _CLOSED.values(), ids=_CLOSED)
def test_what_an_answer_means(supabase: Supabase, said: Answer, raised: type[SyncError]) -> None:
    waits = Waits()
    supabase.faults.append(Fault(answer=said))
    with client(supabase, patience=waits.patience()) as backend, pytest.raises(raised) as caught:
        backend.push(ACME, payload())
    assert type(caught.value) is raised
    assert waits.slept == []
    assert len(supabase.seen) == 1


def test_a_statement_that_times_out_postpones_the_audit(supabase: Supabase) -> None:
    slow = error(500, "57014", "canceling statement due to statement timeout")
    supabase.faults.extend([Fault(answer=slow)] * 5)
    with client(supabase) as backend, pytest.raises(AuditPostponedError, match="timeout"):
        backend.push(ACME, payload())


def test_an_answer_that_is_no_answer_of_postgrest_ends_the_run(supabase: Supabase) -> None:
    supabase.faults.append(Fault(answer=Answer(status=200, body=b"<html>log in here</html>")))
    with client(supabase) as backend, pytest.raises(UnreachableError, match="not PostgREST's"):
        backend.push(ACME, payload())


def test_a_member_may_not_push(supabase: Supabase) -> None:
    with client(supabase, MEMBER) as backend, pytest.raises(NotAllowedError, match="let you"):
        backend.push(ACME, payload())


def test_a_value_that_breaks_a_constraint_refuses_the_audit(supabase: Supabase) -> None:
    audit = payload(_MANY)
    broken = Payload(
        audit_id=audit.audit_id,
        head=audit.head | {"conformance": 7},
        findings=audit.findings,
    )
    with client(supabase) as backend, pytest.raises(AuditRefusedError, match="check constraint"):
        backend.push(ACME, broken)


@pytest.mark.parametrize(
    "token",
    [
        access_token(WRITER, 1_000),
        signed({"sub": WRITER, "role": "authenticated", "exp": int(LATER)}, b"another secret"),
        "not-a-token",
    ],
    ids=["expired", "forged", "no token"],
)
def test_a_bad_token_ends_the_run_and_is_not_repeated(supabase: Supabase, token: str) -> None:
    session = from_token(credential(token))
    with (
        client(supabase, session=session) as backend,
        pytest.raises(NotSignedInError) as caught,
    ):
        backend.push(ACME, payload())
    assert token not in caught.value.message
    assert "auth login supabase" in caught.value.advice


def test_an_address_that_answers_nothing_ends_the_run() -> None:
    nowhere = Project(url="http://127.0.0.1:9", key=credential(SECRET))
    with httpx.Client(trust_env=False) as http:
        backend = Client(Exchange(nowhere, http, Waits().patience()), ServiceRole(nowhere))
        with pytest.raises(UnreachableError, match="can't be reached") as caught:
            backend.schema_version()
    assert SECRET not in caught.value.message


def test_a_message_that_quotes_the_key_is_shown_without_it(supabase: Supabase) -> None:
    supabase.faults.append(Fault(answer=error(400, "P0001", f"bad key {PUBLISHABLE}")))
    with client(supabase) as backend, pytest.raises(AuditRefusedError) as caught:
        backend.push(ACME, payload())
    assert PUBLISHABLE not in caught.value.message
