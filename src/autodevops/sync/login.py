"""Signing in at the team's backend, and out again: what `auth` does for Supabase."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from autodevops.credentials import Credential, Service, from_environment
from autodevops.sync import session as sessions
from autodevops.sync.bearers import TOKEN, User
from autodevops.sync.exchange import Exchange, open_http
from autodevops.sync.project import Project, project_from_environment
from autodevops.sync.refusals import SchemaError
from autodevops.sync.retrying import Patience
from autodevops.sync.session import Auth, Session
from autodevops.sync.supabase import Supabase


class SignedIn(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in."""

    host: str
    """Host of the project."""
    email: str | None
    """Whose session it is; None for a token that somebody gave."""
    origin: str
    """Where the session is kept, such as the keyring's name."""
    expires_at: int | None
    """When its access token ends, in seconds since 1970; a session with more is renewed then."""
    renews: bool
    """Whether it is renewed."""


def sign_in(email: str, password: str) -> SignedIn:
    """Sign in with a password and keep the session in the keyring.

    Raises UsageError when no project is named, NotSignedInError for a wrong address or password,
    BackendAwayError, and KeyringError when the session can't be kept.
    """
    project = project_from_environment()
    with _exchange(project) as exchange:
        session = Auth(exchange).sign_in(email, password)
    return _signed_in(project, session, sessions.keep(project, session))


def sign_in_with_token(token: Credential) -> SignedIn:
    """Keep an access token in the keyring, once the backend has taken it. Raises as `sign_in`."""
    project = project_from_environment()
    session = sessions.from_token(token)
    with _exchange(project) as exchange:
        backend = Supabase(exchange, User(project, Auth(exchange), session))
        with suppress(SchemaError):  # the token was taken; the schema may come later
            backend.organisations()
    return _signed_in(project, session, sessions.keep(project, session))


def sign_out(*, patience: Patience | None = None) -> bool:
    """End the kept session here and at the backend; return whether there was one.

    Raises KeyringError when the keyring does not let go of it, BackendAwayError when the backend
    was not reached: it is forgotten here nevertheless.
    """
    project = project_from_environment()
    session = sessions.kept(project)
    had = sessions.forget(project)
    if session is not None and session.refresh_token is not None:
        with _exchange(project, patience) as exchange:
            Auth(exchange).sign_out(session)
    return had


def who() -> SignedIn | None:
    """Return who would push from here, None when nobody is signed in; asks nobody.

    Raises UsageError when no project is named.
    """
    project = project_from_environment()
    given = from_environment(Service.SUPABASE, TOKEN)
    if given is not None:
        return _signed_in(project, sessions.from_token(given), given.origin)
    session = sessions.kept(project)
    return None if session is None else _signed_in(project, session, "keyring")


def _signed_in(project: Project, session: Session, origin: str) -> SignedIn:
    return SignedIn(
        host=project.host,
        email=session.email,
        origin=origin,
        expires_at=session.expires_at,
        renews=session.refresh_token is not None,
    )


@contextmanager
def _exchange(project: Project, patience: Patience | None = None) -> Iterator[Exchange]:
    with open_http() as http:
        yield Exchange(project, http, patience or Patience(attempts=2))
