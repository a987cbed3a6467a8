"""The rules about migrations, on the schema that they build up."""

import pytest

from autodevops.model.finding import Confidence
from autodevops.rules import database as rules
from autodevops.rules._api import Rule
from tests.conftest import MakeRepo
from tests.rules.migrating import GOOD, TREE, migrated, reasons
from tests.support.asking import is_not_applicable, subjects, violations
from tests.support.history import at_fault, judged, not_applicable, unknown
from tests.support.repositories import ago

every_rule = pytest.mark.parametrize("rule", TREE, ids=lambda rule: rule.id)


@every_rule
def test_without_migrations_there_is_nothing_to_judge(rule: Rule) -> None:
    assert is_not_applicable(rule, {"app/main.py": "", "supabase/seed.sql": "create table a ();"})


@every_rule
def test_a_careful_migration_is_fine(rule: Rule) -> None:
    assert subjects(rule, migrated(GOOD)) == []


@every_rule
def test_sql_elsewhere_is_nobody_s_schema(rule: Rule) -> None:
    files = {"docs/example.sql": "create table public.a ();", "tests/db.sql": "create table b ();"}
    assert is_not_applicable(rule, files)


class TestOrder:
    @pytest.mark.parametrize(
        ("text", "missing"),
        [
            ("alter table a enable row level security; create table a ()", "public.a"),
            ("create table a (b int references b (id)); create table b (id int)", "public.b"),
            ("create policy p on a using (true)", "public.a"),
            ("create index on a (b)", "public.a"),
            ("create table a (b int); create index on a (c)", "public.a.c"),
            ("create table a (b int); create policy p on a using (c = 1)", "public.a.c"),
            ("create table a (b int); alter table a drop column c", "public.a.c"),
            ("create view v as select * from a", "public.a"),
            ("insert into a values (1); create table a (b int)", "public.a"),
            ("create table a (); drop table a; update public.a set b = 1", "public.a"),
            ("create table a (); alter table a rename to b; drop table a", "public.a"),
            ("drop table a", "public.a"),
            (
                (
                    "create table a (); create trigger t before update on a for each row execute "
                    "function touch(); create function touch() returns trigger language plpgsql "
                    "as ''"
                ),
                "public.touch",
            ),
            (
                (
                    "create table a (); create policy p on a using (may()); "
                    "create function may() returns bool language sql as 'select true'"
                ),
                "public.may",
            ),
            ("create table a (b int references c (d)); create table c ()", "public.c"),
            ("create table a (); create table b (c int references a (d))", "public.a.d"),
        ],
    )
    def test_something_is_needed_too_early(self, text: str, missing: str) -> None:
        assert subjects(rules.migration_order, migrated(text)) == [missing]

    @pytest.mark.parametrize(
        "text",
        [
            (
                "create table a (b uuid references auth.users (id)); create policy p on "
                "storage.objects using (bucket_id = 'x')"
            ),
            "alter table if exists a add column b int; drop table if exists c; drop view v",
            "create table a (b int references a (c), c int unique)",
            "do $$ begin alter table a add column b int; exception when others then null; end $$",
            (
                "create extension moddatetime schema extensions; create table a (); create "
                "trigger t "
                "before update on a for each row execute procedure moddatetime (b)"
            ),
            (
                "create view v as with a as (select 1) select * from a; create view w as select * "
                "from v"
            ),
            (
                "create table a (b int); create index on a (lower(b::text)); create table c (like "
                "a); "
                "create index on c (b)"
            ),
            (
                "create function f() returns int language sql as 'select 1 from later'; "
                "create table later ()"
            ),
            (
                "insert into storage.buckets values (1); insert into cron.job values (1); "
                "select cron.schedule('a', 'b', 'c')"
            ),
            "create table a (b int); alter table a rename column b to c; create index on a (c)",
            (
                "create table a (b int); create policy p on a using (exists (select 1 from a x "
                "where "
                "x.b = a.b) and auth.uid() is null and b = 1)"
            ),
            "create table a as select 1 as b; create index on a (b)",
            "delete from pg_catalog.x; create view v as select * from pg_policies",
            "create temp table a (b int); insert into a values (1)",
            (
                'create table "A" (); insert into "A" values (1); create table b (); INSERT INTO B '
                "values (1)"
            ),
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(rules.migration_order, migrated(text)) == []

    def test_the_place_of_both_is_told(self) -> None:
        snapshot = migrated("create index on a (b)", "\n\ncreate table a (b int)")
        (found,) = violations(rules.migration_order, snapshot)
        assert [(at.path, at.line) for at in found.locations] == [
            ("supabase/migrations/20260101000000_step.sql", 1),
            ("supabase/migrations/20260102000000_step.sql", 3),
        ]
        assert found.confidence is Confidence.HIGH

    def test_what_a_broken_statement_may_have_made_is_open(self) -> None:
        snapshot = migrated("create tabel a (b int); create index on a (b)")
        assert "public.a, which" in reasons(rules.migration_order, snapshot)[0]


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "001_init.sql",
            "init.sql",
            "20260101_init.sql",
            "20261301000000_init.sql",
            "20260101000000.sql",
            "20260101000000-init.sql",
            "20260101000000_with space.sql",
            "20991231000000_future.sql",
        ],
    )
    def test_another_shape(self, name: str) -> None:
        path = f"supabase/migrations/{name}"
        assert subjects(rules.migration_name, {path: ""}) == [path]

    def test_two_with_one_number(self) -> None:
        paths = [f"supabase/migrations/20260101000000_{name}.sql" for name in ("a", "b")]
        assert subjects(rules.migration_name, dict.fromkeys(paths, "")) == [paths[1]]

    @pytest.mark.parametrize(
        "name",
        [
            "20260101000000_init.sql",
            "20260101000000_v1.2-add_users.sql",
            "README.md",
            ".gitkeep",
            "archive/old.sql",
            "../seed.sql",
        ],
    )
    def test_innocent(self, name: str) -> None:
        files = {
            "supabase/migrations/20250101000000_first.sql": "",
            f"supabase/migrations/{name}": "",
        }
        assert subjects(rules.migration_name, files) == []


