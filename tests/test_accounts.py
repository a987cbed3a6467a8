"""Signing in, and what is told of credentials: everything but their values."""

import io
import json
import sys
from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from autodevops.cli.app import run
from autodevops.credentials import Service
from autodevops.diagnosis import Health, diagnose
from autodevops.standing import State, standings
from tests.support.gemini import KEY, MODELS, Gemini
from tests.support.github import Server
from tests.support.github.world import Token
from tests.support.keyrings import (
    ClingingKeyring,
    ForgetfulKeyring,
    MemoryKeyring,
    TalkativeKeyring,
)

TOKEN = "ghp_" + "k3yR1ngTestT0kenOfNobodyAtAll"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    found = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


@pytest.fixture
def gemini(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gemini]:
    with Gemini() as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        yield server


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


Captured = pytest.CaptureFixture[str]


def test_a_key_from_standard_input_is_kept_and_found(
    ring: MemoryKeyring, gemini: Gemini, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    typed(monkeypatch, f"{KEY}\n")
    assert run(["auth", "login", "gemini"]) == 0
    assert ring.values == {("autodevops", "gemini"): KEY}
    said = capsys.readouterr()
    assert "gemini: kept in" in said.err
    assert "accepted" in said.err
    assert run(["auth", "status", "--format", "json"]) == 0
    told = capsys.readouterr().out
    (found,) = (one for one in json.loads(told)["services"] if one["service"] == "gemini")
    assert (found["state"], found["origin"]) == ("accepted", "keyring")
    assert KEY not in said.out + said.err + told
    assert run(["auth", "logout", "gemini"]) == 0
    assert not ring.values
    assert run(["auth", "logout", "gemini"]) == 0
    assert "held nothing" in capsys.readouterr().err
    assert {one.key for one in gemini.asked} == {KEY}


def test_a_terminal_is_asked_unseen(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    prompts: list[str] = []

    def unseen(prompt: str) -> str:
        prompts.append(prompt)
        return KEY

    monkeypatch.setattr(sys, "stdin", Terminal("what is visible\n"))
    monkeypatch.setattr("autodevops.cli.secrets.getpass", unseen)
    assert run(["auth", "login", "gemini", "--offline"]) == 0
    assert ring.values == {("autodevops", "gemini"): KEY}
    assert prompts == ["gemini API key (not shown): "]
    assert KEY not in "".join(capsys.readouterr())


def test_what_the_service_refuses_is_not_kept(
    ring: MemoryKeyring, gemini: Gemini, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    wrong = "AIza" + "SySomethingElseEntirely0123456789"
    typed(monkeypatch, wrong)
    assert run(["auth", "login", "gemini"]) == 3
    said = capsys.readouterr().err
    assert "does not accept the key" in said
    assert wrong not in said
    assert not ring.values
    assert len(gemini.asked) == 1


@pytest.mark.parametrize(
    "content", ["", " \n", "two\nlines", "with space", "x" * 70_000, "\x1b[2J"]
)
def test_what_is_no_credential_is_not_kept(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    typed(monkeypatch, content)
    assert run(["auth", "login", "gemini", "--offline"]) == 2
    assert not ring.values


@pytest.mark.parametrize(
    "broken",
    [
        keyring.backends.null.Keyring(),  # type: ignore[no-untyped-call]
        keyring.backends.fail.Keyring(),  # type: ignore[no-untyped-call]
        ForgetfulKeyring(),
        TalkativeKeyring(),
    ],
    ids=["null", "none", "forgetful", "talkative"],
)
def test_without_a_keyring_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, broken: KeyringBackend
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: broken)
    typed(monkeypatch, KEY)
    assert run(["auth", "login", "gemini", "--offline"]) == 3
    said = capsys.readouterr()
    assert "set GEMINI_API_KEY in the environment" in said.err
    assert KEY not in said.err + said.out


def test_a_keyring_that_does_not_let_go_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    clinging = ClingingKeyring()
    clinging.values["autodevops", "gemini"] = KEY
    monkeypatch.setattr(keyring, "get_keyring", lambda: clinging)
    assert run(["auth", "logout", "gemini"]) == 3
    assert "still holds" in capsys.readouterr().err


@pytest.mark.usefixtures("ring")
def test_the_environment_wins_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "another-key-that-is-set")
    typed(monkeypatch, KEY)
    assert run(["auth", "login", "gemini", "--offline"]) == 0
    assert "GEMINI_API_KEY is set, and wins over the keyring" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["login", "ghp_secret"], ["logout", "githup"]])
@pytest.mark.usefixtures("ring")
def test_a_service_that_is_not_there_is_not_quoted(capsys: Captured, arguments: list[str]) -> None:
    assert run(["auth", *arguments]) == 2
    said = capsys.readouterr().err
    assert arguments[1] not in said


@pytest.mark.usefixtures("ring")
def test_an_address_goes_with_supabase_only(capsys: Captured) -> None:
    assert run(["auth", "login", "github", "--email", "ada@example.com"]) == 2
    assert "--email is for supabase" in capsys.readouterr().err


@pytest.mark.usefixtures("ring")
def test_a_backend_has_to_be_named(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    typed(monkeypatch, "token-of-somebody")
    assert run(["auth", "login", "supabase"]) == 2
    assert "SUPABASE_URL is not set" in capsys.readouterr().err


@pytest.mark.usefixtures("ring")
def test_offline_asks_nobody(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    assert run(["auth", "status", "--offline"]) == 0
    said = capsys.readouterr().out
    assert "github: there, from environment GITHUB_TOKEN" in said
    assert "not asked: --offline" in said
    assert TOKEN not in said
    assert KEY not in said


@pytest.mark.usefixtures("ring")
def test_scopes_of_a_classic_token_are_told(
    github: Server, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    use(github, monkeypatch, Token(value=TOKEN, scopes=("repo", "read:org")))
    assert run(["auth", "status"]) == 0
    said = capsys.readouterr().out
    assert "github: accepted, from environment GITHUB_TOKEN, account " in said
    assert "may use: scope read:org, scope repo" in said


@pytest.mark.usefixtures("ring")
def test_a_token_that_github_refuses_ends_with_3(
    github: Server, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    use(github, monkeypatch, None)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert run(["auth", "status"]) == 3
    assert "github: refused" in capsys.readouterr().out


@pytest.mark.usefixtures("ring")
def test_nothing_is_known_of_nothing() -> None:
    assert [one.state for one in standings(offline=True)] == [State.NONE] * len(Service)


@pytest.mark.usefixtures("ring")
def test_doctor_says_which_models_there_are(
    gemini: Gemini, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = str(tmp_path_factory.mktemp("empty"))
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    parts = {one.part: one for one in diagnose(folder)}
    assert parts["gemini"].health is Health.OK
    assert "answer `advise`" in parts["models"].detail
    gemini.models = ("gemini-9.1-flash", "gemini-10.0-flash", *MODELS[1:])
    parts = {one.part: one for one in diagnose(folder)}
    assert parts["models"].health is Health.WARNING
    assert "gemini-3.8-flash does not exist any more" in parts["models"].detail
    assert parts["models"].advice == "name another: autodevops advise --model gemini-10.0-flash"
    asked = len(gemini.asked)
    parts = {one.part: one for one in diagnose(folder, offline=True)}
    assert "models" not in parts
    assert len(gemini.asked) == asked


def use(github: Server, monkeypatch: pytest.MonkeyPatch, token: Token | None) -> None:
    if token is not None:
        github.world.tokens[token.value] = token
    for name, value in github.environment(token).items():
        if value is not None:
            monkeypatch.setenv(name, value)
