"""The file: private, never newer than we are, and what is said when it can't be used."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from autodevops.errors import HistoryError
from autodevops.history.database import FILE, reading, transaction, writing
from autodevops.history.migrating import Migration, known, migrate, statements, version_of
from autodevops.history.reading import audits, document
from tests.history.conftest import Query, Store
from tests.support.audits import audited


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_look_from_the_beginning(folder: Path) -> None:
    old = os.umask(0)
    try:
        with writing(folder) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM audits")
            modes = {path.name: mode(path) for path in folder.iterdir()}
            connection.execute("ROLLBACK")
    finally:
        os.umask(old)
    assert mode(folder) == 0o700
    assert modes.keys() == {FILE, f"{FILE}-wal", f"{FILE}-shm"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_may_read_is_closed_to_them(folder: Path, store: Store) -> None:
    store(audited())
    (folder / FILE).chmod(0o644)
    store(audited())
    assert mode(folder / FILE) == 0o600


def test_reading_makes_nothing(folder: Path) -> None:
    with reading(folder) as connection:
        assert connection is None
    assert not folder.exists()


def test_of_a_block_that_fails_nothing_is_kept(folder: Path, store: Store, query: Query) -> None:
    def fail_after_some_work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM audits")
        raise ZeroDivisionError

    store(audited())
    with writing(folder) as connection:
        with pytest.raises(ZeroDivisionError), transaction(connection):
            fail_after_some_work(connection)
        assert not connection.in_transaction
    assert query("SELECT count(*) FROM audits") == [(1,)]


def test_the_log_is_written_ahead(store: Store, query: Query) -> None:
    store(audited())
    assert query("PRAGMA journal_mode") == [("wal",)]
    assert query("PRAGMA user_version") == [(known()[-1].number,)]


def test_a_newer_file_is_refused_and_left_alone(folder: Path, store: Store, query: Query) -> None:
    store(audited())
    query("PRAGMA user_version = 99")
    before = (folder / FILE).read_bytes()
    for use in (writing, reading):
        with (
            pytest.raises(HistoryError, match=r"newer autodevops \(version 99") as told,
            use(folder),
        ):
            pass
        assert "update autodevops" in told.value.advice
    assert (folder / FILE).read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 100, b"SQLite f"])
def test_a_damaged_file_is_refused_with_what_to_do(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    with pytest.raises(HistoryError, match="damaged") as told, writing(folder):
        pass
    assert "move it" in told.value.advice
    assert (folder / FILE).read_bytes() == content


def test_a_torn_file_is_refused(folder: Path, store: Store) -> None:
    for _ in range(20):
        store(audited())
    content = bytearray((folder / FILE).read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    (folder / FILE).write_bytes(content)
    with pytest.raises(HistoryError, match="damaged"):
        store(audited())


def test_another_programs_file_is_refused(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / FILE) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(HistoryError, match="is no history of autodevops"), writing(folder):
        pass


def test_a_locked_file_is_waited_for_then_told(folder: Path, store: Store) -> None:
    store(audited())
    with writing(folder) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(HistoryError, match="locked by another process"),
            writing(folder, patience=0.01) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")


def test_who_reads_does_not_wait_for_who_writes(folder: Path, store: Store) -> None:
    store(audited())
    with writing(folder) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM audits")
        with reading(folder) as connection:
            assert connection is not None
            assert len(audits(connection)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_can_be_read_and_not_written(folder: Path, store: Store) -> None:
    store(audited())
    (folder / FILE).chmod(0o400)
    folder.chmod(0o500)
    try:
        with reading(folder) as connection:
            assert connection is not None
            assert len(audits(connection)) == 1
        with pytest.raises(HistoryError, match="can't be opened or written"):
            store(audited())
    finally:
        folder.chmod(0o700)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(HistoryError, match="can't be used"), writing(tmp_path / "state"):
        pass


def steps(folder: Path, *scripts: str) -> tuple[Migration, ...]:
    """Return this version's migrations and made-up later ones."""
    folder.mkdir(exist_ok=True)
    first = known()
    for number, script in enumerate(scripts, first[-1].number + 1):
        (folder / f"{number:03}_later.sql").write_text(script)
    return (*first, *known(folder))


def test_migrations_are_numbered_without_gaps() -> None:
    assert [each.number for each in known()] == list(range(1, len(known()) + 1))


@pytest.mark.parametrize("start", range(1, len(known()) + 1))
def test_an_earlier_file_is_brought_up_to_date(
    folder: Path, tmp_path: Path, store: Store, start: int
) -> None:
    newest = known()[-1].number
    if start == newest:
        identity = store(audited())
    else:
        with writing(folder, migrations=known()[:start]):
            identity = ""
    later = steps(
        tmp_path / "later",
        "ALTER TABLE audits ADD COLUMN mood TEXT; -- one\nUPDATE audits SET mood = 'a;b';\n",
        "CREATE TABLE more (\n    a TEXT -- with; a mark\n);\n",
    )
    for use in (writing, reading):
        with use(folder, migrations=later) as connection:
            assert connection is not None
            assert version_of(connection) == newest + 2
            assert [audit.id for audit in audits(connection)] == [identity][: bool(identity)]
            assert connection.execute("SELECT DISTINCT mood FROM audits").fetchall() in (
                [("a;b",)],
                [],
            )
            assert connection.execute("SELECT * FROM more").fetchall() == []


def test_a_migration_that_fails_changes_nothing(
    folder: Path, tmp_path: Path, store: Store, query: Query
) -> None:
    identity = store(audited())
    later = steps(
        tmp_path / "later", "CREATE TABLE more (a TEXT);\nINSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(HistoryError, match="can't be used"), writing(folder, migrations=later):
        pass
    assert query("PRAGMA user_version") == [(known()[-1].number,)]
    assert query("SELECT count(*) FROM sqlite_master WHERE name = 'more'") == [(0,)]
    assert query("SELECT id FROM audits") == [(identity,)]


def test_two_processes_migrate_once(folder: Path, tmp_path: Path, store: Store) -> None:
    store(audited())
    later = steps(tmp_path / "later", "CREATE TABLE more (a TEXT);")
    with writing(folder) as first, writing(folder) as second:
        migrate(first, later, folder)
        migrate(second, later, folder)
        assert version_of(first) == version_of(second) == later[-1].number


def test_statements_end_where_sql_says() -> None:
    script = "-- a; b\nCREATE TABLE a (\n  b TEXT -- c;\n);\nINSERT INTO a VALUES (';\n;');\n"
    assert [each.split()[-1] for each in statements(script)] == [");", ";');"]


def test_a_damaged_report_is_told(folder: Path, store: Store, query: Query) -> None:
    store(audited())
    query("UPDATE documents SET content = x'00'")
    with reading(folder) as connection:
        assert connection is not None
        (audit,) = audits(connection)
        with pytest.raises(HistoryError, match="is damaged"):
            document(connection, audit)
