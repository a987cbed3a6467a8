"""What the model's service may do instead of answering, and what is said about it."""

import json
import subprocess
import sys

import pytest
from google.genai import types

from autodevops.advice.interface import NoAdviceError, Obstacle
from autodevops.advice.models import successor
from autodevops.advice.reply import SCHEMA, read
from tests.advice.asking import GOOD, REQUEST, Waits, asker, failure
from tests.support.gemini import KEY, MODELS, Gemini, Reply, remediation, reply, stream, wire

LIMIT = "RESOURCE_EXHAUSTED"


def refusal(code: int, status: str, message: str = "no", **detail: str) -> Reply:
    details = [wire.retry_info(detail["delay"])] if "delay" in detail else []
    return Reply(status=code, body=wire.error(code, status, message, *details))


def test_an_answer_comes_in_parts_and_is_counted(gemini: Gemini, waits: Waits) -> None:
    gemini.says(GOOD)
    heard: list[int] = []
    answer = asker(waits).ask(REQUEST, heard.append)
    assert answer.text == GOOD
    assert (answer.tokens_in, answer.tokens_out) == (1000, 200)
    assert len(heard) == 3
    assert heard == sorted(heard)
    asked = gemini.asked[0]
    assert (asked.model, asked.key) == (MODELS[0], KEY)
    assert KEY not in asked.path


def test_the_schema_that_is_sent_is_the_one_that_is_read() -> None:
    properties = SCHEMA["properties"]["remediations"]["items"]["properties"]
    whole = remediation({"path": "a", "search": None, "replace": "b"})
    assert set(properties) == set(whole)
    assert set(properties["edits"]["items"]["properties"]) == {"path", "search", "replace"}
    (found,) = read(reply(whole), 1)
    assert found is not None
    assert found.patches[0].search is None


def test_a_fence_around_json_is_no_obstacle() -> None:
    assert read(f"```json\n{GOOD}\n```", 1)[0] is not None


@pytest.mark.parametrize(
    ("said", "obstacle", "words"),
    [
        (Reply(chunks=tuple(stream(GOOD, "MAX_TOKENS"))), Obstacle.CUT_OFF, "cut off"),
        (Reply(chunks=tuple(stream(GOOD, None))), Obstacle.CUT_OFF, "cut off"),
        (Reply(chunks=tuple(stream("", "STOP"))), None, ""),
        (Reply(chunks=tuple(stream("", "SAFETY"))), Obstacle.BLOCKED, "SAFETY"),
        (Reply(chunks=tuple(stream("a", "RECITATION"))), Obstacle.BLOCKED, "RECITATION"),
        (Reply(chunks=tuple(stream("a", "OTHER"))), Obstacle.BLOCKED, "OTHER"),
        (Reply(chunks=tuple(stream("a", "LATER_THAN_US"))), Obstacle.BLOCKED, "LATER_THAN_US"),
        (
            Reply(chunks=({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}},)),
            Obstacle.BLOCKED,
            "PROHIBITED_CONTENT",
        ),
        (Reply(chunks=()), Obstacle.EMPTY, "empty"),
        (Reply(chunks=({"candidates": [{"index": 0}]},)), Obstacle.EMPTY, "empty"),
        (Reply(chunks=tuple(stream("x" * 300_000))), Obstacle.WRONG_SHAPE, "endless"),
        (Reply(body=b"data: no JSON\r\n\r\n"), Obstacle.BROKEN, "could not be read"),
        (Reply(body=b'data: {"candidates": 7}\r\n\r\n'), Obstacle.BROKEN, "could not be read"),
        (refusal(403, "PERMISSION_DENIED"), Obstacle.REFUSED, "does not accept the key"),
        (refusal(401, "UNAUTHENTICATED"), Obstacle.REFUSED, "does not accept the key"),
        (refusal(400, "INVALID_ARGUMENT"), Obstacle.REFUSED, "refuses the question"),
        (Reply(status=400, body=b"<html>"), Obstacle.REFUSED, "refuses the question"),
        (Reply(status=413, body=b""), Obstacle.REFUSED, "refuses the question"),
    ],
)
def test_what_is_no_answer_has_a_reason(
    gemini: Gemini, waits: Waits, said: Reply, obstacle: Obstacle | None, words: str
) -> None:
    if obstacle is None:
        gemini.says(said)
        assert asker(waits).ask(REQUEST, lambda _: None).text == ""
        with pytest.raises(NoAdviceError, match="empty"):
            read("", 1)
        return
    error = failure(gemini, waits, said)
    assert (error.obstacle, words in error.reason) == (obstacle, True), error.reason
    assert not waits.waited
    assert len(gemini.asked) == 1


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_service_out_of_order_is_asked_again(gemini: Gemini, waits: Waits, code: int) -> None:
    gemini.says(refusal(code, "UNAVAILABLE"), refusal(code, "UNAVAILABLE"), GOOD)
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD
    assert waits.waited == [1, 2]
    assert "out of order" in waits.said[0]


