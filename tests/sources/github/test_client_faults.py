"""Everything that may go wrong between us and GitHub ends as a reason, not as a pass."""

import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autodevops.errors import UnauthorizedError
from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.etags import NAME, Etags
from autodevops.sources.github.patience import Patience
from tests.sources.github.asking import SHOP, VIEWER, client, needs, reason
from tests.support.github import (
    Fault,
    Server,
    Token,
    credential,
)
from tests.support.github.clocks import PassingClock

pytestmark = pytest.mark.usefixtures("shop")


def test_a_token_that_is_not_accepted_ends_the_work_and_is_not_shown_again(github: Server) -> None:
    expired = Token("ghp_" + "expired" * 5)
    with client(github, expired) as asked:
        for _ in range(3):
            with pytest.raises(UnauthorizedError, match="environment GITHUB_TOKEN") as caught:
                asked.get(SHOP)
            assert "auth login github" in caught.value.advice
    assert len(github.requests) == 1


def test_a_missing_permission_has_the_name_that_github_gives(github: Server) -> None:
    fine = github.world.allow(Token("github_pat_" + "fine" * 10))
    with client(github, fine) as asked:
        answer = asked.get(SHOP + path("actions", "secrets"))
    assert answer.status == 403
    assert needs(answer) == "GitHub: secrets (read)"
    assert "Resource not accessible by personal access token" in reason(answer)


def test_a_missing_scope_has_the_name_that_github_gives(github: Server) -> None:
    narrow = github.world.allow(Token("ghp_" + "narrow" * 6, scopes=["read:org"]))
    with client(github, narrow) as asked:
        assert needs(asked.get(SHOP + path("actions", "secrets"))) == "GitHub: scope repo"
        assert asked.rights.scopes == frozenset({"read:org"})


def test_a_refusal_without_a_permission_header_names_none(github: Server) -> None:
    github.faults.add(Fault(status=403, body=b'{"message": "Repository access blocked"}'))
    with client(github) as asked:
        answer = asked.get(SHOP)
    assert needs(answer) is None
    assert reason(answer) == "GitHub refuses this token: Repository access blocked"


def test_single_sign_on_is_named(github: Server) -> None:
    sso = {"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?authorization=x"}
    github.faults.add(Fault(status=403, headers=sso))
    with client(github) as asked:
        answer = asked.get(SHOP)
    assert "single sign-on" in reason(answer)
    assert "authorization=x" not in reason(answer)


def test_not_found_may_be_a_missing_permission(github: Server) -> None:
    reader = github.world.allow(Token("ghp_" + "reader" * 6, role="READ"))
    protection = SHOP + path("branches", "main", "protection")
    with client(github, reader) as asked:
        hidden = asked.get(protection)
    with client(github) as asked:
        absent = asked.get(protection)
    assert hidden.is_missing
    assert absent.is_missing
    assert "permission may be missing" in reason(hidden)
    assert (hidden.message, absent.message) == ("Not Found", "Branch not protected")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502, body=b"<html>Bad gateway</html>", times=2),
        Fault(status=503, times=2),
        Fault(truncate=True, times=2),
        Fault(status=200, body=b"<html>Sign in</html>", times=2),
        Fault(status=200, body=b"", times=2),
        Fault(status=200, body=b"[" * 100_000, times=2),
    ],
    ids=["502", "503", "truncated", "not JSON", "empty", "deep"],
)
def test_what_passes_is_asked_for_again(fault: Fault, github: Server) -> None:
    clock = PassingClock()
    github.faults.add(Fault(**vars(fault)))
    with client(github, clock=clock) as asked:
        answer = asked.get(SHOP)
        assert answer.unavailable is None
        assert asked.usage().requests == 3
    assert clock.waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(status=502, times=99), "GitHub answered 502"),
        (Fault(truncate=True, times=99), "GitHub's answer was cut short"),
        (Fault(status=200, body=b"hello", times=99), "GitHub's answer is not JSON"),
    ],
    ids=["502", "truncated", "not JSON"],
)
def test_what_does_not_pass_is_said(fault: Fault, said: str, github: Server) -> None:
    github.faults.add(Fault(**vars(fault)))
    with client(github) as asked:
        answer = asked.get(SHOP)
        assert reason(answer).startswith(said)
        assert needs(answer) == "an answer of GitHub"
        assert len(github.requests) == 3
        asked.get(SHOP)
        assert len(github.requests) == 4, "a server that is down is asked once from then on"
        github.faults.clear()
        assert asked.get(SHOP).unavailable is None


