"""Where tokens come from, and that their values stay where they are."""

import base64
import copy
import io
import logging
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from autodevops.cli.console import complain, remark
from autodevops.credentials import (
    Credential,
    Service,
    find,
    forget,
    from_environment,
    may_be_sent_to,
    search,
    store,
)
from autodevops.errors import KeyringError, UsageError
from autodevops.redaction import redact
from tests.support.keyrings import (
    ClingingKeyring,
    ForgetfulKeyring,
    MemoryKeyring,
    TalkativeKeyring,
)

TOKEN = "ghp_" + "k3yR1ngTestT0kenOfNobody"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    return put_in_place(monkeypatch, MemoryKeyring())


def put_in_place(monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring) -> MemoryKeyring:
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


def test_an_option_wins_over_the_environment_and_that_over_the_keyring(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ring.values["autodevops", "github"] = "from-the-keyring"
    seen = find(Service.GITHUB)
    assert seen is not None
    assert (seen.reveal(), seen.origin) == ("from-the-keyring", "keyring")

    monkeypatch.setenv("GH_TOKEN", "from-gh-token")
    seen = find(Service.GITHUB)
    assert seen is not None
    assert (seen.reveal(), seen.origin) == ("from-gh-token", "environment GH_TOKEN")

    monkeypatch.setenv("GITHUB_TOKEN", "from-github-token")
    seen = find(Service.GITHUB)
    assert seen is not None
    assert seen.origin == "environment GITHUB_TOKEN"

    file = tmp_path / "token"
    file.write_text("\ufefffrom-the-file\r\n", encoding="utf-8")
    seen = find(Service.GITHUB, option=str(file))
    assert seen is not None
    assert (seen.reveal(), seen.origin) == ("from-the-file", f"file {file}")


def test_standard_input_is_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("from-standard-input\n"))
    seen = find(Service.GEMINI, option="-")
    assert seen is not None
    assert (seen.reveal(), seen.origin) == ("from-standard-input", "standard input")


@pytest.mark.parametrize(
    ("service", "variable"),
    [(Service.GEMINI, "GEMINI_API_KEY"), (Service.SUPABASE, "AUTODEVOPS_SUPABASE_TOKEN")],
)
def test_each_service_has_its_variable(
    service: Service, variable: str, monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring
) -> None:
    assert find(service) is None
    assert not ring.values
    monkeypatch.setenv(variable, "a-token-of-its-own")
    seen = find(service)
    assert seen is not None
    assert seen.origin == f"environment {variable}"


def test_an_empty_variable_is_none(ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "")
    monkeypatch.setenv("GH_TOKEN", " \n")
    assert find(Service.GITHUB) is None
    assert from_environment(Service.GITHUB, "GITHUB_TOKEN") is None
    assert not ring.values


