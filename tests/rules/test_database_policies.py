"""The rules about what policies let through."""

import pytest

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

    def test_what_is_altered_later_counts(self) -> None:
        text = f"{PLAIN} create policy p on t using (true)"
        assert (
            subjects(permissive_policy, migrated(text, "alter policy p on t to service_role")) == []
        )
        assert subjects(permissive_policy, migrated(text, "drop policy p on t")) == []
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
            (
                "create function f() returns bool language sql as 'select exists (select 1 from "
                "t)'; "
                "create policy p on t for select using (f())"
            ),
        ],
    )
    def test_it_selects_from_its_own_table(self, text: str) -> None:
        assert subjects(recursive_policy, migrated(PLAIN + text)) == ["public.t#p"]

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
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(recursive_policy, migrated(PLAIN + text)) == []
