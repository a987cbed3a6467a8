"""Brings a history file of an earlier version to this one, by numbered SQL files."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from autodevops.errors import HistoryError

_FOLDER = Path(__file__).parent / "migrations"


class Migration(NamedTuple):
    """One step from a version to the next."""

    number: int
    """The version that it leads to, from 1 on."""
    path: Path
    """The SQL file."""


def known(folder: Path = _FOLDER) -> tuple[Migration, ...]:
    """Return every migration, the first one first."""
    found = (Migration(int(path.name[:3]), path) for path in folder.glob("[0-9][0-9][0-9]_*.sql"))
    return tuple(sorted(found))


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a file, 0 for a new one."""
    ((version,),) = connection.execute("PRAGMA user_version")
    return int(version)


def is_current(connection: sqlite3.Connection, migrations: Sequence[Migration], path: Path) -> bool:
    """Tell whether a file has the newest version; raises HistoryError for a newer one."""
    version, newest = version_of(connection), migrations[-1].number
    if version > newest:
        raise HistoryError(
            f"{path} was written by a newer autodevops (version {version} of the file; "
            f"this one knows {newest})",
            advice="update autodevops, or name another folder with AUTODEVOPS_STATE_DIR",
        )
    return version == newest


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], path: Path) -> None:
    """Run the migrations that a file lacks, all or none; another process may have been faster."""
    if is_current(connection, migrations, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)
        is_current(connection, migrations, path)
        for migration in migrations:
            if migration.number > version:
                for statement in statements(migration.path.read_text("utf-8")):
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {migrations[-1].number:d}")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; each ends at the end of a line.

    `executescript` would do, but it commits first.
    """
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        statement = "\n".join(lines)
        if ";" in line and sqlite3.complete_statement(statement):
            yield statement
            lines = []
