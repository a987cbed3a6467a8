"""Answers that are kept come back as they were, or not at all."""

from pathlib import Path

import pytest

from autodevops.advice.cache import AdviceCache
from autodevops.advice.interface import Patch, Remediation, Risk
from autodevops.advice.models import (
    DEFAULT,
    FOR_MANY,
    PRICES,
    chosen,
    cost,
    estimated_tokens,
    successor,
)

ANSWER = Remediation(
    explanation="Why.",
    steps=("One.", "Two."),
    risk=Risk.HIGH,
    patches=(
        Patch(path="a", search=None, replace="b"),
        Patch(path="c", search="d\n", replace="\u00e9"),
    ),
)


def test_an_answer_belongs_to_its_model_and_question(tmp_path: Path) -> None:
    cache = AdviceCache(tmp_path)
    assert cache.recall("m", "k") is None
    cache.keep("m", "k", ANSWER)
    assert cache.recall("m", "k") == ANSWER
    assert cache.recall("m", "other") is None
    assert cache.recall("other", "k") is None
    assert [place.suffix for place in (tmp_path / "advice").iterdir()] == [".json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b'{"version": 1}', b"[" * 100_000, b"\xff", b"x" * 2_000_000],
)
def test_what_cannot_be_read_was_never_kept(tmp_path: Path, content: bytes) -> None:
    cache = AdviceCache(tmp_path)
    cache.keep("m", "k", ANSWER)
    (file,) = (tmp_path / "advice").iterdir()
    file.write_bytes(content)
    assert cache.recall("m", "k") is None


def test_another_question_s_answer_is_not_taken(tmp_path: Path) -> None:
    cache = AdviceCache(tmp_path)
    cache.keep("m", "k", ANSWER)
    (file,) = (tmp_path / "advice").iterdir()
    content = file.read_bytes()
    file.unlink()
    cache.keep("m", "other", ANSWER)
    (other,) = (tmp_path / "advice").iterdir()
    other.write_bytes(content)
    assert cache.recall("m", "other") is None


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    AdviceCache(tmp_path / "file").keep("m", "k", ANSWER)
    assert AdviceCache(tmp_path / "file").recall("m", "k") is None


def test_many_findings_go_to_the_cheaper_model() -> None:
    assert chosen(None, 19) == DEFAULT
    assert chosen(None, 20) == FOR_MANY
    assert chosen("models/gemini-3.1-pro", 50) == "gemini-3.1-pro"


def test_a_model_without_a_price_is_as_dear_as_any() -> None:
    dearest = max(cost(name, 1000, 1000) for name in PRICES)
    assert cost("gemini-99-ultra", 1000, 1000) == dearest
    assert cost("gemini-2.5-flash", 1_000_000, 1_000_000) == pytest.approx(2.8)
    assert estimated_tokens("a" * 10) == 4


def test_the_newest_of_a_kind_follows_one_that_is_gone() -> None:
    there = ("gemini-9-pro", "gemini-4.2-flash", "gemini-10-flash", "gemini-11-flash-lite", "x")
    assert successor("gemini-3.8-flash", there) == "gemini-10-flash"
    assert successor("gemini-3.5-flash-lite", there) == "gemini-11-flash-lite"
    assert successor("gemini-3.1-pro", there) == "gemini-9-pro"
    assert successor("gemini-3.8-flash", ("x",)) is None