def test_a_service_that_stays_out_of_order_is_let_be(gemini: Gemini, waits: Waits) -> None:
    error = failure(gemini, waits, refusal(503, "UNAVAILABLE", "overloaded"))
    assert error.obstacle is Obstacle.BROKEN
    assert "503: overloaded" in error.reason
    assert len(gemini.asked) == 3


def test_a_short_wait_that_a_limit_asks_for_is_obeyed(gemini: Gemini, waits: Waits) -> None:
    gemini.says(refusal(429, LIMIT, delay="7.5s"), GOOD)
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD
    assert waits.waited == [7.5]
    assert "waiting 8 s" in waits.said[0]


def test_a_header_may_ask_for_the_wait(gemini: Gemini, waits: Waits) -> None:
    body = wire.error(429, LIMIT, "slow down")
    gemini.says(Reply(status=429, body=body, headers={"retry-after": "4"}), GOOD)
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD
    assert waits.waited == [4]


def test_a_long_wait_is_said_instead(gemini: Gemini, waits: Waits) -> None:
    error = failure(gemini, waits, refusal(429, LIMIT, "per day", delay="3600s"))
    assert error.obstacle is Obstacle.LIMITED
    assert error.reason == "Gemini's quota is used up: per day; it asks to wait 3600 s"
    assert not waits.waited


def test_silence_ends(gemini: Gemini, waits: Waits) -> None:
    gemini.says(Reply(hangs=True))
    with pytest.raises(NoAdviceError) as caught:
        asker(waits, attempt=0.3).ask(REQUEST, lambda _: None)
    assert caught.value.obstacle is Obstacle.TIME_OUT
    assert len(gemini.asked) == 1


def test_a_line_that_breaks_is_tried_again(gemini: Gemini, waits: Waits) -> None:
    broken = Reply(chunks=tuple(stream(GOOD)), cut=True)
    gemini.says(broken, GOOD)
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD
    assert waits.waited == [1]


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, waits: Waits) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(NoAdviceError) as caught:
        asker(waits).ask(REQUEST, lambda _: None)
    assert caught.value.obstacle is Obstacle.UNREACHABLE
    assert waits.waited == [1, 2]


def test_a_model_that_is_gone_is_named(gemini: Gemini, waits: Waits) -> None:
    gemini.says(GOOD)
    with pytest.raises(NoAdviceError, match=r"there is no model gemini-1\.0-pro") as caught:
        asker(waits, model="gemini-1.0-pro").ask(REQUEST, lambda _: None)
    assert "doctor" in caught.value.reason


@pytest.mark.usefixtures("gemini")
def test_models_are_listed(waits: Waits) -> None:
    assert asker(waits).models() == MODELS


def test_a_newer_model_is_asked_for_whatever_others_are_called() -> None:
    there = ["gemini-3-flash", "gemini-3.5-flash", f"gemini-{'9' * 5_000}-flash"]
    assert successor("gemini-2-flash", there[:2]) == "gemini-3.5-flash"
    assert successor("gemini-2-flash", there) in there


def test_thoughts_are_no_part_of_an_answer(gemini: Gemini, waits: Waits) -> None:
    thought = wire.chunk("hm")
    thought["candidates"][0]["content"]["parts"][0]["thought"] = True
    gemini.says(Reply(chunks=(thought, *stream(GOOD))))
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD


def test_the_stand_in_says_what_the_package_knows() -> None:
    for one in (*stream(GOOD), {"promptFeedback": {"blockReason": "SAFETY"}}):
        types.GenerateContentResponse.model_validate(one, extra="forbid")
    assert not wire.mistakes(
        json.dumps(
            {
                "contents": [{"parts": [{"text": "a"}]}],
                "systemInstruction": {"parts": [{"text": "b"}]},
                "generationConfig": {
                    "responseMimeType": "application/json",
                    "responseJsonSchema": dict(SCHEMA),
                    "maxOutputTokens": 1,
                },
            }
        ).encode()
    )


def test_the_package_is_loaded_only_to_ask() -> None:
    check = "import sys, autodevops.advising, autodevops.advice.gemini as g; "
    check += "sys.exit('google.genai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
