"""Signs in to services, and says where each credential comes from and what it may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from autodevops import credentials
from autodevops.credentials import Credential, Service
from autodevops.errors import AutodevopsError, KeyringError, UnauthorizedError

_SECONDS = 15.0
_FORBIDDEN = 403
_T = TypeVar("_T")


class State(StrEnum):
    """How a credential stands."""

    NONE = "none"
    NOT_ASKED = "not-asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of the credential of one service; never its value."""

    service: Service
    """The service."""
    state: State
    """Whether the service takes it."""
    origin: str | None = None
    """Where it comes from; None when there is none."""
    account: str | None = None
    """Whose it is, as the service says."""
    permissions: tuple[str, ...] | None = None
    """What it may do, in the service's words; None when nobody can tell."""
    models: tuple[str, ...] = ()
    """Names of the models that it may ask; Gemini's only."""
    expires: str | None = None
    """RFC 3339 time of its end, UTC; None when it has none, or nobody knows."""
    note: str | None = None
    """What else there is to know, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a credential was put."""

    keyring: str
    """Name of the keyring."""
    standing: Standing
    """What the service says about it."""
    outdone_by: str | None
    """The variable that wins over the keyring, as long as it is set."""


def standings(*, offline: bool) -> tuple[Standing, ...]:
    """Return how the credentials of all services stand; `offline` asks none of them."""
    return tuple(standing(service, offline=offline) for service in Service)


def standing(service: Service, *, offline: bool) -> Standing:
    """Return how the credential of a service stands, wherever it comes from."""
    if service is Service.SUPABASE:
        return _supabase(offline=offline)
    try:
        found = credentials.search(service, account=_account(service))
    except AutodevopsError as error:
        return Standing(service=service, state=State.UNKNOWN, note=error.message)
    if found.credential is None:
        return Standing(service=service, state=State.NONE, note=_joined(found.note, _how(service)))
    return _probed(found.credential, offline=offline)


def sign_in(credential: Credential, *, offline: bool) -> Kept:
    """Put a token or key into the keyring, unless its service refuses it.

    Raises UnauthorizedError for one that is refused, KeyringError when there is no keyring.
    """
    service = credential.service
    require_keyring(service)
    found = _probed(credential, offline=offline)
    if found.state is State.REFUSED:
        raise UnauthorizedError(
            found.note or f"{service} does not accept it", advice="nothing was kept; try another"
        )
    name = _stored(service, lambda: credentials.store(credential, account=_account(service)))
    found = replace(found, origin="keyring")
    return Kept(keyring=name, standing=found, outdone_by=_outdone_by(service))


def sign_in_to_backend(email: str | None, secret: Credential) -> Kept:
    """Keep a session of the team's backend: by address and password, or by a token alone.

    Raises UsageError when no project is named, NotSignedInError when it refuses.
    """
    from autodevops.sync import login

    require_keyring(Service.SUPABASE)

    def store() -> login.SignedIn:
        if email is None:
            return login.sign_in_with_token(secret)
        return login.sign_in(email, secret.reveal())

    done = _stored(Service.SUPABASE, store)
    found = Standing(
        service=Service.SUPABASE,
        state=State.ACCEPTED,
        origin="keyring",
        account=done.email,
        expires=_time(done.expires_at),
        note="it is renewed by itself" if done.renews else "it is not renewed: sign in again then",
    )
    return Kept(keyring=done.origin, standing=found, outdone_by=_outdone_by(Service.SUPABASE))


def sign_out(service: Service) -> bool:
    """Take a service's credential out of the keyring; return whether there was one.

    Raises KeyringError when that can't be done, UsageError when no backend is named.
    """
    if service is not Service.SUPABASE:
        return credentials.forget(service, account=_account(service))
    from autodevops.sync import login

    return login.sign_out()


def require_keyring(service: Service) -> None:
    """Raise KeyringError, before anybody types a secret, where nothing could keep it."""
    note = credentials.kept(service, account=_account(service)).note
    if note is not None:
        raise KeyringError(note, advice=_instead(service))


def _stored(service: Service, store: Callable[[], _T]) -> _T:
    try:
        return store()
    except KeyringError as error:
        raise KeyringError(error.message, advice=_instead(service)) from None


def _instead(service: Service) -> str:
    return f"on a machine without a keyring, set {service.variables[0]} in the environment"


