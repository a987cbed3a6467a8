"""What a backend answers instead of taking an audit, and what that means for the run."""

from collections.abc import Callable

import httpx
import pytest

from autodevops.errors import SyncError
from autodevops.sync.bearers import ServiceRole
from autodevops.sync.exchange import Exchange
from autodevops.sync.payload import Payload
from autodevops.sync.project import Project
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    BackendAwayError,
    BackendStoppedError,
    NotAllowedError,
    NotSignedInError,
    SchemaError,
)
from autodevops.sync.schema import VERSION
from autodevops.sync.session import from_token
from autodevops.sync.supabase import Supabase as Client
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, SECRET, Fault, Supabase
from tests.support.supabase.team import (
    ACME,
    MEMBER,
    WRITER,
    Database,
)
from tests.support.supabase.tokens import signed
from tests.support.supabase.wire import Answer, answer, error
from tests.sync.asking import LATER, Waits, client, count, credential
from tests.sync.reports import MANY, payload

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
        backend.push(ACME, payload(MANY))
    assert waits.slept == [0.5, 1.0]
    assert count(database, "audits") == 1
    assert count(database, "findings") == 500


@pytest.mark.parametrize("fault", _PASSING.values(), ids=_PASSING)
def test_what_does_not_pass_ends_the_run(supabase: Supabase, fault: Callable[[], Fault]) -> None:
    waits = Waits()
    supabase.faults.extend([fault() for _ in range(5)])
    with (
        client(supabase, patience=waits.patience()) as backend,
        pytest.raises(BackendAwayError),
    ):
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
    with (
        client(supabase, patience=waits.patience()) as backend,
        pytest.raises(BackendAwayError),
    ):
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
    with (
        client(supabase) as backend,
        pytest.raises(BackendAwayError, match="not PostgREST's"),
    ):
        backend.push(ACME, payload())


def test_a_member_may_not_push(supabase: Supabase) -> None:
    with client(supabase, MEMBER) as backend, pytest.raises(NotAllowedError, match="let you"):
        backend.push(ACME, payload())


def test_a_value_that_breaks_a_constraint_refuses_the_audit(supabase: Supabase) -> None:
    audit = payload(MANY)
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
        with pytest.raises(BackendAwayError, match="can't be reached") as caught:
            backend.schema_version()
    assert SECRET not in caught.value.message


def test_a_message_that_quotes_the_key_is_shown_without_it(supabase: Supabase) -> None:
    supabase.faults.append(Fault(answer=error(400, "P0001", f"bad key {PUBLISHABLE}")))
    with client(supabase) as backend, pytest.raises(AuditRefusedError) as caught:
        backend.push(ACME, payload())
    assert PUBLISHABLE not in caught.value.message
