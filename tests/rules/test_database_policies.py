"""The rules about what policies let through."""

import pytest

from autodevops.model.finding import Confidence
from autodevops.rules.database_policies import permissive_policy, recursive_policy
from tests.rules.migrating import migrated
from tests.support.asking import subjects, violations

TABLE = "create table t (id uuid, email text, title text);"
PLAIN = "create table t (id uuid, title text);"


class TestPermissive:
    @pytest.mark.parametrize(
        "policy",
        [
            "for insert with check (true)",
            "for insert to anon with check (true)",
            "for insert to authenticated, anon with check ((select true))",
            "for update using (true)",
            "for update to public using (true) with check (1 = 1)",
            "for delete to anon using (not false)",
            "using (true)",
            "for all to anon using (true) with check (id is not null)",
            "for insert to anon with check (true or id is null)",
            "for delete using ('true'::boolean)",
        ],
    )
    def test_everybody_may_write(self, policy: str) -> None:
        assert subjects(permissive_policy, migrated(f"{PLAIN} create policy p on t {policy}")) == [
            "public.t#p"
        ]

    @pytest.mark.parametrize(
        "policy",
        [
            "for select using (true)",
            "for select to anon using (true and (1 = 1))",
        ],
    )
    def test_everybody_may_read_personal_data(self, policy: str) -> None:
        snapshot = migrated(f"{TABLE} create policy p on t {policy}")
        (found,) = violations(permissive_policy, snapshot)
        assert "read everybody's email of public.t" in found.message
        assert subjects(permissive_policy, migrated(f"{PLAIN} create policy p on t {policy}")) == []

    @pytest.mark.parametrize(
        "policy",
        [
            "to service_role using (true) with check (true)",
            "for insert to authenticated with check (true)",
            "as restrictive using (true)",
            "for select to authenticated using (true)",
            "using ((select auth.uid()) = id)",
            "for select using (true and auth.role() = 'authenticated')",
            "using (false)",
            "using (auth.jwt() ->> 'role' = 'service_role')",
            "for insert with check (id is not null)",
            "for update using (true) with check (auth.uid() = id)",
            "for update using (auth.uid() = id) with check (true)",
            "for delete using (null = null)",
        ],
    )
    def test_innocent(self, policy: str) -> None:
        snapshot = migrated(f"{TABLE} create policy p on t {policy}")
        assert subjects(permissive_policy, snapshot) == []

    def test_a_restrictive_policy_narrows_it_down(self) -> None:
        text = f"{TABLE} create policy p on t using (true); create policy r on t as restrictive "
        assert subjects(permissive_policy, migrated(text + "using (auth.uid() = id)")) == []
        assert subjects(permissive_policy, migrated(text + "using (true)")) == ["public.t#p"]
        half = text + "for select using (auth.uid() = id)"
        (found,) = violations(permissive_policy, migrated(half))
        assert found.evidence["personal_columns"] == []

    @pytest.mark.parametrize(
        ("roles", "narrowed", "held_back"),
        [
            ("anon", "anon", True),
            ("anon", "anon, authenticated", True),
            ("anon", "public", True),
            ("anon, authenticated", "anon", False),
            ("anon", "authenticated", False),
            ("public", "anon", False),
        ],
    )
    def test_a_restrictive_policy_narrows_down_only_for_whom_it_is(
        self, roles: str, narrowed: str, held_back: bool
    ) -> None:
        text = (
            f"{PLAIN} create policy p on t to {roles} using (true); "
            f"create policy r on t as restrictive to {narrowed} using (false)"
        )
        assert (subjects(permissive_policy, migrated(text)) == []) is held_back

    def test_columns_are_personal_in_any_case(self) -> None:
        text = (
            'create table t (id uuid, "eMail" text); create policy p on t for select using (true)'
        )
        (found,) = violations(permissive_policy, migrated(text))
        assert found.evidence["personal_columns"] == ["eMail"]

    def test_writing_and_reading_are_told_together(self) -> None:
        (found,) = violations(
            permissive_policy, migrated(f"{TABLE} create policy p on t using (true)")
        )
        assert (
            "lets public insert, update and delete any row and read everybody's email of public.t"
            in found.message
        )

    def test_what_is_altered_later_counts(self) -> None:
        text = f"{PLAIN} create policy p on t using (true)"
        assert (
            subjects(permissive_policy, migrated(text, "alter policy p on t to service_role")) == []
        )
        assert subjects(permissive_policy, migrated(text, "drop policy p on t")) == []
        tightened = "alter policy p on t using (auth.uid() = id) with check (auth.uid() = id)"
        assert subjects(permissive_policy, migrated(text, tightened)) == []
        checked = migrated(text, "alter policy p on t with check (auth.uid() = id)")
        (found,) = violations(permissive_policy, checked)
        assert "lets public delete any row" in found.message
        renamed = migrated(text, "alter policy p on t rename to q")
        assert subjects(permissive_policy, renamed) == ["public.t#q"]

    def test_a_schema_that_is_not_served(self) -> None:
        text = "create schema x; create table x.t (); create policy p on x.t using (true)"
        assert subjects(permissive_policy, migrated(text)) == []

    def test_files_are_served_too(self) -> None:
        text = "create policy p on storage.objects for insert with check (true)"
        assert subjects(permissive_policy, migrated(text)) == ["storage.objects#p"]


