"""A stand-in for Gemini, and one hostile repository for the whole module that asks about it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.advice.asking import Waits
from tests.advice.stage import Stage, open_stage
from tests.support.gemini import Gemini


@pytest.fixture
def gemini(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gemini]:
    """Give a stand-in that the environment leads to, with the key that it takes."""
    with Gemini() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value or "")
        yield server


@pytest.fixture(scope="session")
def _kept() -> Iterator[tuple[ExitStack, list[Stage]]]:
    with ExitStack() as stack:
        yield stack, []


@pytest.fixture
def stage(
    _kept: tuple[ExitStack, list[Stage]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Give the repository; it is opened by the first test, in a test's clean environment."""
    stack, stages = _kept
    if not stages:
        stages.append(open_stage(tmp_path_factory.mktemp("hostile"), stack))
    yield stages[0]
    stages[0].restore()


@pytest.fixture
def waits() -> Waits:
    """Give what counts the waits of one test."""
    return Waits()
