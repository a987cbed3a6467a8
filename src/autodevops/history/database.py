"""Opens the history's file: private, shared by several processes, never newer than we are."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from autodevops.errors import HistoryError
from autodevops.history.migrating import Migration, is_current, known, migrate

FILE = "history.sqlite3"
"""The file's name in the state folder."""
PATIENCE = 20.0
"""Seconds to wait for other processes that write."""
APPLICATION = 0x61646F70
"""Marks the file as ours (`adop`)."""

_ELSEWHERE = "name another folder with AUTODEVOPS_STATE_DIR"
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


@contextmanager
def writing(
    folder: Path, *, migrations: Sequence[Migration] | None = None, patience: float = PATIENCE
) -> Iterator[sqlite3.Connection]:
    """Give a connection to the history in a folder, which is made if need be.

    Raises HistoryError for whatever goes wrong with the file, also inside the block.
    """
    path = folder / FILE
    with _explaining(path):
        _make(folder, path)
        with closing(_connect(path, "rw", patience)) as connection:
            _prepare(connection, path, known() if migrations is None else migrations, patience)
            yield connection


@contextmanager
def reading(
    folder: Path, *, migrations: Sequence[Migration] | None = None
) -> Iterator[sqlite3.Connection | None]:
    """Give a connection to the history in a folder; None, and nothing is made, without one.

    Raises HistoryError for whatever goes wrong with the file, also inside the block.
    """
    path = folder / FILE
    steps = known() if migrations is None else migrations
    with _explaining(path):
        if not path.exists():
            yield None
            return
        with closing(_opened_to_read(path, steps)) as connection:
            yield connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of a block or nothing; nobody else writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _make(folder: Path, path: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # What SQLite puts beside it takes over the mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    elif path.stat().st_mode & 0o077:
        with suppress(OSError):  # somebody else's, who decides
            path.chmod(0o600)


def _connect(path: Path, mode: str, patience: float = PATIENCE) -> sqlite3.Connection:
    address = f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, timeout=patience, isolation_level=None, uri=True)


def _prepare(
    connection: sqlite3.Connection, path: Path, steps: Sequence[Migration], patience: float
) -> None:
    if _is_new(connection, path):
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _share(connection, patience)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, steps, path)


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Tell whether a file has no content yet; raises HistoryError for a file that isn't ours."""
    # In this order: whoever makes the file now marks it before it has tables.
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master")
    ((application,),) = connection.execute("PRAGMA application_id")
    if application == APPLICATION:
        return False
    if application or tables:
        raise HistoryError(
            f"{path} is no history of autodevops", advice=f"move it away, or {_ELSEWHERE}"
        )
    return True


def _share(connection: sqlite3.Connection, patience: float) -> None:
    """Turn on the write-ahead log: who reads and who writes don't wait for each other.

    SQLite does not wait for its turn to do so. Where the file system can't, all goes on without.
    """
    deadline = monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if _code(problem) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.01)
        else:
            return


def _opened_to_read(path: Path, steps: Sequence[Migration]) -> sqlite3.Connection:
    connection = _connect(path, "rw")
    try:
        _prepare(connection, path, steps, PATIENCE)
    except sqlite3.Error as problem:
        connection.close()
        if _code(problem) not in _READ_ONLY:
            raise
        return _opened_read_only(path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _opened_read_only(path: Path, steps: Sequence[Migration]) -> sqlite3.Connection:
    """Open a file in a folder where nothing can be written, as nobody else can either."""
    log = path.with_name(f"{path.name}-wal")
    mode = "ro" if log.exists() and log.stat().st_size else "ro&immutable=1"
    connection = _connect(path, mode)
    try:
        _is_new(connection, path)
        _refuse_older(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_older(connection: sqlite3.Connection, path: Path, steps: Sequence[Migration]) -> None:
    if not is_current(connection, steps, path):
        raise HistoryError(
            f"{path} was written by an earlier version and can't be brought up to date: "
            "it can't be written",
            advice=f"make it writable, or {_ELSEWHERE}",
        )


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise _explained(problem, path) from problem
    except UnicodeDecodeError as problem:
        # Python reads SQLite's complaints, too, which may quote what the file holds.
        raise _damaged(path) from problem
    except OSError as problem:
        raise HistoryError(
            f"{path} can't be used: {problem.strerror or problem}",
            advice=f"make the folder writable, or {_ELSEWHERE}",
        ) from problem


def _code(problem: sqlite3.Error) -> int:
    """Return SQLite's primary result code, -1 for a complaint of Python's."""
    code: int = getattr(problem, "sqlite_errorcode", -1)
    return code if code < 0 else code & 0xFF


def _explained(problem: sqlite3.Error, path: Path) -> HistoryError:
    """Return what a problem means for a person."""
    match _code(problem):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            said, advice = "is locked by another process", "try again when that has ended"
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            said, advice = "can't be written: no room, or a faulty disk", "make room"
        case code if code in _READ_ONLY:
            said, advice = "can't be opened or written", f"make it writable, or {_ELSEWHERE}"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _damaged(path)
        case _:
            said, advice = f"can't be used: {problem}", f"move it away, or {_ELSEWHERE}"
    return HistoryError(f"{path} {said}", advice=advice)


def _damaged(path: Path) -> HistoryError:
    return HistoryError(
        f"{path} is damaged",
        advice="move it and the -wal and -shm beside it away; the next audit begins anew",
    )
