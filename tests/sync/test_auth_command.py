"""`autodevops auth` for Supabase: a session is kept, told about, and ended."""

import io
import sys

import keyring
import pytest

from autodevops.cli.app import run
from tests.support.keyrings import MemoryKeyring
from tests.support.supabase.gateway import PUBLISHABLE, Supabase
from tests.support.supabase.team import EMAILS, WRITER

EMAIL = EMAILS[WRITER]


@pytest.fixture
def ring(supabase: Supabase, monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """Give a keyring that works, and a project that is named."""
    monkeypatch.setenv("SUPABASE_URL", supabase.url)
    monkeypatch.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE)
    found = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


def login(monkeypatch: pytest.MonkeyPatch, password: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password))
    return run(["auth", "login", "supabase", "--email", EMAIL])


def test_a_session_comes_and_goes(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert login(monkeypatch, "password\n") == 0
    assert f"for {EMAIL} (accepted)" in capsys.readouterr().err
    assert len(ring.values) == 1
    assert run(["auth", "status"]) == 0
    said = capsys.readouterr().out
    assert f"supabase: accepted, from keyring, account {EMAIL}, until " in said
    assert "may use: organisation acme" in said
    assert "eyJ" not in said
    assert run(["auth", "logout", "supabase"]) == 0
    assert not ring.values


@pytest.mark.parametrize("password", ["guess", "a pass phrase with \u00e9", "", "two\nlines"])
def test_a_wrong_password_keeps_nothing(
    ring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    password: str,
) -> None:
    assert login(monkeypatch, password) in {2, 3}
    assert not ring.values
    assert not password or password not in capsys.readouterr().err
