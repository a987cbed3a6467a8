"""Says where each credential comes from and what it may do, never its value."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from autodevops import credentials
from autodevops.credentials import Credential, Service
from autodevops.errors import AutodevopsError, UnauthorizedError

_SECONDS = 15.0
_FORBIDDEN = 403


class State(StrEnum):
    """How a credential stands."""

    NONE = "none"
    NOT_ASKED = "not-asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Standing(Struct, frozen=True, kw_only=True):
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


def standings(*, offline: bool) -> tuple[Standing, ...]:
    """Return how the credentials of all services stand; `offline` asks none of them."""
    return tuple(standing(service, offline=offline) for service in Service)


def standing(service: Service, *, offline: bool) -> Standing:
    """Return how the credential of a service stands, wherever it comes from."""
    if service is Service.SUPABASE:
        return _supabase(offline=offline)
    try:
        found = credentials.search(service, account=account_of(service))
    except AutodevopsError as error:
        return Standing(service=service, state=State.UNKNOWN, note=error.message)
    if found.credential is None:
        return Standing(service=service, state=State.NONE, note=_joined(found.note, _how(service)))
    return probed(found.credential, offline=offline)


def _how(service: Service) -> str:
    return f"set {service.variables[0]}, or run `autodevops auth login {service}`"


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def account_of(service: Service) -> str:
    """Return the name of a service's entry in the keyring, if it has several."""
    if service is not Service.GITHUB:
        return ""
    from autodevops.sources.github.endpoints import endpoints

    return endpoints().account


def probed(credential: Credential, *, offline: bool) -> Standing:
    """Return what a service says of a credential."""
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
        expires=time_of(somebody.expires_at),
    )
    if offline:
        return replace(found, note="not asked: --offline")
    try:
        with connect(patience=Patience(attempts=1)) as backend:
            teams = tuple(f"organisation {team.slug}" for team in backend.organisations())
    except AutodevopsError as error:
        return replace(found, state=State.UNKNOWN, note=error.message)
    return replace(found, state=State.ACCEPTED, permissions=teams)


def time_of(seconds: int | None) -> str | None:
    """Return a time as RFC 3339; None for none, and for one beyond the calendar."""
    try:
        return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%FT%TZ}"
    except (OverflowError, OSError, ValueError):
        return None
