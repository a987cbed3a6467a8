"""SQL text is cut and parsed so that a broken statement hides only itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._sql.parse import MAX_CODE, MAX_STATEMENTS, parse
from autodevops.facts._sql.split import code_of, split
from tests.support.growth import assert_linear


def cut(text: str) -> list[str]:
    return [statement.text for statement in split(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("select ';'; select 2", "select ';'"),
        ("select 'it''s; x'; select 2", "select 'it''s; x'"),
        (r"select E'\';'; select 2", r"select E'\';'"),
        (r"select 'a\'; select 2", r"select 'a\'"),
        ('select ";"; select 2', 'select ";"'),
        ("do $$ a; b; $$; select 2", "do $$ a; b; $$"),
        ("do $x$ a; $$; $x$; select 2", "do $x$ a; $$; $x$"),
        ("select 1 -- a; b\n; select 2", "select 1 -- a; b\n"),
        ("select 1 /* a; /* b; */ c; */; select 2", "select 1 /* a; /* b; */ c; */"),
        ("/* a; */ -- b;\nselect 1; select 2", "select 1"),
        (
            (
                "create function f() returns int begin atomic select case when a then 1 end; "
                "select 2; end; select 2"
            ),
            (
                "create function f() returns int begin atomic select case when a then 1 end; "
                "select 2; end"
            ),
        ),
        ("\\restrict abc\nselect 1; select 2", "select 1"),
    ],
)
def test_a_semicolon_inside_something_ends_nothing(text: str, first: str) -> None:
    found = cut(text)
    assert found[0] == first
    assert found[-1] == "select 2"


def test_copied_data_is_no_sql() -> None:
    text = "copy public.t (a) from stdin;\n1;\n'2\n\\.\n\ncreate table x ();"
    assert cut(text)[1:] == ["create table x ()"]


def test_lines_count_from_the_first_word() -> None:
    text = "-- a\n\nselect 1;\n/* b\n*/ select 2;\n\n\nselect 3"
    assert [statement.line for statement in split(text)] == [3, 5, 8]


def test_comments_and_blanks_make_no_difference_to_the_code() -> None:
    assert code_of("select 1; -- one\nselect  'a  --b'") == code_of("select\n1;\nselect 'a  --b' ")
    assert code_of("select 1") != code_of("select 2")


@given(st.text(alphabet="a';\"$-/*\\\n \te", max_size=60))
def test_any_text_is_cut_to_its_end(text: str) -> None:
    found = list(split(text))
    assert all(statement.text in text for statement in found)
    assert [s.line for s in found] == sorted(s.line for s in found)


def test_a_broken_statement_hides_only_itself() -> None:
    found = list(parse("create table a ();\ncreate tabel b ();\ncreate table c ();"))
    assert [(one.line, one.kind) for one in found] == [
        (1, "create_stmt"),
        (2, ""),
        (3, "create_stmt"),
    ]
    assert found[1].problem == 'syntax error at or near "tabel"'


@pytest.mark.parametrize("text", ["grant all on t to anon", "commit", "comment on table t is 'x'"])
def test_what_shapes_no_schema_is_not_parsed(text: str) -> None:
    assert list(parse(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        f"create view v as select 1{'+1' * 200_000}",
        f"create view v as select 1{'+1' * 5_000}",
        f"create view v as select {'(' * 10_000}1{')' * 10_000}",
        f"create view v as select {'not ' * 6_000} true",
    ],
    ids=["long sum", "sum", "parentheses", "negations"],
)
def test_deep_statements_are_refused_and_crash_nothing(text: str) -> None:
    assert [one.problem is not None for one in parse(text)] == [True]


def test_long_strings_are_no_long_code() -> None:
    body = "select 1;" * MAX_CODE
    text = f"create function f() returns int language sql as $$ {body} $$"
    assert [one.kind for one in parse(text)] == ["create_function_stmt"]


@pytest.mark.parametrize(
    "part", ["';", "$$;", "/*", '"', "begin atomic;", "(", "create;", "insert into "]
)
def test_a_huge_file_takes_time_that_grows_with_it(part: str) -> None:
    assert_linear(lambda text: list(parse(text)), lambda times: part * times, 3_000)


def test_a_file_with_too_many_statements_says_so() -> None:
    found = list(parse("create table a ();" * (MAX_STATEMENTS + 5)))
    assert len(found) == MAX_STATEMENTS + 1
    assert found[-1].problem == f"only the first {MAX_STATEMENTS} statements are judged"
