"""A real PostgreSQL for the whole run, and a team's backend on it for a test."""

from collections.abc import Iterator
from itertools import count

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from autodevops.sync.schema import migrations
from tests.support.supabase import gateway
from tests.support.supabase.gateway import Supabase
from tests.support.supabase.postgres import Postgres
from tests.support.supabase.team import (
    ACME,
    EMAILS,
    OTHER,
    OUTSIDER,
    WRITER,
    Database,
    new_project,
)
from tests.sync.reports import payload, sent

_numbers = count()


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """Give the name of a database with all migrations and two teams."""
    made = new_project(postgres, "template")
    made.migrate(*migrations())
    made.found_teams()
    return made.name


@pytest.fixture(scope="session")
def filled_template(postgres: Postgres, template: str) -> str:
    """Give the name of a database where both teams have something in every table."""
    postgres.create("filled", template)
    filled = Database(postgres=postgres, name="filled")
    for team, user in ((ACME, WRITER), (OTHER, OUTSIDER)):
        filled.push(user, sent(payload({"BR003": ["feat/x", "feat/y"]}, day=1)), team)
        filled.push(user, sent(payload({"BR003": ["feat/y"]}, day=2)), team)
        with filled.as_user(user) as connection:
            connection.execute(
                "select public.push_part(%s, gen_random_uuid(), 'upload', 1, '[]')", (team,)
            )
    return "filled"


@pytest.fixture(scope="session")
def seen(postgres: Postgres, filled_template: str) -> Database:
    """Give a database with something in every table, to be looked at only."""
    postgres.create("seen", filled_template)
    return Database(postgres=postgres, name="seen")


@pytest.fixture
def filled(postgres: Postgres, filled_template: str) -> Iterator[Database]:
    """Give a fresh database with something in every table."""
    name = f"test{next(_numbers)}"
    postgres.create(name, filled_template)
    yield Database(postgres=postgres, name=name)
    postgres.drop(name)


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[Database]:
    """Give a fresh database with two teams."""
    name = f"test{next(_numbers)}"
    postgres.create(name, template)
    yield Database(postgres=postgres, name=name)
    postgres.drop(name)


@pytest.fixture
def supabase(database: Database) -> Iterator[Supabase]:
    """Give a stand-in for Supabase with everybody signed up; the password is `password`."""
    with gateway.serving(database.postgres, database.name) as stand_in:
        for user, email in EMAILS.items():
            stand_in.auth.add(user, email, "password")
        yield stand_in


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the machine's own keyring out of the tests, in child processes too."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)
