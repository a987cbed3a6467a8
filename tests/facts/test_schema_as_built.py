"""The schema that is followed through migrations is the one that PostgreSQL builds of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.facts._sql.changes import apply
from autodevops.facts._sql.schema import Qualified, Schema
from tests.support.examples import few
from tests.support.supabase.postgres import ADMIN, Postgres

SCHEMAS = ("public", "s", "r")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "TABLE": ("a", "b", "a", "b", "public.a", "s.a", "s.b", '"B"', "parts"),
    "NAME": ("a", "b", '"B"'),
    "COLUMN": ("x", "y", "z"),
    "POLICY": ("p", "q", '"P q"'),
    "SCHEMA": ("s", "r"),
    "FUNCTION": ("f", "g", "s.f"),
    "ARGUMENTS": ("", "int", "int, text[]"),
    "CONDITION": ("true", "false", "1 <> 2", "true and not false", "x = 1", "x > 0 or true"),
    "COMMAND": ("", "for all", "for select", "for update", "for delete"),
    "ROLES": ("", "to public", "to anon", "to anon, authenticated"),
    "SWITCH": ("enable", "enable", "disable", "force", "no force"),
    "EXISTS": ("", "if exists"),
    "UNLESS": ("", "if not exists"),
    "CASCADE": ("", "cascade"),
    "RIGHTS": ("", "set search_path = ''", "security definer"),
    "CHANGE": (
        *("security definer", "security invoker", "strict", "set search_path = ''"),
        *("set search_path to default", "reset search_path", "reset all"),
    ),
    "PATH": ("s, public", "public", '"$user", s, public', "default"),
}
_STATEMENTS = """
create schema UNLESS SCHEMA
create schema SCHEMA create table b (x int)
alter schema SCHEMA rename to SCHEMA
drop schema SCHEMA CASCADE
create table UNLESS TABLE (x int, y text)
create table UNLESS TABLE (x int, y text)
create table UNLESS TABLE (x int, y text)
create table UNLESS TABLE (like TABLE, z int)
create table TABLE () inherits (TABLE)
create table UNLESS TABLE as select 1 as x
create table parts (x int) partition by list (x)
create table TABLE partition of parts for values in (1)
create temp table NAME (x int)
create temp table NAME as select 1 as x
create type kind as (x int, z int)
create table TABLE of kind
create table UNLESS TABLE (x int unique, k int references TABLE (COLUMN), unique (x, k))
alter table TABLE add constraint c foreign key (COLUMN) references TABLE
alter table TABLE add primary key (x)
alter table TABLE inherit TABLE
create index on TABLE (COLUMN)
create index on TABLE (lower(y), x)
insert into TABLE default values
update TABLE set x = 1
delete from TABLE
create view NAME as select * from TABLE
create view v as with b as (select 1) select * from b
create materialized view NAME as select * from TABLE
create policy POLICY on TABLE using (exists (select 1 from TABLE n))
create policy POLICY on TABLE using (COLUMN is null and h() = 1)
alter table TABLE alter column COLUMN set not null
alter table TABLE add constraint d check (COLUMN is not null)
create or replace function t() returns trigger language plpgsql as 'begin return new; end'
create trigger t before update on TABLE for each row execute function t()
set statement_timeout = '9s'
select set_config('app.x', 'search_path', false)
select set_config('search_path', '"$user", s, public', false)
alter table parts attach partition TABLE default
alter table EXISTS only TABLE SWITCH row level security
alter table EXISTS only TABLE SWITCH row level security
alter table EXISTS only TABLE SWITCH row level security
alter table TABLE rename to NAME
alter table TABLE set schema SCHEMA
alter table TABLE rename column COLUMN to COLUMN
alter table TABLE add column UNLESS COLUMN int
alter table TABLE drop column EXISTS COLUMN cascade
drop table EXISTS TABLE CASCADE
create policy POLICY on TABLE COMMAND ROLES using (CONDITION)
create policy POLICY on TABLE COMMAND ROLES using (CONDITION)
create policy POLICY on TABLE as restrictive COMMAND ROLES using (CONDITION)
create policy POLICY on TABLE for insert ROLES with check (CONDITION)
alter policy POLICY on TABLE ROLES using (CONDITION)
alter policy POLICY on TABLE to anon
alter policy POLICY on TABLE rename to POLICY
drop policy EXISTS POLICY on TABLE
create or replace function FUNCTION(ARGUMENTS) returns int language sql RIGHTS as 'select 1'
create or replace function FUNCTION(ARGUMENTS) returns int language sql RIGHTS as 'select 1'
create function FUNCTION(a int, out b int) language sql as 'select 1'
alter function FUNCTION(ARGUMENTS) CHANGE
alter function FUNCTION CHANGE
alter function FUNCTION(ARGUMENTS) rename to g
alter function FUNCTION(ARGUMENTS) set schema s
drop function EXISTS FUNCTION(ARGUMENTS) CASCADE
drop function FUNCTION
drop function EXISTS h() CASCADE
create view v as select 1 as x
alter view v rename to b
drop view EXISTS v
set search_path = PATH
set search_path to PATH
select set_config('search_path', 's,public', false)
""".strip().splitlines()
_BEGINNING = """
create schema s
create table a (x int, y text)
create table b (like a, z int)
create table s.a (x int, k int)
create policy p on a to anon using (true)
create policy p on s.a for select using (x = 1)
create policy q on b for insert with check (true)
create function f() returns int language sql security definer as 'select 1'
create function f(int) returns int language sql as 'select 1'
create function s.f() returns int language sql set search_path = '' as 'select 1'
create function h() returns int language sql as 'select 1'
create view s.v as select 1 as x
""".strip().splitlines()
"""With what most of the other statements have something to change."""
_WORD = re.compile("[A-Z]{4,}")


@st.composite
def statements(draw: st.DrawFn) -> str:
    written = draw(st.sampled_from(_STATEMENTS))
    statement = _WORD.sub(lambda word: draw(st.sampled_from(_WORDS[word[0]])), written)
    if not statement.startswith(("set", "select")) and draw(st.integers(0, 5)) == 0:
        if draw(st.booleans()):
            quoted = statement.replace("'", "''")
            return f"do $body$ begin execute '{quoted}'; end $body$"
        return f"do $body$ begin {statement}; end $body$"
    return statement


class Built(NamedTuple):
    """What statements have made."""

    tables: set[tuple[Any, ...]]
    columns: Mapping[Qualified, set[str] | None]
    policies: set[tuple[Any, ...]]
    functions: set[tuple[Any, ...]]


_TABLES = """
select n.nspname, c.relname, relrowsecurity, relforcerowsecurity, relispartition,
       coalesce((select array_agg(attname::text order by attname) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped), '{}')
