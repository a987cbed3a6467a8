"""However an answer comes, it is the answer; whatever else comes has a name."""

import ssl
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.advice.gemini import Gemini, Patience
from autodevops.advice.interface import Answer, NoAdviceError, Request
from autodevops.credentials import Credential, Service
from tests.support.damage import DAMAGE, Damage
from tests.support.examples import few
from tests.support.gemini import KEY, MODELS, wire

httpx = import_module("httpx2" if find_spec("httpx2") else "httpx")
"""What the package asks with."""
REQUEST = Request(instructions="Advise.", text="F1", about="BR003 x", most_tokens=100)
CUTS = st.lists(st.floats(0, 1), max_size=6)
"""Where a text is cut, as parts of its length."""


class Pieces(httpx.SyncByteStream):  # type: ignore[name-defined,misc]
    """A body that comes in these pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


def asked(*pieces: bytes, status: int = 200) -> Answer:
    """Return what is made of an answer that comes in these pieces."""

    def answered(_transport: object, _request: object) -> Any:
        kind = {"content-type": "text/event-stream"}
        return httpx.Response(status, headers=kind, stream=Pieces(pieces))

    key = Credential(Service.GEMINI, KEY, "environment GEMINI_API_KEY")
    patience = Patience(attempts=1, sleep=lambda _: None)
    with (
        patch.object(httpx.HTTPTransport, "handle_request", answered),
        # Nobody is called, so nobody's certificate is asked for; reading them all takes long.
        patch.object(ssl.SSLContext, "load_verify_locations"),
    ):
        return Gemini(key, MODELS[0], patience=patience).ask(REQUEST, lambda _: None)


def told_of(*pieces: bytes, status: int = 200) -> Answer | NoAdviceError:
    """Return what is made of an answer, or why nothing is."""
    try:
        return asked(*pieces, status=status)
    except NoAdviceError as told:
        return told


def cut(whole: bytes, at: Sequence[float]) -> list[bytes]:
    """Return the pieces of a body."""
    places = [0, *sorted(int(one * len(whole)) for one in at), len(whole)]
    return [whole[begin:end] for begin, end in pairwise(places)]


def streamed(text: str, at: Sequence[float] = ()) -> bytes:
    """Return a text as the service streams it, cut into parts."""
    places = [0, *sorted(int(one * len(text)) for one in at), len(text)]
    parts = [wire.chunk(text[begin:end]) for begin, end in pairwise(places)]
    return wire.as_events([*parts, wire.chunk(None, "STOP", usage=(7, 2))])


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@few(20)
@given(WORDS, CUTS, CUTS)
@example("data: \r\n\r\n{}é\u2028\x85", [0.3, 0.6], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
def test_an_answer_is_the_same_however_it_is_cut(
    text: str, parts: list[float], pieces: list[float]
) -> None:
    answer = asked(*cut(streamed(text, parts), pieces))
    assert (answer.text, answer.tokens_in, answer.tokens_out) == (text, 7, 2)


@few(20)
@given(WORDS, st.floats(0, 1))
def test_what_breaks_off_is_never_taken_for_whole(text: str, at: float) -> None:
    whole = streamed(text, [0.5])
    begun = whole[: int(at * len(whole))]
    told = told_of(begun)
    if isinstance(told, Answer):
        assert (told.text, begun.rstrip()) == (text, whole.rstrip())


@few(25)
@given(DAMAGE, st.sampled_from([200, 200, 204, 302, 400, 429, 500]))
def test_whatever_else_comes_has_a_name(damage: Damage, status: int) -> None:
    body = damage(streamed("words", [0.5]))
    told = told_of(body, status=status)
    assert isinstance(told, Answer) or (KEY not in told.reason and len(told.reason) < 1_000)
