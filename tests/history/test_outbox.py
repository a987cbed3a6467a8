"""What a backend has yet to be sent."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autodevops.history.database import writing
from autodevops.history.outbox import HistoryOutbox
from autodevops.history.retention import Retention, prune
from autodevops.history.store import Kind
from autodevops.model.outbox import OutboxCounts, Refused
from tests.history.conftest import Store
from tests.support.audits import DAY, audited, commit

HERE = "https://acme.supabase.co"


def clock() -> datetime:
    return datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def outbox(folder: Path) -> Iterator[HistoryOutbox]:
    with writing(folder) as connection:
        yield HistoryOutbox(connection, HERE, clock)


def waiting(outbox: HistoryOutbox) -> list[str]:
    return [each.audit_id for each in outbox.pending()]


def test_everything_waits_in_the_order_of_storing(store: Store, outbox: HistoryOutbox) -> None:
    ids = [store(audited(at=DAY.format(day % 28 + 1), oid=commit(day))) for day in range(40)]
    pending = list(outbox.pending())
    assert [each.audit_id for each in pending] == ids
    assert json.loads(pending[7].report)["target"]["commit"] == commit(7)
    assert outbox.counts() == OutboxCounts(pending=40, acknowledged=0, refused=0)
    assert outbox.last_acknowledged() is None


def test_what_has_arrived_waits_no_longer(store: Store, outbox: HistoryOutbox) -> None:
    first, second, third = (store(audited(oid=commit(number))) for number in range(3))
    outbox.acknowledge([first, third, "gone"])
    outbox.acknowledge([first])
    assert waiting(outbox) == [second]
    assert outbox.counts() == OutboxCounts(pending=1, acknowledged=2, refused=0)
    assert outbox.last_acknowledged() == "2026-11-22T10:00:00Z"


def test_notes_may_be_made_while_it_runs(store: Store, outbox: HistoryOutbox) -> None:
    ids = [store(audited(oid=commit(number))) for number in range(40)]
    passed = []
    for each in outbox.pending():
        outbox.acknowledge([each.audit_id])
        passed.append(each.audit_id)
    assert passed == ids
    assert waiting(outbox) == []


def test_what_was_refused_says_why_and_can_wait_again(store: Store, outbox: HistoryOutbox) -> None:
    first, second = store(audited()), store(audited())
    outbox.refuse(first, "no such organisation")
    outbox.acknowledge([second])
    outbox.refuse(second, "too late")
    assert waiting(outbox) == []
    assert outbox.refused() == (Refused(first, "no such organisation", "2026-11-22T10:00:00Z"),)
    assert outbox.counts() == OutboxCounts(pending=0, acknowledged=1, refused=1)
    assert outbox.retry_refused() == 1
    assert waiting(outbox) == [first]


def test_backends_don_t_get_in_each_other_s_way(
    store: Store, folder: Path, outbox: HistoryOutbox
) -> None:
    first, second = store(audited()), store(audited())
    outbox.acknowledge([first])
    outbox.refuse(second, "no such organisation")
    with writing(folder) as connection:
        other = HistoryOutbox(connection, "https://other", clock)
        assert waiting(other) == [first, second]
        other.refuse(first, "too large")
        assert other.retry_refused() == 1
        assert waiting(other) == [first, second]
    assert outbox.counts() == OutboxCounts(pending=0, acknowledged=1, refused=1)


def test_what_is_no_state_of_the_repository_stays_here(store: Store, outbox: HistoryOutbox) -> None:
    store(audited(), kind=Kind.REVISION)
    store(audited(), whole=False)
    assert waiting(outbox) == []
    assert outbox.counts().pending == 0


def test_retention_keeps_what_waits(store: Store, folder: Path, outbox: HistoryOutbox) -> None:
    sent, unsent = store(audited()), store(audited())
    outbox.acknowledge([sent])
    with writing(folder) as connection:
        pruned = prune(connection, Retention(backend=HERE))
        assert (pruned.removed, pruned.waiting, pruned.left) == (1, 1, 1)
        assert waiting(outbox) == [unsent]
        pruned = prune(connection, Retention())
        assert (pruned.removed, pruned.waiting, pruned.left) == (1, 0, 0)
    assert waiting(outbox) == []


def test_each_organisation_of_a_backend_is_waited_for(store: Store, folder: Path) -> None:
    first, second, third = (store(audited(oid=commit(number))) for number in range(3))
    with writing(folder) as connection:
        HistoryOutbox(connection, f"{HERE}#acme", clock).acknowledge([first, second])
        HistoryOutbox(connection, f"{HERE}#umbrella", clock).acknowledge([second])
        HistoryOutbox(connection, f"{HERE}.example", clock).acknowledge([third])
        pruned = prune(connection, Retention(backend=HERE))
        assert (pruned.removed, pruned.waiting) == (1, 2)
        left = HistoryOutbox(connection, "anybody", clock)
        assert waiting(left) == [first, third]
