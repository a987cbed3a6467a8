"""Who may see and write what: every table and function, as everybody."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.supabase.team import (
    ACME,
    MEMBER,
    OTHER,
    OUTSIDER,
    OWNER,
    STRANGER,
    WRITER,
    Database,
)
from tests.sync.reports import payload, sent

_REFUSED = psycopg.errors.InsufficientPrivilege
_TABLES = (
    "organisations",
    "memberships",
    "repositories",
    "rules",
    "audits",
    "verdicts",
    "findings",
    "sightings",
    "audit_parts",
)
_VIEWS = ("open_findings", "conformance_by_week", "rules_most_broken", "time_to_fix")
_ID = dict.fromkeys((*_TABLES, *_VIEWS), "organisation_id") | {"organisations": "id"}


def _teams(database: Database, user: str, table: str) -> set[str]:
    with database.as_user(user) as connection:
        rows = connection.execute(f"select distinct {_ID[table]}::text from public.{table}")
        return {team for (team,) in rows}


@pytest.mark.parametrize("table", [*_TABLES, *_VIEWS])
@pytest.mark.parametrize(
    ("user", "sees"),
    [(OWNER, ACME), (WRITER, ACME), (MEMBER, ACME), (OUTSIDER, OTHER), (STRANGER, None)],
    ids=["owner", "writer", "member", "outsider", "stranger"],
)
def test_everybody_sees_their_own_organisation_only(
    seen: Database, table: str, user: str, sees: str | None
) -> None:
    if table == "audit_parts" and user == MEMBER:
        sees = None  # unfinished uploads are the writers' business
    assert _teams(seen, user, table) == ({sees} if sees else set())


@pytest.mark.parametrize("table", [*_TABLES, *_VIEWS])
def test_anon_may_not_even_ask(seen: Database, table: str) -> None:
    with pytest.raises(_REFUSED), seen.as_role("anon") as connection:
        connection.execute(f"select from public.{table}")


@pytest.mark.parametrize("table", [*_TABLES, *_VIEWS])
def test_the_service_role_sees_everything(seen: Database, table: str) -> None:
    with seen.as_role("service_role") as connection:
        rows = connection.execute(f"select distinct {_ID[table]}::text from public.{table}")
        assert {team for (team,) in rows} == {ACME, OTHER}


@pytest.mark.parametrize(
    ("user", "may"),
    [(OWNER, True), (WRITER, True), (MEMBER, False), (OUTSIDER, False), (STRANGER, False)],
    ids=["owner", "writer", "member", "outsider", "stranger"],
)
def test_who_may_push(database: Database, user: str, may: bool) -> None:
    audit = sent(payload({"BR003": ["feat/x"]}))
    if may:
        assert database.push(user, audit)["stored"]
    else:
        with pytest.raises(_REFUSED):
            database.push(user, audit)
    assert database.rows("select count(*) from public.audits") == [(int(may),)]


@pytest.mark.parametrize("role", ["anon", "service_role"])
def test_push_as_a_role_without_a_user(database: Database, role: str) -> None:
    def attempt() -> None:
        with database.as_role(role) as connection:
            connection.execute("select public.push_audit(%s, %s)", (ACME, Jsonb(sent(payload()))))

    if role == "anon":
        with pytest.raises(_REFUSED):
            attempt()
    else:
        attempt()
        assert database.rows("select pushed_by from public.audits") == [(None,)]


_INSERTS = {
    "organisations": "(slug, name) values ('mine', 'Mine')",
    "memberships": f"(organisation_id, user_id, role) values ('{ACME}', '{STRANGER}', 'member')",
    "repositories": f"(organisation_id, name) values ('{ACME}', 'new')",
    "rules": "(organisation_id, id, slug, family, title, guide_section)"
    f" values ('{ACME}', 'XX001', 'x', 'XX', 'x', 'x')",
    "audits": "(organisation_id, id, repository_id, started_at, seconds, tool_version, guide_name,"
    " guide_version, guide_digest, branch, dirty, complete) select organisation_id,"
    " gen_random_uuid(), id, now(), 1, '1', 'g', '1', 'd', '', false, true"
    f" from public.repositories where organisation_id = '{ACME}'",
    "verdicts": "(organisation_id, audit_id, rule, severity, status, findings, whole)"
    " select organisation_id, id, 'XX001', 'low', 'pass', 0, true from public.audits"
    f" where organisation_id = '{ACME}'",
    "sightings": "(organisation_id, audit_id, fingerprint) select organisation_id, id, 'f'"
    f" from public.audits where organisation_id = '{ACME}'",
    "audit_parts": "(organisation_id, audit_id, upload, part, findings)"
    f" values ('{ACME}', gen_random_uuid(), 'u', 1, '[]')",
}
_MAY_INSERT = {
    "organisations": set(),
    "memberships": {OWNER},
} | {table: {OWNER, WRITER} for table in _INSERTS if table not in {"organisations", "memberships"}}


@pytest.mark.parametrize("table", _INSERTS)
@pytest.mark.parametrize("user", [OWNER, WRITER, MEMBER], ids=["owner", "writer", "member"])
def test_who_of_a_team_may_insert(seen: Database, table: str, user: str) -> None:
    statement = f"insert into public.{table} {_INSERTS[table]}"
    if user in _MAY_INSERT[table]:
        with seen.as_user(user, undone=True) as connection:
            assert connection.execute(statement).rowcount
    else:
        with pytest.raises(_REFUSED), seen.as_user(user, undone=True) as connection:
            connection.execute(statement)


_LITERAL = sorted(set(_INSERTS) - {"organisations", "audits", "verdicts", "sightings"})


@pytest.mark.parametrize("table", _LITERAL)
@pytest.mark.parametrize("user", [OUTSIDER, STRANGER], ids=["outsider", "stranger"])
def test_nobody_writes_into_another_organisation(seen: Database, table: str, user: str) -> None:
    with pytest.raises(_REFUSED), seen.as_user(user) as connection:
        connection.execute(f"insert into public.{table} {_INSERTS[table]}")


@pytest.mark.parametrize(
    "statement",
    [
        "update public.organisations set name = 'stolen'",
        "update public.memberships set role = 'owner'",
        "update public.repositories set url = 'https://evil.example'",
        "update public.rules set title = 'stolen'",
        "update public.findings set state = 'fixed'",
        "update public.audit_parts set findings = '[1]'",
        "delete from public.memberships",
        "delete from public.repositories",
        "delete from public.audit_parts",
    ],
)
@pytest.mark.parametrize("user", [OUTSIDER, STRANGER], ids=["outsider", "stranger"])
def test_no_row_of_another_organisation_can_be_changed(
    filled: Database, statement: str, user: str
) -> None:
    def acme() -> list[object]:
        return [
            filled.rows(f"select to_jsonb(t) from public.{table} t where {_ID[table]} = %s", ACME)
            for table in _TABLES
        ]

    before = acme()
    with filled.as_user(user) as connection:
        connection.execute(statement)
    assert acme() == before


@pytest.mark.parametrize("table", ["audits", "verdicts", "sightings"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_an_audit_said_is_never_changed(seen: Database, table: str, verb: str) -> None:
    statement = (
        f"delete from public.{table}"
        if verb == "delete"
        else f"update public.{table} set organisation_id = '{OTHER}'"
    )
    with pytest.raises(_REFUSED), seen.as_user(OWNER) as connection:
        connection.execute(statement)


def test_a_row_is_not_moved_into_another_organisation(seen: Database) -> None:
    with pytest.raises(_REFUSED), seen.as_user(OUTSIDER) as connection:
        connection.execute(
            "update public.findings set organisation_id = %s where organisation_id = %s",
            (ACME, OTHER),
        )


def test_an_audit_is_not_hung_onto_anothers_repository(seen: Database) -> None:
    ((theirs,),) = seen.rows(
        "select id::text from public.repositories where organisation_id = %s", ACME
    )
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        seen.as_user(OUTSIDER) as connection,
    ):
        connection.execute(
            "insert into public.audits (organisation_id, id, repository_id, started_at, seconds,"
            " tool_version, guide_name, guide_version, guide_digest, branch, dirty, complete)"
            " values (%s, gen_random_uuid(), %s, now(), 1, '1', 'g', '1', 'd', '', false, true)",
            (OTHER, theirs),
        )


def test_anothers_audit_id_neither_blocks_nor_tells(filled: Database) -> None:
    ((theirs,),) = filled.rows(
        "select id::text from public.audits where organisation_id = %s limit 1", ACME
    )
    mine = sent(payload({"BR003": ["mine"]}, audit_id=theirs))

    assert filled.push(OUTSIDER, mine, OTHER)["stored"]

    assert filled.rows(
        "select organisation_id::text from public.audits where id = %s order by 1", theirs
    ) == [(OTHER,), (ACME,)]


def test_who_pushed_is_not_for_the_pusher_to_say(seen: Database) -> None:
    with pytest.raises(_REFUSED), seen.as_user(WRITER) as connection:
        connection.execute("insert into public.audits (pushed_by) values (%s)", (OWNER,))
    assert seen.rows(
        "select distinct pushed_by::text from public.audits where organisation_id = %s", ACME
    ) == [(WRITER,)]


def test_owners_say_who_belongs(database: Database) -> None:
    with database.as_user(OWNER) as connection:
        connection.execute(
            "update public.memberships set role = 'writer' where user_id = %s", (MEMBER,)
        )
        connection.execute("delete from public.memberships where user_id = %s", (WRITER,))
    assert database.rows(
        "select user_id::text, role from public.memberships where organisation_id = %s order by 1",
        ACME,
    ) == [(OWNER, "owner"), (MEMBER, "writer")]


def test_the_last_owner_stays(database: Database) -> None:
    with database.as_user(OWNER) as connection:
        connection.execute("delete from public.memberships where user_id = %s", (OWNER,))
        connection.execute(
            "update public.memberships set role = 'member' where user_id = %s", (OWNER,)
        )
    assert database.rows("select role from public.memberships where user_id = %s", OWNER) == [
        ("owner",)
    ]


@pytest.mark.parametrize("user", [WRITER, MEMBER], ids=["writer", "member"])
def test_others_may_leave_but_not_rise(database: Database, user: str) -> None:
    with database.as_user(user) as connection:
        assert not connection.execute("update public.memberships set role = 'owner'").rowcount
        assert connection.execute("delete from public.memberships").rowcount == 1
    assert _teams(database, user, "organisations") == set()


@pytest.mark.parametrize(
    "function", ["found_organisation('x', 'x', 'x')", "add_member('acme', 'x', 'owner')"]
)
@pytest.mark.parametrize("role", ["authenticated", "anon", "service_role"])
def test_what_is_for_the_sql_editor_is_not_for_the_api(
    seen: Database, function: str, role: str
) -> None:
    with pytest.raises(_REFUSED), seen.as_role(role, STRANGER) as connection:
        connection.execute(f"select private.{function}")


def test_anon_calls_no_function(seen: Database) -> None:
    functions = seen.rows(
        "select p.oid::regprocedure::text from pg_proc p where pronamespace in"
        " ('public'::regnamespace, 'private'::regnamespace)"
        " and has_function_privilege('anon', p.oid, 'execute')"
    )
    assert functions == []
