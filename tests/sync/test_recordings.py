"""Our requests have the shapes of those that Supabase's own client sends.

`recorded/supabase-py.json` holds what it sent to a server that only listened.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from autodevops.sync.session import Auth, Session, from_token
from autodevops.sync.supabase import Supabase as Client
from tests.support.supabase.gateway import PUBLISHABLE, SECRET, Supabase
from tests.support.supabase.team import ACME, EMAILS, WRITER
from tests.support.supabase.tokens import signed
from tests.support.supabase.wire import Asked
from tests.sync.asking import LATER, client, credential, exchange
from tests.sync.reports import payload

_FILE = Path(__file__).with_name("recorded") / "supabase-py.json"
_TEXT = (
    _FILE.read_text("utf-8")
    .replace("<secret key>", SECRET)
    .replace("<publishable key>", PUBLISHABLE)
)
_RECORDED: dict[str, dict[str, Any]] = {
    each["operation"]: each for each in json.loads(_TEXT)["requests"]
}


def _in_auth(do: Callable[[Auth], object]) -> Callable[[Supabase], None]:
    def run(stand_in: Supabase) -> None:
        with exchange(stand_in) as asked:
            do(Auth(asked))

    return run


def _renewed(auth: Auth) -> Session:
    return auth.renew(auth.sign_in(EMAILS[WRITER], "password"))


def _in_rest(do: Callable[[Client], object], **who: Any) -> Callable[[Supabase], None]:
    def run(stand_in: Supabase) -> None:
        with client(stand_in, **who) as backend:
            do(backend)

    return run


_OURS: dict[str, Callable[[Supabase], None]] = {
    "sign in": _in_auth(lambda auth: auth.sign_in(EMAILS[WRITER], "password")),
    "refresh": _in_auth(_renewed),
    "sign out": _in_auth(
        lambda auth: auth.sign_out(from_token(credential("header.payload.signature")))
    ),
    "schema": _in_rest(lambda backend: backend.schema_version()),
    "organisations": _in_rest(lambda backend: backend.organisations()),
    "push audit": _in_rest(lambda backend: backend.push(ACME, payload())),
    "service role schema": _in_rest(
        lambda backend: backend.schema_version(), user=None, key=SECRET
    ),
}


@pytest.mark.parametrize("operation", _OURS)
def test_our_request_has_the_recorded_shape(supabase: Supabase, operation: str) -> None:
    recorded = _RECORDED[operation]
    _OURS[operation](supabase)
    ours = supabase.seen[-1]

    assert ours.method == recorded["method"]
    assert ours.path == urlsplit(recorded["path"]).path
    assert set(_query(ours.target)) == set(_query(recorded["path"]))
    if operation != "sign out":  # ends this session only, not all of the user's
        assert _query(ours.target) == _query(recorded["path"])
    if ours.method == "POST" and operation != "sign out":
        theirs = recorded["headers"]["content-type"].partition(";")[0]
        assert ours.headers["content-type"] == theirs == "application/json"
        assert set(ours.json) <= set(recorded["body"])
    assert set(ours.headers) & {"apikey"} == set(recorded["headers"]) & {"apikey"}


@pytest.mark.parametrize("operation", ["schema", "organisations", "push audit"])
def test_a_users_token_goes_where_the_recorded_one_went(supabase: Supabase, operation: str) -> None:
    _OURS[operation](supabase)
    theirs = _RECORDED[operation]["headers"]["authorization"]
    assert theirs == "Bearer <access token>"
    assert supabase.seen[-1].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("operation", ["sign in", "service role schema"])
def test_a_key_that_is_no_token_is_not_sent_as_one(supabase: Supabase, operation: str) -> None:
    """The official client repeats it; the gateway takes that only while both are the same."""
    assert _RECORDED[operation]["headers"]["authorization"].startswith("Bearer sb_")
    _OURS[operation](supabase)
    assert "authorization" not in supabase.seen[-1].headers


@pytest.mark.parametrize("operation", _RECORDED)
def test_the_stand_in_takes_what_the_official_client_sends(
    supabase: Supabase, operation: str
) -> None:
    recorded = _RECORDED[operation]
    # Which columns writers may change, our grants say; the wire's shape is asked about here.
    user = "service_role" if operation == "upsert" else "authenticated"
    token = signed({"sub": WRITER, "role": user, "exp": int(LATER)})
    headers = {
        name: value.replace("<access token>", token) for name, value in recorded["headers"].items()
    }
    body = recorded["body"]
    if operation == "sign in":
        supabase.auth.add(WRITER, body["email"], body["password"])
    if operation == "refresh":
        supabase.auth._refresh[body["refresh_token"]] = EMAILS[WRITER]
    text = json.dumps(body).replace("22222222-2222-4222-8222-222222222222", ACME)
    asked = Asked(
        method=recorded["method"],
        target=recorded["path"],
        headers=headers,
        body=text.encode() if body is not None else b"",
    )

    said, _ = supabase.handle(asked)

    assert said is not None
    if operation == "push audit":  # the recorded audit is an id and nothing else
        assert json.loads(said.body)["code"] == "23502"
    else:
        assert said.status in {200, 201, 204}, said.body


def _query(target: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(target).query)
