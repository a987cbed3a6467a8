"""What is forgotten, and that it is."""

from pathlib import Path

import pytest

from autodevops.history.database import FILE, writing
from autodevops.history.retention import Pruned, Retention, prune
from tests.history.conftest import Query, Store
from tests.support.audits import DAY, audited, commit


def pruned(folder: Path, wanted: Retention) -> Pruned:
    with writing(folder) as connection:
        return prune(connection, wanted)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Retention(keep=2), [4, 5]),
        (Retention(keep=9), [1, 2, 3, 4, 5]),
        (Retention(before=DAY.format(3)), [3, 4, 5]),
        (Retention(keep=4, before=DAY.format(5)), [2, 3, 4, 5]),
        (Retention(target=2), [1, 2, 3, 4, 5]),
        (Retention(), []),
    ],
)
def test_old_audits_go(
    folder: Path, store: Store, query: Query, wanted: Retention, left: list[int]
) -> None:
    for day in range(1, 6):
        store(audited(at=DAY.format(day), oid=commit(day)))
    store(audited(name="acme/billing"))
    pruned(folder, wanted)
    shop = "SELECT commit_oid FROM audits WHERE target = 1 ORDER BY number"
    assert query(shop) == [(commit(day),) for day in left]
    for table in ("documents", "verdicts"):
        orphans = f"SELECT * FROM {table} WHERE audit NOT IN (SELECT number FROM audits)"
        assert query(orphans) == []


def test_findings_stay_while_their_branch_has_an_audit(
    folder: Path, store: Store, query: Query
) -> None:
    store(audited(at=DAY.format(1), found={"BR003": ["x"]}))
    store(audited(at=DAY.format(2), branch="fix/y", found={"BR003": ["y"]}))
    store(audited(at=DAY.format(3), found={"BR003": ["x"]}))
    pruned(folder, Retention(keep=1))
    assert query("SELECT subject, first_at FROM findings") == [("x", DAY.format(1))]
    pruned(folder, Retention())
    assert query("SELECT * FROM findings") == query("SELECT * FROM targets") == []


def test_the_file_shrinks(folder: Path, store: Store) -> None:
    for _ in range(10):
        store(audited(found={"BR003": [f"feature/{at}" for at in range(100)]}))
    before = (folder / FILE).stat().st_size
    pruned(folder, Retention())
    assert sum(path.stat().st_size for path in folder.iterdir()) < before / 2


def test_nothing_of_it_stays_in_the_file_beside_what_does(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), branch="fix/peculiar", found={"BR003": ["peculiar"]}))
    store(audited(at=DAY.format(2), found={"BR003": ["usual"]}))
    assert b"peculiar" in written(folder)
    pruned(folder, Retention(keep=1))
    assert b"usual" in written(folder)
    assert b"peculiar" not in written(folder)


def written(folder: Path) -> bytes:
    """Return the bytes of the file and of those beside it."""
    return b"".join(path.read_bytes() for path in folder.iterdir())
