"""Sessions of users: signing in, renewing, and keeping them in the keyring."""

import json
from collections.abc import Mapping
from time import time

from msgspec import Struct
from msgspec.json import decode as from_json

from autodevops import credentials
from autodevops.credentials import Credential, Service
from autodevops.sync.answers import LOGIN, Said
from autodevops.sync.exchange import Exchange, read
from autodevops.sync.project import Project
from autodevops.sync.refusals import BackendAwayError, NotSignedInError

_REFUSED = {400, 401, 403, 404, 422}
NONE_YET = "sign in: autodevops auth login supabase"
"""What to do when nobody signed in."""


class Session(Struct, frozen=True, kw_only=True):
    """What Auth gives to a user who signed in."""

    access_token: Credential
    """Says who asks, for an hour or so."""
    refresh_token: Credential | None
    """Gets the next access token, once; None when somebody gave just a token."""
    expires_at: int | None
    """When the access token ends, in seconds since 1970."""
    email: str | None
    """Whose session it is."""

    @property
    def is_over(self) -> bool:
        """Tell whether the access token has ended."""
        return self.expires_at is not None and self.expires_at <= time()


class _User(Struct):
    email: str | None = None


class _Granted(Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None
    expires_at: int | None = None
    user: _User | None = None


class _Kept(Struct):
    access_token: str
    refresh_token: str | None = None
    expires_at: int | None = None
    email: str | None = None


class Auth:
    """Supabase's Auth: signs in and renews."""

    def __init__(self, exchange: Exchange) -> None:
        """Ask through an exchange."""
        self._exchange = exchange

    def sign_in(self, email: str, password: str) -> Session:
        """Return a new session; raises NotSignedInError for a wrong address or password."""
        return self._grant("password", {"email": email, "password": password})

    def renew(self, session: Session) -> Session:
        """Return the next session; raises NotSignedInError when this one is over for good."""
        if session.refresh_token is None:
            raise NotSignedInError("the token has expired and can't be renewed", advice=LOGIN)
        return self._grant("refresh_token", {"refresh_token": session.refresh_token.reveal()})

    def sign_out(self, session: Session) -> None:
        """End a session at the backend, too; one that is over already is fine."""
        headers = {"authorization": f"Bearer {session.access_token.reveal()}"}
        self._exchange.ask(
            "POST", "/auth/v1/logout", params={"scope": "local"}, headers=headers, content=b"{}"
        )

    def _grant(self, kind: str, body: Mapping[str, str]) -> Session:
        response = self._exchange.ask(
            "POST",
            "/auth/v1/token",
            params={"grant_type": kind},
            headers={},
            content=json.dumps(body).encode(),
        )
        if response.is_success:
            return _session(read(response, _Granted))
        said = Said(response)
        if said.status in _REFUSED:
            raise NotSignedInError(
                f"Supabase does not sign you in: {said.text}",
                advice=f"check the address, the password and SUPABASE_PUBLISHABLE_KEY; {NONE_YET}",
            )
        raise BackendAwayError(
            f"Supabase's Auth is not available: {said.status}, {said.text}", advice="try again"
        )


def _session(granted: _Granted) -> Session:
    ends = granted.expires_at
    if ends is None and granted.expires_in is not None:
        ends = int(time()) + granted.expires_in
    return _made(
        granted.access_token,
        granted.refresh_token,
        ends,
        granted.user.email if granted.user else None,
        "Supabase Auth",
    )


def _made(
    access: str, refresh: str | None, ends: int | None, email: str | None, origin: str
) -> Session:
    return Session(
        access_token=Credential(Service.SUPABASE, access, origin),
        refresh_token=Credential(Service.SUPABASE, refresh, origin) if refresh else None,
        expires_at=ends,
        email=email,
    )


def from_token(token: Credential) -> Session:
    """Return the session of a user who gave just an access token: it is never renewed."""
    return Session(access_token=token, refresh_token=None, expires_at=None, email=None)


def keep(project: Project, session: Session) -> str:
    """Put a session into the keyring, one a project; return the keyring's name.

    Raises KeyringError.
    """
    refresh = session.refresh_token
    content = {
        "access_token": session.access_token.reveal(),
        "refresh_token": refresh.reveal() if refresh else None,
        "expires_at": session.expires_at,
        "email": session.email.replace(" ", "") if session.email else None,
    }
    text = json.dumps(content, separators=(",", ":"))
    return credentials.store(
        Credential(Service.SUPABASE, text, "Supabase Auth"), account=project.host
    )


def kept(project: Project) -> Session | None:
    """Return the session in the keyring, None where there is none (or no keyring)."""
    found = credentials.kept(Service.SUPABASE, account=project.host).credential
    if found is None:
        return None
    stored = decoded(found.reveal())
    if stored is None:
        return None  # of another version; signing in again writes it anew
    return _made(
        stored.access_token, stored.refresh_token, stored.expires_at, stored.email, "keyring"
    )


def decoded(text: str) -> _Kept | None:
    """Return what `keep` wrote down; None for anything else."""
    try:
        return from_json(text, type=_Kept)
    except (ValueError, RecursionError):
        return None


def forget(project: Project) -> bool:
    """Take a session out of the keyring; return whether there was one. Raises KeyringError."""
    return credentials.forget(Service.SUPABASE, account=project.host)
