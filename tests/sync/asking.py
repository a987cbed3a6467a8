"""Clients of the stand-in, as tests need them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from autodevops.credentials import Credential, Service
from autodevops.sync.bearers import ServiceRole, User
from autodevops.sync.exchange import Exchange
from autodevops.sync.project import Project
from autodevops.sync.retrying import Patience
from autodevops.sync.session import Auth, Session, from_token
from autodevops.sync.supabase import LIMIT
from autodevops.sync.supabase import Supabase as Client
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, Supabase
from tests.support.supabase.team import WRITER, Database

LATER = 4_000_000_000.0
"""A time that tests don't live to see."""


class Waits:
    """Remembers how long somebody would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def patience(self, **more: Any) -> Patience:
        return Patience(sleep=self.slept.append, chance=lambda: 1.0, **more)


def project(stand_in: Supabase, key: str = PUBLISHABLE) -> Project:
    return Project(url=stand_in.url, key=credential(key))


def credential(value: str) -> Credential:
    return Credential(Service.SUPABASE, value, "the test")


@contextmanager
def exchange(
    stand_in: Supabase, key: str = PUBLISHABLE, patience: Patience | None = None
) -> Iterator[Exchange]:
    with httpx.Client(trust_env=False) as http:
        yield Exchange(project(stand_in, key), http, patience or Waits().patience())


@contextmanager
def client(
    stand_in: Supabase,
    user: str | None = WRITER,
    *,
    key: str = PUBLISHABLE,
    session: Session | None = None,
    patience: Patience | None = None,
    limit: int = LIMIT,
) -> Iterator[Client]:
    """Give a client in a user's name, or in the service key's without one."""
    with exchange(stand_in, key, patience) as asked:
        if user is None:
            yield Client(asked, ServiceRole(project(stand_in, key)), limit=limit)
            return
        session = session or from_token(credential(access_token(user, LATER)))
        yield Client(asked, User(project(stand_in), Auth(asked), session), limit=limit)


def count(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    ((rows,),) = database.rows(f"select count(*) from public.{table}")
    return int(rows)