class TestRecursive:
    @pytest.mark.parametrize(
        "text",
        [
            "create policy p on t using (exists (select 1 from t x where x.id = auth.uid()))",
            "create policy p on public.t for select using (id in (select id from public.t))",
            "create policy p on t for update using (exists (select 1 from t))",
            ("create policy p on t using (exists (with t as (select 1) select 1 from public.t))"),
            (
                "create function f() returns bool language sql as 'select exists (select 1 from "
                "t)'; "
                "create policy p on t for select using (f())"
            ),
        ],
    )
    def test_it_selects_from_its_own_table(self, text: str) -> None:
        assert subjects(recursive_policy, migrated(PLAIN + text)) == ["public.t#p"]

    def test_a_function_that_is_called_makes_it_less_certain(self) -> None:
        function = "create function f() returns bool language sql as 'select true from t';"
        called = f"{PLAIN} {function} create policy p on t for select using (f())"
        direct = f"{PLAIN} create policy p on t using (exists (select 1 from t))"
        for text, confidence in ((called, Confidence.MEDIUM), (direct, Confidence.HIGH)):
            (found,) = violations(recursive_policy, migrated(text))
            assert found.confidence is confidence

    def test_new_names_lead_back_as_well(self) -> None:
        table = f"{PLAIN} create policy p on t using (exists (select 1 from t x)); "
        renamed = migrated(table + "alter table t rename to u")
        assert subjects(recursive_policy, renamed) == ["public.u#p"]
        function = (
            f"{PLAIN} create function f() returns bool language sql as 'select true from t'; "
            "create policy p on t for select using (f()); alter function f() rename to g"
        )
        assert subjects(recursive_policy, migrated(function)) == ["public.t#p"]

    def test_the_way_back_is_told_in_order(self) -> None:
        tables = "".join(f"create table {name} (id uuid);" for name in "abc")
        leads = "".join(
            f"create policy p on {one} using (id in (select id from {other}));"
            for one, other in ("ab", "bc", "ca")
        )
        found = violations(recursive_policy, migrated(tables + leads))
        assert found[0].evidence["reads"] == "public.a -> public.b -> public.c -> public.a"

    def test_a_circle_over_another_table(self) -> None:
        text = (
            f"{PLAIN} create table u (id uuid); create policy p on t using (id in (select id from "
            "u)); create policy q on u for select using (id in (select id from t))"
        )
        found = violations(recursive_policy, migrated(text))
        assert [one.evidence["reads"] for one in found] == [
            "public.t -> public.u -> public.t",
            "public.u -> public.t -> public.u",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            (
                "create function f() returns bool language sql security definer set search_path = "
                "'' "
                "as 'select exists (select 1 from public.t)'; create policy p on t using (f())"
            ),
            (
                "create table u (id uuid); create policy p on t using (id in (select id from u)); "
                "create policy q on u using (true)"
            ),
            "create policy p on t using (exists (select 1 from auth.users where id = t.id))",
            (
                "create schema x; create table x.t (id uuid); create policy p on t using "
                "(exists (select 1 from x.t))"
            ),
            "create policy p on t using (exists (with t as (select 1) select 1 from t))",
            (
                "create policy r on t for select using (id = auth.uid()); create policy p on t for "
                "insert with check (exists (select 1 from t))"
            ),
            "create policy t on t using (t.id = auth.uid())",
            (
                "create function f() returns bool language sql as $$ select true -- from t\n $$; "
                "create policy p on t using (f())"
            ),
            (
                "create function f() returns bool language sql as 'select true from t'; "
                "create policy p on t for insert with check (f())"
            ),
            (
                "create policy p on t using (exists (select 1 from t)); drop table t; "
                "create table t (id uuid)"
            ),
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(recursive_policy, migrated(PLAIN + text)) == []
