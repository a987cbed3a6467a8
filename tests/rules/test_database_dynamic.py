"""What migrations make by other means than plain statements, and what that leaves open."""

import pytest

from autodevops.model.finding import Unknown, Violation
from autodevops.rules import database as rules
from autodevops.rules.database_policies import permissive_policy
from tests.rules.migrating import GOOD, migrated, reasons
from tests.support.asking import outcomes, subjects, violations

ENABLES = "execute format('alter table %I enable row level security', t)"
SWITCHING = (
    f"create function secure(t text) returns void language plpgsql as $$ begin {ENABLES}; end $$;"
)
LOOP = (
    "do $$ declare t text; begin foreach t in array array['{}'] loop " + ENABLES + "; end loop; "
    "end $$;"
)
TRIGGER = (
    "create function f() returns event_trigger language plpgsql as $$ begin "
    f"{ENABLES}; end $$; create event trigger e on ddl_command_end execute function f();"
)


def judged(text: str, **files: str) -> list[str | None]:
    """Return which tables are open (None for one that can't be told)."""
    said = outcomes(rules.rls_disabled, migrated(text, **files))
    return [None if isinstance(one, Unknown) else getattr(one, "subject", "") for one in said]


class TestRowSecurity:
    def test_a_function_that_switches_it_on_leaves_what_it_is_called_for_open(self) -> None:
        tables = "create table a (); create table b ();"
        assert judged(f"{SWITCHING} {tables} select secure('a');") == [None, "public.b"]
        assert judged(f"{SWITCHING} {tables} select other('a');") == ["public.a", "public.b"]

    def test_a_function_that_no_longer_does_leaves_nothing_open(self) -> None:
        tame = SWITCHING.replace("create function", "create or replace function").replace(
            ENABLES, "null"
        )
        assert judged(f"{SWITCHING} {tame} create table a (); select secure('a');") == ["public.a"]

    def test_a_function_under_a_new_name_still_does(self) -> None:
        named = "alter function secure(text) rename to safe; create table a ();"
        assert judged(f"{SWITCHING} {named} select safe('a');") == [None]
        assert judged(f"{SWITCHING} {named} select secure('a');") == ["public.a"]

    @pytest.mark.parametrize("name", ["a", "public.a"])
    def test_a_loop_over_names_leaves_these_open(self, name: str) -> None:
        text = f"create table a (); create table b (); {LOOP.format(name)}"
        assert judged(text) == [None, "public.b"]

    def test_in_files_of_any_order_a_loop_switches_on_what_comes_later(self) -> None:
        files = {"schemas/a.sql": LOOP.format("t"), "schemas/b.sql": "create table t ();"}
        assert judged(GOOD, **files) == []
        files["schemas/a.sql"] = "alter table t force row level security;"
        assert judged(GOOD, **files) == ["public.t"]

    def test_what_was_switched_off_for_certain_is_not_open(self) -> None:
        text = f"create table a (); {LOOP.format('a')} alter table a disable row level security;"
        assert judged(text) == ["public.a"]

    def test_an_event_trigger_that_is_gone_switches_nothing_on(self) -> None:
        assert judged(f"{TRIGGER} create table a ();") == [None]
        assert judged(f"{TRIGGER} drop event trigger e; create table a ();") == ["public.a"]

    def test_each_file_begins_with_the_usual_search_path(self) -> None:
        first = "create schema private; set search_path = private; create table a ();"
        snapshot = migrated(first, "create table b ();")
        assert subjects(rules.rls_disabled, snapshot) == ["public.b"]

    def test_graphql_s_own_schema_is_not_the_teams(self) -> None:
        config = '[api]\nschemas = ["public", "graphql_public"]\n'
        text = "create schema graphql_public; create table graphql_public.a ();"
        assert judged(text, **{"config.toml": config}) == []

    def test_a_statement_that_is_none_is_told(self) -> None:
        (said,) = reasons(rules.rls_disabled, migrated("crate table t ();"))
        assert "could not be read" in said


