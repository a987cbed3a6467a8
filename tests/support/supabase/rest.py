"""PostgREST's part: a request becomes SQL in one transaction, in the caller's role.

https://docs.postgrest.org/en/stable/references/
"""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tests.support.supabase.postgres import Postgres
from tests.support.supabase.wire import Answer, Asked, answer, error

_STATUS = {
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
    "53400": 500,
    "P0001": 400,
}
_CLASSES = {
    "08": 503,
    "09": 500,
    "0L": 403,
    "0P": 403,
    "25": 500,
    "28": 403,
    "2D": 500,
    "38": 500,
    "39": 500,
    "3B": 500,
    "40": 500,
    "53": 503,
    "54": 500,
    "55": 500,
    "57": 500,
    "58": 500,
    "F0": 500,
    "HV": 500,
    "P0": 500,
    "XX": 500,
}
_PARAMETERS = """
select array_agg(named order by place)
from pg_proc, unnest(proargnames) with ordinality as p (named, place)
where pronamespace = 'public'::regnamespace and proname = %s
group by pg_proc.oid
"""


def status_of(code: str, *, is_anonymous: bool) -> int:
    """Return the HTTP status that PostgREST gives to one of PostgreSQL's errors."""
    if code == "42501":
        return 401 if is_anonymous else 403
    if code.startswith("PT") and code[2:].isdigit():
        return int(code[2:])
    return _STATUS.get(code) or _CLASSES.get(code[:2], 400)


class Rest:
    """Serves the schema `public` of one database."""

    def __init__(self, postgres: Postgres, database: str) -> None:
        self._postgres = postgres
        self._database = database
        self._idle: deque[psycopg.Connection[Any]] = deque()

    def close(self) -> None:
        """Hang up."""
        for connection in self._idle:
            connection.close()

    def serve(self, asked: Asked, role: str, claims: dict[str, Any]) -> Answer:
        """Answer a request in somebody's name."""
        try:
            with self._connection() as connection:
                return _served(connection, asked, role, claims)
        except psycopg.Error as problem:
            told = problem.diag
            code = told.sqlstate or "08006"
            return error(
                status_of(code, is_anonymous=role == "anon"),
                code,
                told.message_primary or str(problem),
                told.message_detail,
                told.message_hint,
            )

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection that nobody else uses meanwhile."""
        try:
            held = self._idle.pop()
        except IndexError:
            held = self._postgres.connect(self._database, "authenticator")
        try:
            yield held
        finally:
            if not held.closed:
                self._idle.append(held)


def _served(
    connection: psycopg.Connection[Any], asked: Asked, role: str, claims: dict[str, Any]
) -> Answer:
    with connection.transaction():
        connection.execute(
            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),"
            " set_config('statement_timeout', %s, true)",
            (role, json.dumps(claims), "8s" if role == "authenticated" else "0"),
        )
        name = asked.path.removeprefix("/rest/v1/")
        if name.startswith("rpc/"):
            return _called(connection, asked, name.removeprefix("rpc/"))
        if asked.method == "GET":
            return _selected(connection, asked, name)
        return _inserted(connection, asked, name)


def _called(connection: psycopg.Connection[Any], asked: Asked, name: str) -> Answer:
    try:
        given = json.loads(asked.body or b"{}")
    except ValueError:
        return error(400, "PGRST102", "Empty or invalid json")
    known = [row[0] or [] for row in connection.execute(_PARAMETERS, (name,))]
    if not known:
        known = [[]] if _exists(connection, name) else []
    if sorted(given) not in [sorted(names) for names in known]:
        wanted = ", ".join(sorted(given))
        return error(
            404,
            "PGRST202",
            f"Could not find the function public.{name}({wanted}) in the schema cache",
            "Searched for the function in the schema public, but no matches were found.",
        )
    arguments = sql.SQL(", ").join(
        sql.SQL("{} => {}").format(sql.Identifier(each), sql.Placeholder(each)) for each in given
    )
    statement = sql.SQL("select to_json({}({}))::text").format(
        sql.Identifier("public", name), arguments
    )
    values = {
        each: json.dumps(value) if isinstance(value, dict | list) else value
        for each, value in given.items()
    }
    row = connection.execute(statement, values).fetchone()
    assert row is not None
    return answer(200, json.loads(row[0]))


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    found = connection.execute(
        "select from pg_proc where pronamespace = 'public'::regnamespace and proname = %s", (name,)
    )
    return found.fetchone() is not None


def _selected(connection: psycopg.Connection[Any], asked: Asked, table: str) -> Answer:
    query = asked.query
    wanted = query.pop("select", "*")
    columns = (
        sql.SQL("*")
        if wanted == "*"
        else sql.SQL(", ").join(map(sql.Identifier, wanted.split(",")))
    )
    order = query.pop("order", None)
    conditions = [
        sql.SQL("{} = {}").format(sql.Identifier(name), value.removeprefix("eq."))
        for name, value in query.items()
    ]
    statement = sql.SQL("select coalesce(json_agg(t), '[]')::text from (select {} from {}{}{}) t")
    where = sql.SQL(" where {}").format(sql.SQL(" and ").join(conditions))
    by = sql.SQL(" order by {}").format(sql.Identifier((order or "").partition(".")[0] or "id"))
    row = connection.execute(
        statement.format(
            columns,
            sql.Identifier("public", table),
            where if conditions else sql.SQL(""),
            by if order else sql.SQL(""),
        )
    ).fetchone()
    assert row is not None
    return answer(200, json.loads(row[0]))


def _inserted(connection: psycopg.Connection[Any], asked: Asked, table: str) -> Answer:
    given = asked.json
    rows = given if isinstance(given, list) else [given]
    names = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    prefer = {each.strip() for each in asked.headers.get("prefer", "").split(",")}
    conflict: sql.Composable = sql.SQL("")
    if "resolution=merge-duplicates" in prefer:
        keys = asked.query["on_conflict"].split(",")
        updates = sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(each)) for each in rows[0]
        )
        conflict = sql.SQL(" on conflict ({}) do update set {}").format(
            sql.SQL(", ").join(map(sql.Identifier, keys)), updates
        )
    wants = "return=representation" in prefer
    statement = sql.SQL(
        "insert into {0} ({1}) select {1} from json_populate_recordset(null::{0}, {2}){3}{4}"
    ).format(
        sql.Identifier("public", table),
        names,
        json.dumps(rows),
        conflict,
        sql.SQL(" returning to_json({}.*)::text").format(sql.Identifier(table))
        if wants
        else sql.SQL(""),
    )
    done = connection.execute(statement)
    if not wants:
        return Answer(status=201)
    return answer(201, [json.loads(row[0]) for row in done])
