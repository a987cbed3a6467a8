"""A schema is followed statement by statement, and each knows its line."""

from autodevops.facts._sql.changes import apply
from autodevops.facts._sql.schema import Qualified, Schema


def test_a_statement_that_stands_twice_in_a_block_keeps_its_own_line() -> None:
    schema = Schema()
    block = "do $$ begin\n create table a ();\n drop table a;\n create table a ();\nend $$;"
    text = f"select 1;\n\n{block}"
    assert list(apply(schema, "m.sql", text)) == []
    assert schema.tables[Qualified("public", "a")].place.line == 6


def test_a_function_is_found_by_its_new_name() -> None:
    schema = Schema()
    text = (
        "create function a() returns int language sql as 'select 1';"
        "create function a(int) returns int language sql as 'select 1';"
        "alter function a(int) rename to b; drop function a();"
    )
    assert list(apply(schema, "m.sql", text)) == []
    assert [str(name) for name, _ in schema.functions] == ["public.b"]
