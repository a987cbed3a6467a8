"""Signing in, staying signed in, and who asks."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from autodevops.errors import UsageError
from autodevops.sync import project as projects
from autodevops.sync import session as sessions
from autodevops.sync.bearers import User, user_of
from autodevops.sync.refusals import BackendAwayError, NotSignedInError
from autodevops.sync.schema import VERSION
from autodevops.sync.session import Auth, Session
from autodevops.sync.supabase import Supabase as Client
from autodevops.sync.supabase import connect
from tests.support.keyrings import MemoryKeyring
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, SECRET, Fault, Supabase
from tests.support.supabase.team import EMAILS, WRITER
from tests.support.supabase.wire import answer
from tests.sync.asking import LATER, client, credential, exchange, project

EMAIL = EMAILS[WRITER]


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """Give a keyring that works."""
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def _sign_in(stand_in: Supabase) -> Session:
    with exchange(stand_in) as asked:
        return Auth(asked).sign_in(EMAIL, "password")


def test_signing_in_gives_a_session(supabase: Supabase) -> None:
    session = _sign_in(supabase)
    assert session.email == EMAIL
    assert session.refresh_token is not None
    assert not session.is_over
    with client(supabase, session=session) as backend:
        assert [each.slug for each in backend.organisations()] == ["acme"]


def test_a_wrong_password_signs_nobody_in(supabase: Supabase) -> None:
    with exchange(supabase) as asked, pytest.raises(NotSignedInError, match="Invalid login"):
        Auth(asked).sign_in(EMAIL, "guess")


def test_a_wrong_key_signs_nobody_in(supabase: Supabase) -> None:
    with (
        exchange(supabase, "sb_publishable_of_another_project") as asked,
        pytest.raises(NotSignedInError, match="Invalid API key"),
    ):
        Auth(asked).sign_in(EMAIL, "password")


def test_too_many_attempts_are_told(supabase: Supabase) -> None:
    supabase.faults.extend([Fault(answer=answer(429, {"msg": "slow down"}))] * 5)
    with exchange(supabase) as asked, pytest.raises(BackendAwayError, match="slow down"):
        Auth(asked).sign_in(EMAIL, "password")


def test_a_session_survives_the_keyring(supabase: Supabase, ring: MemoryKeyring) -> None:
    session = _sign_in(supabase)
    sessions.keep(project(supabase), session)
    kept = sessions.kept(project(supabase))
    assert kept is not None
    assert kept.email == EMAIL
    assert kept.expires_at == session.expires_at
    assert kept.access_token.reveal() == session.access_token.reveal()
    assert sessions.forget(project(supabase))
    assert sessions.kept(project(supabase)) is None
    assert ring.values == {}


def test_sessions_of_two_projects_are_apart(supabase: Supabase, ring: MemoryKeyring) -> None:
    del ring
    sessions.keep(project(supabase), _sign_in(supabase))
    other = projects.Project(url="https://other.supabase.co", key=credential(PUBLISHABLE))
    assert sessions.kept(other) is None


@pytest.mark.parametrize("text", ['{"token":1}', "gone", '{"x":' + "[" * 3_000])
def test_an_entry_of_another_shape_is_none(
    supabase: Supabase, ring: MemoryKeyring, text: str
) -> None:
    ring.set_password("autodevops", f"supabase:{project(supabase).host}", text)
    assert sessions.kept(project(supabase)) is None


def test_an_expired_session_is_renewed_and_kept(supabase: Supabase, ring: MemoryKeyring) -> None:
    del ring
    supabase.auth.lifetime = -10
    session = _sign_in(supabase)
    sessions.keep(project(supabase), session)
    supabase.auth.lifetime = 3600

    with client(supabase, session=session) as backend:
        assert backend.schema_version() == VERSION

    kept = sessions.kept(project(supabase))
    assert kept is not None
    assert kept.access_token.reveal() != session.access_token.reveal()
    assert kept.refresh_token is not None
    assert session.refresh_token is not None
    assert kept.refresh_token.reveal() != session.refresh_token.reveal()


def test_a_token_that_the_backend_finds_expired_is_renewed(
    supabase: Supabase, ring: MemoryKeyring
) -> None:
    """The two clocks need not agree."""
    del ring
    session = _sign_in(supabase)
    assert session.expires_at is not None
    over = answer(401, {"code": "PGRST303", "message": "JWT expired"})
    supabase.faults.append(Fault(answer=over))
    with client(supabase, session=session) as backend:
        assert backend.schema_version() == VERSION
    assert "/auth/v1/token" in supabase.paths()


def test_what_another_process_renewed_is_taken_over(
    supabase: Supabase, ring: MemoryKeyring
) -> None:
    del ring
    supabase.auth.lifetime = -10
    mine = _sign_in(supabase)
    supabase.auth.lifetime = 3600
    with exchange(supabase) as asked:
        theirs = Auth(asked).renew(mine)
        sessions.keep(project(supabase), theirs)
        user = User(project(supabase), Auth(asked), mine)
        # The refresh token serves once: asking for another session would fail.
        assert user.headers() == {"authorization": f"Bearer {theirs.access_token.reveal()}"}


def test_a_session_whose_refresh_token_was_used_is_over(
    supabase: Supabase, ring: MemoryKeyring
) -> None:
    del ring
    session = _sign_in(supabase)
    with exchange(supabase) as asked:
        Auth(asked).renew(session)
        with pytest.raises(NotSignedInError, match="Already Used"):
            User(project(supabase), Auth(asked), session).renew()


def test_a_token_alone_is_never_renewed(supabase: Supabase) -> None:
    with exchange(supabase) as asked:
        alone = sessions.from_token(credential(access_token(WRITER, LATER)))
        assert not User(project(supabase), Auth(asked), alone).renew()
        with pytest.raises(NotSignedInError, match="can't be renewed"):
            Auth(asked).renew(alone)


def test_a_renewed_session_serves_without_a_keyring(supabase: Supabase) -> None:
    supabase.auth.lifetime = -10
    session = _sign_in(supabase)
    supabase.auth.lifetime = 3600
    with client(supabase, session=session) as backend:
        assert backend.schema_version() == VERSION
        assert backend.schema_version() == VERSION


def test_signing_out_is_told_to_the_backend(supabase: Supabase) -> None:
    session = _sign_in(supabase)
    with exchange(supabase) as asked:
        Auth(asked).sign_out(session)
    assert supabase.seen[-1].target == "/auth/v1/logout?scope=local"


def test_who_asks_is_the_option_then_the_environment_then_the_keyring(
    supabase: Supabase, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del ring
    named = project(supabase)
    with exchange(supabase) as asked:
        auth = Auth(asked)

        def asks(option: str | None = None) -> str:
            return user_of(named, auth, option=option).headers()["authorization"]

        with pytest.raises(NotSignedInError, match="nobody is signed in"):
            asks()
        kept = _sign_in(supabase)
        sessions.keep(named, kept)
        assert asks() == f"Bearer {kept.access_token.reveal()}"
        monkeypatch.setenv("AUTODEVOPS_SUPABASE_TOKEN", "from-the-environment")
        assert asks() == "Bearer from-the-environment"
        file = tmp_path / "token"
        file.write_text("from-a-file\n")
        assert asks(str(file)) == "Bearer from-a-file"


def test_connect_reads_the_environment(supabase: Supabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", supabase.url + "/")
    monkeypatch.setenv("SUPABASE_ANON_KEY", PUBLISHABLE)
    monkeypatch.setenv("AUTODEVOPS_SUPABASE_TOKEN", access_token(WRITER, LATER))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with connect() as backend:
        assert isinstance(backend, Client)
        assert backend.schema_version() == VERSION


def test_the_service_key_is_read_only_when_asked_for(
    supabase: Supabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_URL", supabase.url)
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(UsageError, match="SUPABASE_PUBLISHABLE_KEY is not set"), connect():
        pass
    with connect(service_role=True) as backend:
        assert backend.schema_version() == VERSION


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "is not set"),
        ("abcd.supabase.co", "no address"),
        ("https://", "no address"),
        ("https://user:pw@abcd.supabase.co", "no address"),
        ("https://abcd.supabase.co?x=1", "no address"),
        ("https://[::1", "no address"),
        ("https://abcd.supabase.co:port", "no address"),
        ("http://abcd.supabase.co", "https://"),
        ("ftp://localhost", "https://"),
    ],
)
def test_an_address_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv("SUPABASE_URL", address)
    monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE)
    with pytest.raises(UsageError, match=told) as caught:
        projects.project_from_environment()
    assert "pw" not in caught.value.message


@pytest.mark.parametrize(
    "address", ["https://abcd.supabase.co", "http://127.0.0.1:54321", "http://localhost:54321/"]
)
def test_an_address_of_a_project_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SUPABASE_URL", address)
    monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE)
    assert projects.project_from_environment().url == address.rstrip("/")