class TestPolicies:
    def test_policies_that_are_made_dynamically_count(self) -> None:
        text = "create table t (); alter table t enable row level security;"
        made = "do $$ begin execute format('create policy p on %I using (true)', 't'); end $$;"
        assert subjects(rules.rls_without_policy, migrated(text)) == ["public.t"]
        assert subjects(rules.rls_without_policy, migrated(text + made)) == []
        files = {"schemas/a.sql": text + made}
        assert subjects(rules.rls_without_policy, migrated(GOOD, **files)) == []

    def test_a_part_of_a_table_needs_no_policy(self) -> None:
        text = (
            "create table t (a int) partition by list (a); alter table t enable row level security;"
            "create policy p on t using (a = 1); create table u partition of t for values in (1);"
            "alter table u enable row level security;"
        )
        assert subjects(rules.rls_without_policy, migrated(text)) == []

    def test_each_set_of_files_is_judged_by_its_own_policies(self) -> None:
        table = "create table t (id uuid); "
        opening = table + "create policy p on t using (true);"
        narrowing = " create policy r on t as restrictive using (auth.uid() = id);"
        for migration, combined, found in (
            (table, opening + narrowing, []),
            (table + narrowing, opening, ["public.t#p"]),
            (opening, opening + narrowing, ["public.t#p"]),
            (opening + narrowing, opening, []),
            (opening.replace("true", "id = auth.uid()"), opening, []),
        ):
            snapshot = migrated(migration, **{"schema.sql": combined})
            assert subjects(permissive_policy, snapshot) == found

    def test_the_place_is_that_of_the_last_change(self) -> None:
        text = "create table t (a int);\ncreate policy p on t to authenticated using (true);\n"
        (found,) = violations(permissive_policy, migrated(f"{text}alter policy p on t to anon;"))
        assert [at.line for at in found.locations] == [3]


class TestOrder:
    @pytest.mark.parametrize(
        "text",
        [
            "create table a (b int); create policy p on a using (tableoid = 1)",
            "create table a (b int); create policy p on a using (a.b = 1)",
            (
                "create table a (b int); create table c (d int); "
                "create policy p on a using (exists (select 1 from c where d = 1))"
            ),
            "create extension postgis; create view v as select * from spatial_ref_sys",
            (
                "create schema if not exists extensions; create view v as select * from "
                "extensions.cron_things"
            ),
            (
                "create table a (); create trigger t before update on a for each row "
                "execute function extensions.touch()"
            ),
            (
                "create schema s; create view s.v as select 1 as x; set search_path = s; "
                "create view w as select * from v"
            ),
            (
                "create schema s; create view s.v as select 1 as x; alter schema s rename to r; "
                "create view w as select * from r.v"
            ),
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(rules.migration_order, migrated(text)) == []

    @pytest.mark.parametrize(
        ("text", "missing"),
        [
            (
                ("create table a (); create trigger t before update on a for each row execute "
                "function touch()"),
                "public.touch",
            ),
            (("create schema s; create table s.b (); drop schema s cascade; drop table a; "
             "create table a ()"), "public.a"),
            (("create schema s; create view s.v as select 1 as x; drop schema s cascade; "
             "create schema s; create view w as select * from s.v"), "s.v"),
        ],
    )  # fmt: skip
    def test_something_is_needed_too_early(self, text: str, missing: str) -> None:
        assert subjects(rules.migration_order, migrated(text)) == [missing]

    @pytest.mark.parametrize(
        "maker",
        [
            "do $$ begin execute 'create table ' || 'a (b int)'; end $$;",
            "do $$ begin execute 'create tabel a (b int)'; end $$;",
            "create tabel a (b int);",
        ],
    )
    def test_what_may_have_been_made_is_open(self, maker: str) -> None:
        snapshot = migrated(f"{maker} create index on a (b);")
        assert any("public.a, which" in one for one in reasons(rules.migration_order, snapshot))

    def test_what_comes_later_for_certain_is_needed_too_early(self) -> None:
        text = "create tabel x (); create index on a (b); create table a (b int);"
        found, gap = outcomes(rules.migration_order, migrated(text))
        assert isinstance(found, Violation)
        assert isinstance(gap, Unknown)
        assert found.subject == "public.a"

    def test_a_file_that_can_not_be_read_leaves_open_what_it_made(self) -> None:
        snapshot = migrated("create table\0 a (b int);", "create index on a (b);")
        assert any("public.a, which" in one for one in reasons(rules.migration_order, snapshot))
