"""Signing in and out, as `auth` does it."""

from collections.abc import Iterator

import keyring
import pytest

from autodevops.errors import KeyringError
from autodevops.sync.login import sign_in, sign_in_with_token, sign_out, who
from autodevops.sync.refusals import BackendAwayError, NotSignedInError
from tests.support.keyrings import ForgetfulKeyring, MemoryKeyring
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, Fault, Supabase
from tests.support.supabase.team import EMAILS, WRITER
from tests.support.supabase.wire import error
from tests.sync.asking import LATER, Waits, credential

EMAIL = EMAILS[WRITER]


@pytest.fixture
def ring(supabase: Supabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Give a keyring that works, and a project that is named."""
    monkeypatch.setenv("SUPABASE_URL", supabase.url)
    monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_signing_in_keeps_a_session_that_renews(ring: MemoryKeyring) -> None:
    assert who() is None
    signed_in = sign_in(EMAIL, "password")
    assert signed_in.email == EMAIL
    assert signed_in.renews
    assert len(ring.values) == 1
    found = who()
    assert found is not None
    assert (found.email, found.origin, found.renews) == (EMAIL, "keyring", True)


def test_a_wrong_password_keeps_nothing(ring: MemoryKeyring) -> None:
    with pytest.raises(NotSignedInError):
        sign_in(EMAIL, "guess")
    assert ring.values == {}


@pytest.mark.usefixtures("ring")
def test_a_keyring_that_loses_what_it_is_given_is_told() -> None:
    keyring.set_keyring(ForgetfulKeyring())
    with pytest.raises(KeyringError):
        sign_in(EMAIL, "password")


def test_a_token_is_kept_once_the_backend_has_taken_it(ring: MemoryKeyring) -> None:
    signed_in = sign_in_with_token(credential(access_token(WRITER, LATER)))
    assert not signed_in.renews
    assert len(ring.values) == 1


def test_a_token_that_the_backend_does_not_take_is_not_kept(ring: MemoryKeyring) -> None:
    with pytest.raises(NotSignedInError):
        sign_in_with_token(credential(access_token(WRITER, 1_000)))
    assert ring.values == {}


def test_one_may_sign_in_before_the_schema_is_there(
    ring: MemoryKeyring, supabase: Supabase
) -> None:
    supabase.faults.append(Fault(answer=error(404, "PGRST205", "Could not find the table")))
    sign_in_with_token(credential(access_token(WRITER, LATER)))
    assert len(ring.values) == 1


def test_signing_out_forgets_and_tells_the_backend(ring: MemoryKeyring, supabase: Supabase) -> None:
    sign_in(EMAIL, "password")
    assert sign_out()
    assert ring.values == {}
    assert supabase.paths()[-1] == "/auth/v1/logout"
    assert not sign_out()


def test_signing_out_forgets_even_when_the_backend_is_away(
    ring: MemoryKeyring, supabase: Supabase
) -> None:
    sign_in(EMAIL, "password")
    supabase.faults.extend([Fault()] * 5)
    with pytest.raises(BackendAwayError):
        sign_out(patience=Waits().patience())
    assert ring.values == {}


def test_a_token_of_the_environment_goes_before_the_keyring(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    del ring
    sign_in(EMAIL, "password")
    monkeypatch.setenv("AUTODEVOPS_SUPABASE_TOKEN", "from-the-environment")
    found = who()
    assert found is not None
    assert found.origin == "environment AUTODEVOPS_SUPABASE_TOKEN"