def test_the_privileged_key_of_supabase_is_read_only_by_name(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_of_nobody")
    assert find(Service.SUPABASE) is None
    assert not ring.values
    assert from_environment(Service.SUPABASE, "SUPABASE_SERVICE_ROLE_KEY") is not None


@pytest.mark.parametrize("content", ["", "\n", "one line\nand another", "tøken-with-letters"])
def test_what_is_no_token_is_refused_and_not_quoted(content: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        find(Service.GITHUB, option=str(file))
    assert "another" not in str(caught.value)
    assert "tøken" not in str(caught.value)


def test_a_value_given_as_the_option_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        find(Service.GITHUB, option=TOKEN)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_the_value_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = Credential(Service.GITHUB, TOKEN, "environment GITHUB_TOKEN")
    logging.getLogger("somewhere").warning("with %s and %r", secret, secret)
    shown = f"{secret} {secret!r} {secret!s} {[secret]} {secret!s:>80}" + caplog.text
    assert TOKEN not in shown
    assert "ghp_****" in shown
    assert Credential(Service.GITHUB, "short-one", "file x").masked == "****"
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_credential_does_not_leave_its_process(leave: "object") -> None:
    secret = Credential(Service.GITHUB, TOKEN, "environment GITHUB_TOKEN")
    assert callable(leave)
    with pytest.raises(TypeError, match="does not leave"):
        leave(secret)


def test_known_values_are_taken_out_of_texts() -> None:
    Credential(Service.GEMINI, "AIza/With+Signs=And-More", "environment GEMINI_API_KEY")
    text = redact("key=AIza%2FWith%2BSigns%3DAnd-More and AIza/With+Signs=And-More.")
    assert text == "key=AIza**** and AIza****."
    assert redact("nothing to hide") == "nothing to hide"


def test_a_value_is_known_as_git_sends_it() -> None:
    Credential(Service.GITHUB, TOKEN, "environment GITHUB_TOKEN")
    sent = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert redact(f"Authorization: Basic {sent}") == "Authorization: Basic ghp_****"


def test_of_a_value_that_begins_like_another_nothing_is_left() -> None:
    Credential(Service.GITHUB, TOKEN, "environment GITHUB_TOKEN")
    Credential(Service.GITHUB, f"{TOKEN}AndMore", "environment GITHUB_TOKEN")
    assert redact(f"{TOKEN}AndMore, {TOKEN}") == "ghp_****, ghp_****"


def test_a_stored_credential_is_found_and_forgotten_again(ring: MemoryKeyring) -> None:
    secret = Credential(Service.GITHUB, TOKEN, "standard input")
    assert "MemoryKeyring" in store(secret)
    store(Credential(Service.GITHUB, "another-host's", "standard input"), account="ghe.example")
    seen, other = find(Service.GITHUB), find(Service.GITHUB, account="ghe.example")
    assert seen is not None
    assert seen.reveal() == TOKEN
    assert other is not None
    assert other.reveal() == "another-host's"
    assert forget(Service.GITHUB)
    assert not forget(Service.GITHUB)
    assert find(Service.GITHUB) is None
    assert list(ring.values) == [("autodevops", "github:ghe.example")]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (ForgetfulKeyring(), "does not give back"),
        (TalkativeKeyring(), "did not take the credential: RuntimeError"),
        (keyring.backends.fail.Keyring(), "there is no keyring"),  # type: ignore[no-untyped-call]
        (keyring.backends.null.Keyring(), "there is no keyring"),  # type: ignore[no-untyped-call]
    ],
)
def test_a_keyring_that_loses_values_is_told(
    broken: KeyringBackend, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: broken)
    with pytest.raises(KeyringError, match=said) as caught:
        store(Credential(Service.GITHUB, TOKEN, "standard input"))
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_keyring_of_plain_text_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: plain)
    with pytest.raises(KeyringError, match="plain text"):
        store(Credential(Service.GITHUB, TOKEN, "standard input"))
    assert plain.values == {}


def test_what_stays_in_the_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch, ClingingKeyring()).values["autodevops", "github"] = TOKEN
    with pytest.raises(KeyringError, match="still holds"):
        forget(Service.GITHUB)


def test_a_broken_keyring_is_none_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", TalkativeKeyring)
    looked = search(Service.GITHUB)
    assert looked.credential is None
    assert looked.note == "the keyring could not be asked: RuntimeError"
    with pytest.raises(KeyringError, match="did not delete"):
        forget(Service.GITHUB)


def test_a_keyring_that_can_not_be_loaded_is_none_with_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> KeyringBackend:
        raise ImportError("a backend's own package is gone")

    monkeypatch.setattr(keyring, "get_keyring", fail)
    assert search(Service.GITHUB).note == "the keyring could not be loaded: ImportError"


def test_the_keyring_is_loaded_only_when_it_is_needed() -> None:
    program = (
        "import sys; from autodevops.credentials import Service, find; "
        "assert find(Service.GITHUB).origin == 'environment GH_TOKEN'; "
        "sys.exit('keyring' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"GH_TOKEN": TOKEN, "PYTHONPATH": "src"}, check=False
    )
    assert done.returncode == 0


def test_what_goes_to_a_terminal_holds_no_known_value(capsys: pytest.CaptureFixture[str]) -> None:
    Credential(Service.GITHUB, TOKEN, "environment GITHUB_TOKEN")
    complain(f"something quoted {TOKEN}", f"look at {TOKEN}")
    remark(TOKEN)
    shown = capsys.readouterr().err
    assert TOKEN not in shown
    assert shown.count("ghp_****") == 3


@pytest.mark.parametrize(
    "address",
    [
        "https://api.github.com",
        "https://host.example:8443/path",
        "http://localhost:54321",
        "http://127.8.0.1",
        "http://[::1]:80",
    ],
)
def test_a_token_goes_by_https_or_to_this_machine(address: str) -> None:
    assert may_be_sent_to(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "host.example",
        "https://",
        "http://host.example",
        "http://localhost.host.example",
        "http://127.0.0.1.host.example",
        "ftp://localhost",
        "https://user@host.example",
        "https://@host.example",
        "https://host.example?next=x",
        "https://host.example#x",
        "https://host.example:port",
        "https://[::1",
    ],
)
def test_a_token_goes_nowhere_else(address: str) -> None:
    assert not may_be_sent_to(address)