def test_a_server_that_hangs_is_left(github: Server) -> None:
    github.faults.add(Fault(hang=True, times=99))
    with client(github, patience=Patience(timeout=0.2, tries=2)) as asked:
        assert reason(asked.get(SHOP)) == "GitHub did not answer in 0 s"
    assert len(github.requests) == 2


def test_a_server_that_drips_is_left(github: Server) -> None:
    github.faults.add(Fault(drip=0.05, times=99))
    with client(github, patience=Patience(deadline=0.3, tries=1)) as asked:
        assert reason(asked.get(SHOP)) == "GitHub took over 0 s to answer"


def test_a_server_that_is_not_there_is_said() -> None:
    with Server() as gone:
        pass
    with client(gone) as asked:
        assert reason(asked.get(SHOP)) == "GitHub can't be reached"


def test_an_answer_without_an_end_is_not_read_to_it(
    github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autodevops.sources.github.transport.BODY_LIMIT", 1000)
    github.faults.add(Fault(status=200, body=b'"' + b"x" * 50_000 + b'"'))
    with client(github) as asked:
        assert "larger than" in reason(asked.get(SHOP))
    assert len(github.requests) == 1


def test_errors_of_a_query_stay_with_their_part(github: Server) -> None:
    query = """query {
      a: repository(owner: "acme", name: "shop") { name isPrivate }
      b: repository(owner: "acme", name: "gone") { name }
      rateLimit { cost }
    }"""
    with client(github) as asked:
        answer = asked.graphql(query)
        assert asked.usage().points == 1
    assert answer.at("a", "name") == "shop"
    hidden = answer.read(dict[str, str], "b")
    assert not isinstance(hidden, dict)
    assert "permission may be missing" in hidden.reason
    assert [error.kind for error in answer.below("b")] == ["NOT_FOUND"]
    assert answer.below("a") == ()


def test_a_query_that_fails_as_a_whole_is_tried_again(github: Server) -> None:
    body = b'{"data": null, "errors": [{"message": "Something went wrong while executing it"}]}'
    github.faults.add(Fault(status=200, body=body), Fault(status=502))
    with client(github) as asked:
        assert asked.graphql(VIEWER).at("viewer", "login") == "ada"


def test_nobody_asks_graphql_without_a_token(github: Server) -> None:
    with GitHub(None, at=github.at) as asked:
        answer = asked.graphql(VIEWER)
        assert answer.unavailable is not None
        assert answer.unavailable.needs == "GitHub: a token"
        assert asked.get(SHOP).unavailable is None
        refused = asked.get(SHOP + path("actions", "secrets"))
    assert needs(refused) == "GitHub: a token"
    assert not any(one.has_token for one in github.requests)


def test_threads_share_a_client(github: Server, tmp_path: Path) -> None:
    with (
        client(github, etags=Etags(tmp_path)) as asked,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = list(threads.map(lambda _n: asked.get(SHOP), range(64)))
        usage = asked.usage()
    assert all(answer.unavailable is None for answer in answers)
    assert usage.requests == 64
    assert threading.active_count() < 100


def test_the_token_is_in_no_error_log_or_file(
    github: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = github.world.owner.value
    echo = f'{{"message": "bad token {token} in Bearer {token}"}}'.encode()
    said = []
    with client(github, etags=Etags(tmp_path), patience=Patience(timeout=1, tries=2)) as asked:
        asked.get(SHOP)
        for fault in (
            Fault(status=403, body=echo),
            Fault(status=404, body=echo),
            Fault(status=418, body=echo),
            Fault(status=500, body=echo, times=2),
            Fault(status=302, headers={"Location": "https://evil.example/"}),
            Fault(truncate=True),
            Fault(hang=True),
        ):
            github.faults.add(fault)
            said.append(repr(asked.get(SHOP)))
        github.faults.add(Fault(status=401, body=echo))
        with pytest.raises(UnauthorizedError) as caught:
            asked.get(SHOP)
        said += [repr(asked), repr(caught.value), caught.value.advice, caplog.text]
    for text in said:
        assert token not in text
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert NAME in {file.name for file in files}
    assert not any(token.encode() in file.read_bytes() for file in files)
    with sqlite3.connect(tmp_path / NAME) as store:
        assert store.execute("SELECT count(*) FROM answers").fetchone() == (1,)
    store.close()


def test_the_credential_of_another_server_is_another(github: Server) -> None:
    asked = GitHub(credential(github.world.owner), at=github.at)
    assert asked.at.account == github.at.host
    asked.close()
