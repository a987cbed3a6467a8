"""A question to the stand-in for Gemini, whose waits are counted and not waited."""

import pytest

from autodevops.advice.gemini import Gemini as Asker
from autodevops.advice.gemini import Patience
from autodevops.advice.interface import NoAdviceError, Request
from autodevops.credentials import Credential, Service
from tests.support.gemini import KEY, MODELS, Gemini, Reply, remediation, reply

REQUEST = Request(instructions="Advise.", text="F1", about="BR003 x", most_tokens=100)
GOOD = reply(remediation())


class Waits:
    """Counts waits instead of waiting."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.said: list[str] = []

    def patience(self, **changed: float) -> Patience:
        times = {"attempt": 5.0, "whole": 60.0, **changed}
        return Patience(
            attempt=times["attempt"],
            whole=times["whole"],
            sleep=self.waited.append,
            clock=self._now,
        )

    def _now(self) -> float:
        return sum(self.waited)


def asker(waits: Waits, model: str = MODELS[0], key: str = KEY, **changed: float) -> Asker:
    credential = Credential(Service.GEMINI, key, "environment GEMINI_API_KEY")
    return Asker(credential, model, patience=waits.patience(**changed), say=waits.said.append)


def failure(gemini: Gemini, waits: Waits, *said: str | Reply) -> NoAdviceError:
    gemini.says(*said)
    with pytest.raises(NoAdviceError) as caught:
        asker(waits).ask(REQUEST, lambda _: None)
    assert KEY not in caught.value.reason
    return caught.value
