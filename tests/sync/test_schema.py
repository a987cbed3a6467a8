"""The migrations: from nothing and from every earlier version; clean by our own rules."""

from collections.abc import Iterator
from itertools import count

import pytest

from autodevops import audit
from autodevops.model.verdict import Status
from autodevops.sync.schema import VERSION, migrations
from tests.conftest import MakeRepo
from tests.support.supabase.postgres import Postgres
from tests.support.supabase.team import ACME, OWNER, WRITER, Database, new_project
from tests.sync.reports import payload, sent

_STEPS = migrations()
_names = count()
_EVERYTHING = """
select c.oid::regclass::text, pg_get_viewdef(c.oid), c.reloptions::text, c.relacl::text
from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'i')
union all
select p.oid::regprocedure::text, prosrc, proconfig::text, proacl::text
from pg_proc p where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
union all
select tablename || ': ' || policyname, qual, with_check, roles::text || cmd from pg_policies
order by 1
"""


@pytest.fixture
def project(postgres: Postgres) -> Iterator[Database]:
    """Give a new project without our schema."""
    made = new_project(postgres, f"project{next(_names)}")
    yield made
    postgres.drop(made.name)


def _version(database: Database) -> int:
    ((version,),) = database.rows("select public.autodevops_schema()")
    return int(version)


def test_each_migration_raises_the_version_by_one(project: Database) -> None:
    for step in _STEPS:
        project.migrate(step)
        assert _version(project) == step.number
    assert _version(project) == VERSION == len(_STEPS)


@pytest.mark.parametrize("start", range(1, len(_STEPS)))
def test_every_earlier_version_comes_to_the_same_schema_and_keeps_its_rows(
    project: Database, database: Database, start: int
) -> None:
    project.migrate(*_STEPS[:start])
    project.found_teams()
    with project.as_user(WRITER) as connection:
        connection.execute(
            "insert into public.repositories (organisation_id, name) values (%s, 'acme/old')",
            (ACME,),
        )

    project.migrate(*_STEPS[start:])

    assert project.rows("select name from public.repositories") == [("acme/old",)]
    assert project.rows(_EVERYTHING) == database.rows(_EVERYTHING)
    assert project.push(WRITER, sent(payload({"BR003": ["feat/x"]})))["stored"]


def test_the_names_order_as_supabase_orders_them() -> None:
    names = [step.name for step in _STEPS]
    assert names == sorted(names)
    assert all(name[:14].isdigit() and name[14] == "_" for name in names)


def test_our_own_rules_find_nothing_in_them(make_repo: MakeRepo) -> None:
    repository = make_repo(
        {f"supabase/migrations/{step.name}": step.sql for step in _STEPS}
        | {"app/main.py": "print()\n", "frontend/package.json": "{}\n"}
    )

    report = audit(repository.path, select=["DB"], history=False)

    assert {rule.id: rule.status for rule in report.rules if rule.family == "DB"} == {
        f"DB00{number}": Status.PASS for number in range(1, 9)
    }
    assert report.findings == ()


def test_every_table_has_row_level_security_and_a_policy(database: Database) -> None:
    tables = dict(
        database.rows(
            "select relname, relrowsecurity from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind = 'r'"
        )
    )
    guarded = {table for (table,) in database.rows("select tablename from pg_policies")}
    assert all(tables.values())
    assert set(tables) == guarded


def test_only_memberships_are_not_forced(database: Database) -> None:
    found = database.rows(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind = 'r' and not relforcerowsecurity"
    )
    assert found == [("memberships",)]


def test_views_ask_with_the_rights_of_whoever_reads_them(database: Database) -> None:
    found = database.rows(
        "select relname, reloptions from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind = 'v'"
    )
    assert len(found) == 4
    assert all(options == ["security_invoker=true"] for _, options in found)


def test_every_function_pins_its_search_path(database: Database) -> None:
    found = database.rows(
        "select proname, proconfig from pg_proc"
        " where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
    )
    assert all(settings == ['search_path=""'] for _, settings in found)


def test_no_function_of_the_api_runs_with_other_rights_than_the_callers(
    database: Database,
) -> None:
    found = database.rows(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
    )
    assert found == []


def test_an_organisation_is_founded_in_the_sql_editor(database: Database) -> None:
    database.rows("select private.found_organisation('new', 'New', 'OWNER@acme.example')")
    assert database.rows(
        "select m.user_id::text, m.role from public.memberships m"
        " join public.organisations o on o.id = m.organisation_id where o.slug = 'new'"
    ) == [(OWNER, "owner")]
