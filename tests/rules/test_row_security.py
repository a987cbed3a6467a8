"""Every table guards its rows, on the schema that migrations build up."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import database as rules
from tests.rules.migrating import GOOD, migrated, reasons
from tests.support.asking import lines, outcomes, subjects


class TestRowSecurity:
    def test_a_table_without_it(self) -> None:
        snapshot = migrated("\ncreate table orders (id int);")
        assert lines(rules.rls_disabled, snapshot) == [
            ("supabase/migrations/20260101000000_step.sql", 2)
        ]
        assert subjects(rules.rls_disabled, snapshot) == ["public.orders"]

    @pytest.mark.parametrize(
        "text",
        [
            "create table t (); alter table t force row level security",
            (
                "create table t (); alter table t enable row level security; "
                "alter table t disable row level security"
            ),
            (
                "create table t (); alter table t enable row level security; drop table t; "
                "create table t ()"
            ),
            "create schema x; create table x.t (); alter table x.t set schema public",
            "create table t as select 1 as a",
            'CREATE TABLE "public"."t" (); -- alter table t enable row level security;',
            "create table t (); comment on table t is 'alter table t enable row level security;'",
            "create table s (); alter table s rename to t",
            "create table t (); create policy p on t for select using (true)",
            "create unlogged table t ()",
            "do $$ begin create table t (); end $$",
        ],
    )
    def test_it_has_to_be_on_at_the_end(self, text: str) -> None:
        assert subjects(rules.rls_disabled, migrated(text)) == ["public.t"]

    @pytest.mark.parametrize(
        "text",
        [
            "create table t (); alter table only public.t enable row level security",
            "create schema private; create table private.t ()",
            "create table t (); drop table if exists t cascade",
            (
                "create temp table t (); create view v as select 1; create materialized view m as "
                "select 1"
            ),
            "create table t (); alter table t enable row level security; alter table t rename to s",
            (
                "create table t (a int) partition by list (a); alter table t enable row level "
                "security; create table t1 partition of t for values in (1)"
            ),
            (
                "create table t (); do $$ begin if true then alter table t enable row level "
                "security; "
                "end if; end $$"
            ),
            (
                "create table t (); do $$ begin execute 'alter table t enable row level security'; "
                "end $$"
            ),
            "set search_path = private, public; create table private.x (); create schema private",
            "create table t (); alter table t set schema private",
            "create schema private; set search_path to private; create table t ()",
            "create foreign table t (a int) server s",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(rules.rls_disabled, migrated(text)) == []

    def test_a_later_migration_switches_it_on(self) -> None:
        snapshot = migrated("create table t ()", "alter table t enable row level security")
        assert subjects(rules.rls_disabled, snapshot) == []

    def test_the_configuration_exposes_more_schemas(self) -> None:
        text = "create schema api; create table api.t ()"
        config = '[api]\nschemas = ["api", "graphql_public"]\n'
        assert subjects(rules.rls_disabled, migrated(text)) == []
        exposed = migrated(text, **{"config.toml": config})
        assert subjects(rules.rls_disabled, exposed) == ["api.t"]

    @pytest.mark.parametrize(
        "block",
        [
            (
                "do $$ declare t text; begin for t in select tablename from pg_tables loop "
                "execute format('alter table %I enable row level security', t); end loop; end $$"
            ),
            "do $$ begin execute 'alter table ' || x || ' enable row level security'; end $$",
        ],
    )
    def test_dynamic_sql_leaves_it_open(self, block: str) -> None:
        snapshot = migrated(f"create table t (); {block}")
        assert reasons(rules.rls_disabled, snapshot) == [
            (
                "supabase/migrations/20260101000000_step.sql:1 may switch row level security on "
                "for "
                "public.t by dynamic SQL"
            )
        ]

    def test_dynamic_sql_for_named_tables_leaves_only_these_open(self) -> None:
        text = (
            "create table a (); create table b (); do $$ declare t text; begin foreach t in array "
            "array['a'] loop execute format('alter table %I enable row level security', t); "
            "end loop; end $$"
        )
        said = outcomes(rules.rls_disabled, migrated(text))
        assert [isinstance(one, Unknown) for one in said] == [True, False]

    def test_an_event_trigger_for_every_new_table_leaves_it_open(self) -> None:
        text = (
            "create function f() returns event_trigger language plpgsql as $$ begin "
            "execute format('alter table %s enable row level security', x); end $$; "
            "create event trigger e on ddl_command_end execute function f(); create table t ()"
        )
        assert len(reasons(rules.rls_disabled, migrated(text))) == 1

    def test_a_combined_file_is_judged_too(self) -> None:
        snapshot = migrated(GOOD, **{"schema.sql": "create table public.orders (id int);"})
        assert lines(rules.rls_disabled, snapshot) == [("supabase/schema.sql", 1)]

    def test_combined_files_stand_in_any_order(self) -> None:
        files = {
            "schemas/a_policies.sql": "alter table t enable row level security;",
            "schemas/b_tables.sql": "create table t ();",
            "seed.sql": "create table data ();",
        }
        assert subjects(rules.rls_disabled, migrated(GOOD, **files)) == []

    def test_a_broken_statement_hides_only_itself(self) -> None:
        snapshot = migrated("create table a ();\ncreate tabel b ();\ncreate table c ();")
        said = outcomes(rules.rls_disabled, snapshot)
        assert [getattr(one, "subject", None) for one in said] == ["public.a", "public.c", None]
        assert (
            "step.sql:2 could not be read as PostgreSQL" in reasons(rules.rls_disabled, snapshot)[0]
        )

    def test_a_table_without_a_policy(self) -> None:
        text = "create table t (); alter table t enable row level security"
        assert subjects(rules.rls_without_policy, migrated(text)) == ["public.t"]
        with_policy = f"{text}; create policy p on t to service_role using (true)"
        assert subjects(rules.rls_without_policy, migrated(with_policy)) == []
        assert subjects(rules.rls_without_policy, migrated("create table t ()")) == []
        dropped = f"{with_policy}; drop policy p on t"
        assert subjects(rules.rls_without_policy, migrated(dropped)) == ["public.t"]
