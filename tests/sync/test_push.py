"""Draining an outbox: what is acknowledged, refused, and what waits on."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autodevops.errors import UsageError
from autodevops.folders import state_folder
from autodevops.history.database import writing
from autodevops.history.outbox import HistoryOutbox
from autodevops.model.outbox import Pending
from autodevops.recording import remember
from autodevops.request import Request
from autodevops.sync.push import NOTHING, Pushed, check_schema, choose, push
from autodevops.sync.refusals import BackendAwayError, NotAllowedError, SchemaError
from tests.support.audits import audited
from tests.support.supabase.gateway import SECRET, Fault, Supabase
from tests.support.supabase.team import ACME, MEMBER, OUTSIDER, STRANGER, WRITER, Database
from tests.support.supabase.wire import error
from tests.sync.asking import client
from tests.sync.reports import AT, MemoryOutbox, as_json, identity


def _waiting(*numbers: int) -> MemoryOutbox:
    return MemoryOutbox(
        Pending(identity(each), as_json(audited(at=AT.format(each), found={"BR003": ["x"]})))
        for each in numbers
    )


def _push(outbox: MemoryOutbox, stand_in: Supabase, user: str = WRITER) -> Pushed:
    with client(stand_in, user) as backend:
        return push(outbox, backend, ACME, lambda _step: None)


def test_everything_goes_up_oldest_first(supabase: Supabase, database: Database) -> None:
    outbox = _waiting(1, 2, 3)
    pushed = _push(outbox, supabase)
    assert pushed == Pushed(stored=3, known=0, refused=(), postponed=(), stopped=None)
    assert outbox.acknowledged == [identity(1), identity(2), identity(3)]
    assert outbox.waiting == {}
    assert database.rows("select count(*) from public.audits") == [(3,)]


def test_an_empty_outbox_asks_nobody(supabase: Supabase) -> None:
    assert _push(_waiting(), supabase) == NOTHING
    assert supabase.seen == []


def test_a_report_that_is_none_is_refused_here(supabase: Supabase) -> None:
    outbox = MemoryOutbox([Pending(identity(1), b'{"schema": "autodevops/failure/v1"}')])
    pushed = _push(outbox, supabase)
    assert list(outbox.refused) == [identity(1)]
    assert "no whole report" in pushed.refused[0].reason
    assert supabase.seen == []


def test_a_refused_audit_does_not_hold_up_the_others(supabase: Supabase) -> None:
    outbox = _waiting(1, 2)
    supabase.faults.append(Fault(answer=error(400, "23514", "violates check constraint")))
    pushed = _push(outbox, supabase)
    assert list(outbox.refused) == [identity(1)]
    assert outbox.acknowledged == [identity(2)]
    assert pushed.stored == 1


def test_what_the_backend_fails_over_waits_and_does_not_hold_up_the_others(
    supabase: Supabase,
) -> None:
    outbox = _waiting(1, 2)
    supabase.faults.extend([Fault(answer=error(500, "57014", "statement timeout"))] * 5)
    pushed = _push(outbox, supabase)
    assert list(outbox.waiting) == [identity(1)]
    assert outbox.acknowledged == [identity(2)]
    assert [each.audit_id for each in pushed.postponed] == [identity(1)]


def test_a_backend_that_fails_over_three_in_a_row_is_left_alone(supabase: Supabase) -> None:
    outbox = _waiting(*range(1, 9))
    supabase.faults.extend([Fault(answer=error(500, "57014", "statement timeout"))] * 40)
    pushed = _push(outbox, supabase)
    assert pushed.stopped is not None
    assert len(supabase.seen) == 3 * 5
    assert len(outbox.waiting) == 8


def test_failures_with_a_success_between_them_are_not_in_a_row(supabase: Supabase) -> None:
    outbox = _waiting(*range(1, 6))
    slow = Fault(answer=error(500, "57014", "statement timeout"))
    supabase.faults.extend([*[slow] * 10, None, *[slow] * 10])
    pushed = _push(outbox, supabase)
    assert pushed.stopped is None
    assert outbox.acknowledged == [identity(3)]
    assert [each.audit_id for each in pushed.postponed] == [identity(at) for at in (1, 2, 4, 5)]


def test_what_ends_a_run_keeps_all_that_was_not_acknowledged(supabase: Supabase) -> None:
    outbox = _waiting(1, 2, 3)
    supabase.faults.extend([None, Fault(answer=error(403, "42501", "row-level security"))])
    pushed = _push(outbox, supabase)
    assert isinstance(pushed.stopped, NotAllowedError)
    assert outbox.acknowledged == [identity(1)]
    assert list(outbox.waiting) == [identity(2), identity(3)]
    assert outbox.refused == {}


def test_a_lost_acknowledgement_is_made_up_for(supabase: Supabase, database: Database) -> None:
    outbox = _waiting(1)
    supabase.faults.extend([Fault(after=True)] * 5)
    assert isinstance(_push(outbox, supabase).stopped, BackendAwayError)
    assert list(outbox.waiting) == [identity(1)]

    pushed = _push(outbox, supabase)

    assert (pushed.stored, pushed.known) == (0, 1)
    assert outbox.acknowledged == [identity(1)]
    assert database.rows("select count(*) from public.audits") == [(1,)]


def test_a_member_pushes_nothing_and_loses_nothing(supabase: Supabase) -> None:
    outbox = _waiting(1, 2)
    assert isinstance(_push(outbox, supabase, MEMBER).stopped, NotAllowedError)
    assert len(outbox.waiting) == 2
    assert outbox.refused == {}


def test_the_only_organisation_is_chosen(supabase: Supabase) -> None:
    with client(supabase) as backend:
        assert choose(backend, None).id == ACME


@pytest.mark.parametrize("wanted", ["acme", ACME])
def test_an_organisation_is_chosen_by_slug_or_id(supabase: Supabase, wanted: str) -> None:
    with client(supabase, None, key=SECRET) as backend:
        assert choose(backend, wanted).id == ACME


def test_of_several_organisations_one_must_be_named(supabase: Supabase) -> None:
    with (
        client(supabase, None, key=SECRET) as backend,
        pytest.raises(UsageError, match="several") as caught,
    ):
        choose(backend, None)
    assert "acme, other" in caught.value.advice


@pytest.mark.parametrize("wanted", [None, "acme"])
def test_who_is_in_no_organisation_is_told_so(supabase: Supabase, wanted: str | None) -> None:
    with client(supabase, STRANGER) as backend, pytest.raises(NotAllowedError):
        choose(backend, wanted)


def test_anothers_organisation_can_not_be_chosen(supabase: Supabase) -> None:
    with (
        client(supabase, OUTSIDER) as backend,
        pytest.raises(NotAllowedError, match="acme") as caught,
    ):
        choose(backend, "acme")
    assert "other" in caught.value.advice


def _say_version(database: Database, version: int) -> None:
    database.execute(
        "create or replace function public.autodevops_schema() returns integer language sql"
        f" as 'select {version}'"
    )


def test_an_older_schema_is_told(supabase: Supabase, database: Database) -> None:
    _say_version(database, 1)
    with client(supabase) as backend, pytest.raises(SchemaError, match="version 1"):
        check_schema(backend)


def test_a_newer_schema_serves(supabase: Supabase, database: Database) -> None:
    _say_version(database, 99)
    with client(supabase) as backend:
        assert check_schema(backend) == 99


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[HistoryOutbox]:
    """Give the history's own outbox with three audits in it."""
    del tmp_path
    reports = [audited(at=AT.format(day), found={"BR003": ["x"]}) for day in (1, 2, 3)]
    assert remember(reports, Request()) is None
    with writing(state_folder()) as connection:
        yield HistoryOutbox(connection, "backend", lambda: datetime(2026, 11, 23, tzinfo=UTC))


def test_the_history_is_drained(
    outbox: HistoryOutbox, supabase: Supabase, database: Database
) -> None:
    supabase.faults.append(Fault(answer=error(400, "23514", "violates check constraint")))
    with client(supabase) as backend:
        pushed = push(outbox, backend, ACME, lambda _step: None)
    assert pushed.stored == 2
    assert outbox.counts() == (0, 2, 1)
    assert "check constraint" in outbox.refused()[0].reason
    assert database.rows("select count(*) from public.audits") == [(2,)]
    with closing(outbox.pending()) as pending:  # type: ignore[type-var]
        assert next(pending, None) is None
