"""Whatever a backend answers, it means one thing, in a line without secrets."""

import json

import httpx
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autodevops import redaction
from autodevops.errors import SyncError
from autodevops.sync.answers import (
    SHOWN,
    ExpiredError,
    PartsMissingError,
    TooLargeError,
    is_passing,
    raise_for,
)
from autodevops.sync.exchange import read
from autodevops.sync.interface import Organisation
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    BackendAwayError,
    BackendStoppedError,
    NotAllowedError,
    NotSignedInError,
    SchemaError,
)
from tests.support.damage import DAMAGE, Damage

SECRET = "s3cr3t" + "-of-this-test"
STATUSES = st.integers(300, 599) | st.sampled_from([400, 401, 403, 404, 408, 409, 413, 422, 429])
CODES = st.sampled_from(
    [None, "PGRST202", "42P01", "42501", "PGRST301", "PT409", "23505", "XX000", "bad_jwt", 42]
)
WORDS = st.text(max_size=20).map(lambda text: f"{text}{SECRET}\n{text}")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the secret known for the length of a test."""
    monkeypatch.setattr(redaction, "_known", {})
    redaction.remember(SECRET)


def raised(response: httpx.Response) -> Exception:
    """Return what an answer means."""
    with pytest.raises((SyncError, ExpiredError, TooLargeError, PartsMissingError)) as caught:
        raise_for(response)
    return caught.value


def meant(status: int, code: object) -> type[Exception]:
    """Return what a status and a code mean, by the pages of PostgREST and PostgreSQL."""
    of_postgres = isinstance(code, str) and len(code) == len("23505")
    passes = status >= 500 or status in {408, 425, 429}
    at_the_door = {
        **dict.fromkeys(["PGRST202", "42P01"], SchemaError),
        "42501": NotAllowedError,
    }
    if status in {401, 403, 404}:
        if status == 401 and code == "PGRST301":
            return ExpiredError
        otherwise = NotSignedInError if status == 401 else BackendStoppedError
        return at_the_door.get(str(code), otherwise)
    if passes:
        return AuditPostponedError if of_postgres else BackendAwayError
    if (status, code) == (409, "PT409"):
        return PartsMissingError
    single = {413: TooLargeError, **dict.fromkeys([400, 409, 422], AuditRefusedError)}
    return single.get(status, BackendStoppedError)


@given(STATUSES, CODES, WORDS, st.sampled_from(["message", "msg", "error_description"]))
def test_an_answer_means_what_its_status_and_code_say(
    status: int, code: object, words: str, key: str
) -> None:
    told = raised(httpx.Response(status, content=json.dumps({"code": code, key: words}).encode()))
    assert type(told) is meant(status, code)
    assert SECRET not in str(told)
    assert "\n" not in str(told)
    assert is_passing(status) is (type(told) in {AuditPostponedError, BackendAwayError})


@given(STATUSES, st.binary(max_size=2_000), DAMAGE)
@example(502, b"<html>\xff", lambda old: old)
@example(400, b"[" * 100_000, lambda old: old)
@example(400, b'{"code": {}}', lambda old: old)
def test_an_answer_of_anybody_else_ends_in_a_line(status: int, body: bytes, damage: Damage) -> None:
    good = b'{"code": "23505", "message": "duplicate key", "hint": null}'
    for content in (body, damage(good)):
        told = raised(httpx.Response(status, content=content))
        assert len(str(told)) < SHOWN + 200
        assert "\n" not in str(told)


@given(st.integers(200, 299), st.binary(max_size=50))
def test_a_success_is_one_whatever_it_says(status: int, body: bytes) -> None:
    raise_for(httpx.Response(status, content=body))


ORGANISATIONS = st.lists(st.builds(Organisation, id=st.text(), slug=st.text()), max_size=3).map(
    tuple
)


@given(ORGANISATIONS, DAMAGE)
def test_what_is_read_is_what_was_said(listed: tuple[Organisation, ...], damage: Damage) -> None:
    good = msgspec.json.encode(listed)
    assert read(httpx.Response(200, content=good), tuple[Organisation, ...]) == listed
    damaged = httpx.Response(200, content=damage(good))
    try:
        found = read(damaged, tuple[Organisation, ...])
    except BackendAwayError as refused:
        assert refused.advice  # noqa: PT017 - both are right
    else:
        assert all(isinstance(one.slug, str) for one in found)