def _how(service: Service) -> str:
    return f"set {service.variables[0]}, or run `autodevops auth login {service}`"


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def _outdone_by(service: Service) -> str | None:
    found = credentials.from_environment(service, *service.variables)
    return None if found is None else found.origin.removeprefix("environment ")


def _account(service: Service) -> str:
    if service is not Service.GITHUB:
        return ""
    from autodevops.sources.github.endpoints import endpoints

    return endpoints().account


def _probed(credential: Credential, *, offline: bool) -> Standing:
    found = Standing(service=credential.service, state=State.NOT_ASKED, origin=credential.origin)
    if offline:
        return replace(found, note="not asked: --offline")
    try:
        return _PROBES[credential.service](credential, found)
    except UnauthorizedError as error:
        return replace(found, state=State.REFUSED, note=error.message)
    except AutodevopsError as error:
        return replace(found, state=State.UNKNOWN, note=error.message)


def _github(token: Credential, found: Standing) -> Standing:
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.endpoints import endpoints
    from autodevops.sources.github.patience import Patience

    with GitHub(token, at=endpoints(), patience=Patience(tries=1, longest=1)) as github:
        answer = github.get("/user")
        rights = github.rights
    data = answer.data
    login = data.get("login") if isinstance(data, dict) else None
    kind = f"a {rights.kind.value} token"
    if rights.scopes is not None:
        scopes = tuple(f"scope {one}" for one in sorted(rights.scopes))
        permissions, note = scopes or ("public data only",), kind
    else:
        permissions = None
        note = f"{kind}: GitHub does not list what it may do; `autodevops plan` finds out"
    if answer.unavailable is None:
        state = State.ACCEPTED
    else:
        # Tokens of apps and of Actions belong to no user; GitHub answers, so it takes them.
        state = State.ACCEPTED if answer.status == _FORBIDDEN else State.UNKNOWN
        note = note if state is State.ACCEPTED else answer.unavailable.reason
    return replace(
        found,
        state=state,
        account=login if isinstance(login, str) else None,
        permissions=permissions,
        note=note,
    )


def _gemini(key: Credential, found: Standing) -> Standing:
    from autodevops.advice.gemini import Gemini, Patience
    from autodevops.advice.interface import NoAdviceError, Obstacle
    from autodevops.advice.models import DEFAULT

    try:
        models = Gemini(key, DEFAULT, patience=Patience(attempt=_SECONDS, attempts=1)).models()
    except NoAdviceError as error:
        refused = error.obstacle is Obstacle.REFUSED
        state = State.REFUSED if refused else State.UNKNOWN
        return replace(found, state=state, note=error.reason)
    permissions = (f"{len(models)} models that generate text",)
    return replace(found, state=State.ACCEPTED, permissions=permissions, models=models)


_PROBES: Mapping[Service, Callable[[Credential, Standing], Standing]] = {
    Service.GITHUB: _github,
    Service.GEMINI: _gemini,
}


def _supabase(*, offline: bool) -> Standing:
    from autodevops.sync.login import who
    from autodevops.sync.project import is_named
    from autodevops.sync.retrying import Patience
    from autodevops.sync.supabase import connect

    none = Standing(service=Service.SUPABASE, state=State.NONE)
    if not is_named():
        return replace(none, note="no backend is named: SUPABASE_URL is not set")
    try:
        somebody = who()
    except AutodevopsError as error:
        return replace(none, state=State.UNKNOWN, note=error.message)
    if somebody is None:
        return replace(none, note=_how(Service.SUPABASE))
    found = replace(
        none,
        state=State.NOT_ASKED,
        origin=somebody.origin,
        account=somebody.email,
        expires=_time(somebody.expires_at),
    )
    if offline:
        return replace(found, note="not asked: --offline")
    try:
        with connect(patience=Patience(attempts=1)) as backend:
            teams = tuple(f"organisation {team.slug}" for team in backend.organisations())
    except AutodevopsError as error:
        return replace(found, state=State.UNKNOWN, note=error.message)
    return replace(found, state=State.ACCEPTED, permissions=teams)


def _time(seconds: int | None) -> str | None:
    """Return a time as RFC 3339; None for none, and for one beyond the calendar."""
    try:
        return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%FT%TZ}"
    except (OverflowError, OSError, ValueError):
        return None