from pg_class c join pg_namespace n on n.oid = relnamespace
where relkind in ('r', 'p') and n.nspname = any(%s)
"""
_POLICIES = """
select schemaname, tablename, policyname, permissive = 'PERMISSIVE', lower(cmd), qual, with_check,
       roles::text[]
from pg_policies where schemaname = any(%s)
"""
_VALUES = {
    **dict.fromkeys(["true", "(1 <> 2)", "(true AND (NOT false))", "((x > 0) OR true)"], True),
    "false": False,
}
"""The conditions of `_WORDS` that no row can change."""
_FUNCTIONS = """
select n.nspname, proname, array(select typname::text from unnest(proargtypes) with ordinality
       as given (type, at) join pg_type on pg_type.oid = type order by at), prosecdef,
       exists (select from unnest(proconfig) as one where one like 'search_path=%%')
from pg_proc join pg_namespace n on n.oid = pronamespace where n.nspname = any(%s)
"""


def built(connection: psycopg.Connection[Any]) -> Built:
    """Return what PostgreSQL has."""
    schemas = [list(SCHEMAS)]
    tables = connection.execute(_TABLES, schemas).fetchall()
    return Built(
        {row[:5] for row in tables},
        {Qualified(*row[:2]): set(row[5]) for row in tables},
        {
            (*row[:5], *map(_condition, row[5:7]), frozenset(row[7]))
            for row in connection.execute(_POLICIES, schemas)
        },
        {
            (*row[:2], tuple(_type(one) for one in row[2]), *row[3:])
            for row in connection.execute(_FUNCTIONS, schemas)
        },
    )


def _condition(written: str | None) -> tuple[bool | None] | None:
    """Return whether a condition, as PostgreSQL writes it down, is the same for every row."""
    return None if written is None else (_VALUES.get(written),)


def _type(name: str) -> str:
    return name[1:] + "[]" if name.startswith("_") else name


def followed(schema: Schema) -> Built:
    """Return what we have."""
    return Built(
        {
            (*one.name, one.row_security, one.forced, one.is_partition)
            for one in schema.tables.values()
        },
        {one.name: one.columns for one in schema.tables.values() if one.columns_known},
        {
            (
                *(*one.table, one.name, one.permissive, one.command),
                *(None if part is None else (part.truth,) for part in (one.using, one.check)),
                frozenset(one.roles),
            )
            for one in schema.policies.values()
            if one.table.schema in SCHEMAS
        },
        {
            (*one.name, one.arguments, one.definer, one.pins_path)
            for one in schema.functions.values()
        },
    )


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """Give the name of an empty database."""
    postgres.create("followed")
    yield "followed"
    postgres.drop("followed")


_SET_CONFIG = """select set_config('search_path', '"$user", s', false)"""
_UNLESS = "create table if not exists c (x int)"
_PARTED = "create table p (x int) partition by list (x)"


def test_what_is_followed_is_what_is_built(postgres: Postgres, database: str) -> None:
    with postgres.connect(database, ADMIN) as connection:

        @few(40)
        @given(st.lists(statements(), min_size=5, max_size=20))
        @example(["alter schema s rename to r"])
        @example(["create schema r create table b (x int)"])
        @example(["drop schema s cascade", "set search_path = s, public", "create table c ()"])
        @example(["set search_path = s", "alter function f security definer"])
        @example([_SET_CONFIG, "create table c ()", "drop function f()"])
        @example(["create view v as select 1", "alter view v rename to c", _UNLESS])
        @example(["create table c ()", "create temp table c ()", "drop table c", "drop table c"])
        @example(["create table if not exists a ()", "create table if not exists c (like a)"])
        @example(["alter table s.a drop column x cascade", "drop table b"])
        @example(["alter table a drop column if exists z, drop column y"])
        @example(["alter table s.a rename x to k2", "alter table s.a drop column k2 cascade"])
        @example(["create policy p on b using (h() = 1)", "drop function h()"])
        @example(["create policy p on b using (h() = 1)", "drop function h() cascade"])
        @example(["create policy r on b using (exists (select from a))", "drop table a cascade"])
        @example(["drop policy p on s.a", "alter policy p on a using (false)"])
        @example(["drop function f(int)", "alter function s.f set search_path to default"])
        @example(["alter function f(int) set search_path = ''", "alter function s.f reset all"])
        @example(
            ["alter table a force row level security", "alter table a no force row level security"]
        )
        @example(["create table c as select 1 as x", "create table d (like c)"])
        @example(["create type kind as (x int)", "create table c of kind", "create index on c (x)"])
        @example([_PARTED, "create table c (x int)", "alter table p attach partition c default"])
        def holds(written: list[str]) -> None:
            connection.execute("drop schema if exists public, s, r cascade; create schema public")
            connection.execute("discard temp; reset search_path")
            schema, taken = Schema(), []
            for statement in (*_BEGINNING, *written):
                try:
                    connection.execute(statement)
                except psycopg.Error:
                    continue
                taken.append(statement)
            assert list(apply(schema, "m.sql", ";\n".join(taken))) == []
            real, ours = built(connection), followed(schema)
            # Of some tables not all columns can be told.
            told = {name: real.columns.get(name) for name in ours.columns}
            assert ours == real._replace(columns=told), ";\n".join(taken)
            needs = [one for one in schema.needs if one.kind != "later function"]
            assert needs == [], ";\n".join(taken)

        holds()


CONSTANTS = st.sampled_from(
    [
        *("true", "false", "1 = 1", "1 <> 1", "1 <> 2", "'a' = 'a'", "'a' = 'b'", "'t'::boolean"),
        *("'FALSE'::bool", "(select true)", "(select 1 = 2)", "true::boolean"),
    ]
)
OTHERS = st.sampled_from(
    [
        *(
            "null",
            "null = null",
            "1 = null",
            "x = 1",
            "x is null",
            "x = x",
            "(select true where x = 1)",
        ),
        *("(select true from nothing)", "1 = '1'", "'yes'::boolean", "exists (select 1)"),
    ]
)


def combined(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return conditions made of these."""
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            *(st.builds(f"({{}}) {word} ({{}})".format, inner, inner) for word in ("and", "or")),
        ),
        max_leaves=5,
    )


def truth_of(condition: str) -> bool | None:
    schema = Schema()
    text = f"create table t (x int); create policy p on t using ({condition})"
    assert list(apply(schema, "m.sql", text)) == []
    (policy,) = schema.policies.values()
    assert policy.using is not None
    return policy.using.truth


def test_a_condition_is_always_true_only_where_it_is(postgres: Postgres, database: str) -> None:
    with postgres.connect(database, ADMIN) as connection:
        connection.execute("create table nothing (x int); create table t (x int)")
        connection.execute("insert into t values (null), (0), (1)")

        @given(combined(CONSTANTS))
        def holds_of_constants(condition: str) -> None:
            ((value,),) = connection.execute(f"select {condition}").fetchall()
            assert truth_of(condition) is value

        @given(combined(CONSTANTS | OTHERS))
        def holds_of_all(condition: str) -> None:
            values = {value for (value,) in connection.execute(f"select {condition} from t")}
            truth = truth_of(condition)
            assert truth is not True or values == {True}
            assert truth is not False or True not in values

        holds_of_constants()
        holds_of_all()
