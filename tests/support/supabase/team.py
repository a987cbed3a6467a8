"""A database with our schema and two teams, and ways to ask it as anybody."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from autodevops.sync.schema import Migration
from tests.support.supabase.postgres import Postgres

PRELUDE = Path(__file__).with_name("prelude.sql")

ACME = "00000000-0000-4000-8000-00000000ac3e"
OTHER = "00000000-0000-4000-8000-000000000bad"
OWNER = "00000000-0000-4000-8000-000000000001"
WRITER = "00000000-0000-4000-8000-000000000002"
MEMBER = "00000000-0000-4000-8000-000000000003"
OUTSIDER = "00000000-0000-4000-8000-000000000004"
"""Owns the other team."""
STRANGER = "00000000-0000-4000-8000-000000000005"
"""Signed in, but in no team."""
EMAILS = {
    OWNER: "owner@acme.example",
    WRITER: "writer@acme.example",
    MEMBER: "member@acme.example",
    OUTSIDER: "outsider@other.example",
    STRANGER: "stranger@nowhere.example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database, asked in anybody's name."""

    postgres: Postgres
    name: str

    @contextmanager
    def as_role(
        self, role: str, user: str | None = None, *, undone: bool = False
    ) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection in one transaction, as PostgREST makes it for a request."""
        claims = {"role": role, **({"sub": user} if user else {})}
        with (
            self.postgres.connect(self.name, "authenticator") as connection,
            connection.transaction(force_rollback=undone),
        ):
            connection.execute(
                "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                (role, json.dumps(claims)),
            )
            yield connection

    def as_user(
        self, user: str, *, undone: bool = False
    ) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Give a connection of a signed-in user; what it does may be undone at the end."""
        return self.as_role("authenticated", user, undone=undone)

    def push(self, user: str, audit: dict[str, Any], organisation: str = ACME) -> dict[str, Any]:
        """Push an audit in a user's name."""
        with self.as_user(user) as connection:
            row = connection.execute(
                "select public.push_audit(%s, %s)", (organisation, Jsonb(audit))
            ).fetchone()
        assert row is not None
        result: dict[str, Any] = row[0]
        return result

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what the superuser sees."""
        with self.postgres.connect(self.name) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, statement: str) -> None:
        """Do something as the superuser."""
        with self.postgres.connect(self.name) as connection:
            connection.execute(statement)

    def migrate(self, *steps: Migration) -> None:
        """Apply migrations as Supabase's own role does, each in a transaction."""
        with self.postgres.connect(self.name, "postgres") as connection:
            for step in steps:
                with connection.transaction():
                    connection.execute(step.sql)

    def found_teams(self) -> None:
        """Make two teams with everybody in their places."""
        with self.postgres.connect(self.name) as connection:
            for user, email in EMAILS.items():
                connection.execute("insert into auth.users values (%s, %s)", (user, email))
            for team, slug in ((ACME, "acme"), (OTHER, "other")):
                connection.execute(
                    "insert into public.organisations (id, slug, name) values (%s, %s, %s)",
                    (team, slug, slug.title()),
                )
            for team, user, role in (
                (ACME, OWNER, "owner"),
                (ACME, WRITER, "writer"),
                (ACME, MEMBER, "member"),
                (OTHER, OUTSIDER, "owner"),
            ):
                connection.execute(
                    "insert into public.memberships values (%s, %s, %s)", (team, user, role)
                )


def new_project(postgres: Postgres, name: str) -> Database:
    """Return a database as a new Supabase project has it."""
    postgres.create(name)
    database = Database(postgres=postgres, name=name)
    with postgres.connect(name) as connection:
        connection.execute(PRELUDE.read_text(encoding="utf-8"))
    return database