class TestDefiner:
    HEAD = "create function public.f(a int) returns int language sql security definer"

    @pytest.mark.parametrize(
        "text",
        [
            f"{HEAD} as 'select 1'",
            (
                f"{HEAD} set search_path = '' as 'select 1'; create or replace function f(a int) "
                "returns int language sql security definer as 'select 2'"
            ),
            f"{HEAD} set search_path = '' as 'select 1'; alter function f(int) reset search_path",
            (
                "create function f(a int) returns int language sql as 'select 1'; "
                "alter function f security definer"
            ),
            f"{HEAD} set work_mem = '1MB' as 'set search_path to x'",
        ],
    )
    def test_an_open_search_path(self, text: str) -> None:
        assert subjects(rules.definer_search_path, migrated(text)) == ["public.f(int4)"]

    @pytest.mark.parametrize(
        "text",
        [
            f"{HEAD} set search_path to public, pg_temp as 'select 1'",
            f"{HEAD} as 'select 1'; alter function public.f(int) set search_path = ''",
            f"{HEAD} as 'select 1'; alter function public.f(int) security invoker",
            f"{HEAD} as 'select 1'; drop function f(integer)",
            "create function f() returns int language sql as 'select 1 -- security definer'",
            f"{HEAD} set search_path from current as 'select 1'",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(rules.definer_search_path, migrated(text)) == []


class TestRewritten:
    PATH = "supabase/migrations/20260101000000_a.sql"

    def test_an_edit_on_the_default_branch(self, make_repo: MakeRepo) -> None:
        repository = make_repo({self.PATH: "create table a ();"}, at=ago(days=9))
        repository.commit("fix: a", {self.PATH: "create table b ();"}, at=ago(days=8))
        assert at_fault(rules.migration_rewritten, repository) == [self.PATH]

    @pytest.mark.parametrize(
        "then",
        ["-- why\ncreate table a ( ) ;\n", "create table a ();\n\n"],
    )
    def test_comments_and_blanks_are_no_edit(self, make_repo: MakeRepo, then: str) -> None:
        repository = make_repo({self.PATH: "create table a ( );"}, at=ago(days=9))
        repository.commit("docs: a", {self.PATH: then}, at=ago(days=8))
        wanted = [] if then.startswith("--") else [self.PATH]
        assert at_fault(rules.migration_rewritten, repository) == wanted

    def test_a_draft_inside_a_branch(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"README.md": ""}, at=ago(days=9))
        repository.checkout("feature/a", create=True)
        repository.commit("feat: a", {self.PATH: "create table a ();"}, at=ago(days=8))
        repository.commit("feat: b", {self.PATH: "create table b ();"}, at=ago(days=7))
        repository.checkout("main")
        repository.merge("feature/a", at=ago(days=6))
        assert at_fault(rules.migration_rewritten, repository) == []

    def test_an_edit_that_a_merge_brings(self, make_repo: MakeRepo) -> None:
        repository = make_repo({self.PATH: "create table a ();"}, at=ago(days=9))
        repository.checkout("feature/a", create=True)
        repository.commit("feat: b", {self.PATH: "create table b ();"}, at=ago(days=7))
        repository.checkout("main")
        repository.merge("feature/a", at=ago(days=6))
        assert at_fault(rules.migration_rewritten, repository) == [self.PATH]

    def test_an_edit_that_was_taken_back(self, make_repo: MakeRepo) -> None:
        repository = make_repo({self.PATH: "create table a ();"}, at=ago(days=9))
        repository.commit("fix: a", {self.PATH: "create table b ();"}, at=ago(days=8))
        repository.commit("revert: a", {self.PATH: "create table a ();"}, at=ago(days=7))
        assert at_fault(rules.migration_rewritten, repository) == []

    def test_a_migration_that_is_gone_or_still_uncommitted(self, make_repo: MakeRepo) -> None:
        repository = make_repo({self.PATH: "a"}, at=ago(days=9))
        repository.commit("fix: a", {self.PATH: "b"}, at=ago(days=8))
        other = self.PATH.replace("_a", "_b")
        repository.commit("fix: squash", {self.PATH: None, other: "c"}, at=ago(days=7))
        assert at_fault(rules.migration_rewritten, repository) == []

    def test_a_shallow_clone_knows_nothing(self, make_repo: MakeRepo) -> None:
        repository = make_repo({self.PATH: "a"}, at=ago(days=9))
        repository.commit("fix: a", {self.PATH: "b"}, at=ago(days=8))
        clone = repository.clone(repository.path.parent / "clone", "--depth=1")
        assert unknown(rules.migration_rewritten, clone) == ["the clone is shallow"]

    def test_without_migrations_there_is_nothing_to_judge(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"README.md": ""}, at=ago(days=9))
        assert not_applicable(rules.migration_rewritten, repository)
        assert judged(rules.migration_rewritten, repository)
