"""Puts credentials into the system's keyring, and takes them out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from autodevops import credentials
from autodevops.credentials import Credential, Service
from autodevops.errors import KeyringError, UnauthorizedError
from autodevops.standing import Standing, State, account_of, probed, time_of

if TYPE_CHECKING:
    from autodevops.sync.login import SignedIn

_T = TypeVar("_T")


class Kept(Struct, frozen=True, kw_only=True):
    """Where a credential was put."""

    keyring: str
    """Name of the keyring."""
    standing: Standing
    """What the service says about it."""
    outdone_by: str | None
    """The variable that wins over the keyring, as long as it is set."""


def sign_in(credential: Credential, *, offline: bool) -> Kept:
    """Put a token or key into the keyring, unless its service refuses it.

    Raises UnauthorizedError for one that is refused, KeyringError when there is no keyring.
    """
    service = credential.service
    require_keyring(service)
    found = probed(credential, offline=offline)
    if found.state is State.REFUSED:
        raise UnauthorizedError(
            found.note or f"{service} does not accept it", advice="nothing was kept; try another"
        )
    name = _stored(service, lambda: credentials.store(credential, account=account_of(service)))
    found = replace(found, origin="keyring")
    return Kept(keyring=name, standing=found, outdone_by=_outdone_by(service))


def sign_in_to_backend(email: str, password: str) -> Kept:
    """Keep a session of the team's backend, by address and password.

    Raises UsageError when no project is named, NotSignedInError when it refuses.
    """
    from autodevops.sync import login

    return _kept_session(lambda: login.sign_in(email, password))


def sign_in_to_backend_with(token: Credential) -> Kept:
    """Keep a user's access token for the team's backend, which ends with it.

    Raises UsageError when no project is named, NotSignedInError when it refuses.
    """
    from autodevops.sync import login

    return _kept_session(lambda: login.sign_in_with_token(token))


def _kept_session(store: "Callable[[], SignedIn]") -> Kept:
    require_keyring(Service.SUPABASE)
    done = _stored(Service.SUPABASE, store)
    found = Standing(
        service=Service.SUPABASE,
        state=State.ACCEPTED,
        origin="keyring",
        account=done.email,
        expires=time_of(done.expires_at),
        note="it is renewed by itself" if done.renews else "it is not renewed: sign in again then",
    )
    return Kept(keyring=done.origin, standing=found, outdone_by=_outdone_by(Service.SUPABASE))


def sign_out(service: Service) -> bool:
    """Take a service's credential out of the keyring; return whether there was one.

    Raises KeyringError when that can't be done, UsageError when no backend is named.
    """
    if service is not Service.SUPABASE:
        return credentials.forget(service, account=account_of(service))
    from autodevops.sync import login

    return login.sign_out()


def require_keyring(service: Service) -> None:
    """Raise KeyringError, before anybody types a secret, where nothing could keep it."""
    note = credentials.kept(service, account=account_of(service)).note
    if note is not None:
        raise KeyringError(note, advice=_instead(service))


def _stored(service: Service, store: Callable[[], _T]) -> _T:
    try:
        return store()
    except KeyringError as error:
        raise KeyringError(error.message, advice=_instead(service)) from None


def _instead(service: Service) -> str:
    return f"on a machine without a keyring, set {service.variables[0]} in the environment"


def _outdone_by(service: Service) -> str | None:
    found = credentials.from_environment(service, *service.variables)
    return None if found is None else found.origin.removeprefix("environment ")
