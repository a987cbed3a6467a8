"""How a branch came along."""

from pathlib import Path

from autodevops.history.database import reading
from autodevops.history.reading import StoredTarget
from autodevops.history.store import Kind
from autodevops.history.trend import newest_branch, trend
from autodevops.model.trend import Trend
from tests.history.conftest import Store
from tests.support.audits import DAY, audited, commit

SHOP = StoredTarget(1, "acme/shop")


def trend_of(folder: Path, branch: str = "main", limit: int | None = None) -> Trend:
    with reading(folder) as connection:
        assert connection is not None
        return trend(connection, SHOP, branch, limit=limit)


def test_points_come_in_the_order_of_time(folder: Path, store: Store) -> None:
    for day in (2, 1, 3):
        store(audited(at=DAY.format(day), oid=commit(day), found={"BR003": ["x"] * day}))
    found = trend_of(folder)
    assert (found.target, found.branch) == ("acme/shop", "main")
    assert [point.at for point in found.points] == [DAY.format(day) for day in (1, 2, 3)]
    assert [point.open for point in found.points] == [1, 2, 3]
    assert trend_of(folder, limit=1).points == found.points[-1:]


def test_of_one_state_the_last_audit_counts(folder: Path, store: Store) -> None:
    for hour, value in enumerate((0.1, 0.2, 0.3)):
        store(audited(at=f"2026-11-01T{hour:02}:00:00Z", conformance=value))
    store(audited(at=DAY.format(2), dirty=True, conformance=0.4))
    store(audited(at=DAY.format(3), dirty=True, digest="e" * 64, conformance=0.5))
    store(audited(at=DAY.format(4), oid=commit(2), digest="e" * 64, conformance=0.6))
    assert [point.conformance for point in trend_of(folder).points] == [0.3, 0.4, 0.5, 0.6]


def test_what_says_nothing_about_the_branch_is_left_out(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1)))
    store(audited(at=DAY.format(2), oid=commit(2), branch="fix/x"))
    store(audited(at=DAY.format(3), oid=commit(3)), kind=Kind.REVISION)
    store(audited(at=DAY.format(4), oid=commit(4)), whole=False)
    assert [point.at for point in trend_of(folder).points] == [DAY.format(1)]
    with reading(folder) as connection:
        assert connection is not None
        assert newest_branch(connection, SHOP) == "fix/x"


def test_a_detached_head_is_no_branch(folder: Path, store: Store) -> None:
    store(audited(branch=None))
    found = trend_of(folder, "")
    assert (found.branch, len(found.points)) == (None, 1)
