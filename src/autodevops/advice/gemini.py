"""Asks Gemini through google-genai; every way in which that fails becomes one of our reasons.

The package takes half a second to import, so it is imported when somebody is asked. It follows
redirects with the key in a header, retries on its own terms and listens to variables that name
other services: all of that is switched off here.
"""

import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from autodevops.advice.gemini_failures import failure, too_long
from autodevops.advice.gemini_stream import Reading
from autodevops.advice.interface import Answer, NoAdviceError, Obstacle, Request
from autodevops.advice.reply import SCHEMA
from autodevops.credentials import Credential, may_be_sent_to

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentConfig

BASE_URL = "GOOGLE_GEMINI_BASE_URL"
"""Variable with another address of the API."""
_DEFAULT_URL = "https://generativelanguage.googleapis.com"
_T = TypeVar("_T")


class Patience(Struct, frozen=True, kw_only=True):
    """How long a run waits for a model."""

    attempt: float = 120.0
    """Seconds of silence after which an attempt is given up."""
    whole: float = 300.0
    """Seconds that one answer may take, with all attempts and waits."""
    attempts: int = 3
    """Attempts for one answer."""
    wait: float = 1.0
    """Seconds before the second attempt; each further wait is twice as long."""
    longest: float = 30.0
    """Longest wait that the service may ask for."""
    sleep: Callable[[float], None] = field(default=time.sleep)
    """What waits."""
    clock: Callable[[], float] = field(default=time.monotonic)
    """Seconds on a clock that only goes forward."""


class Gemini:
    """One model, asked with one key."""

    def __init__(
        self,
        key: Credential,
        model: str,
        *,
        patience: Patience | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare to ask; `say` hears about waits."""
        self._key = key
        self._model = model
        self._patience = patience or Patience()
        self._say = say or _nobody

    @property
    def model(self) -> str:
        """Return the model's name."""
        return self._model

    def ask(self, request: Request, told: Callable[[int], None]) -> Answer:
        """Return the model's answer; raises NoAdviceError."""
        with _quiet(), _client(self._key, self._patience) as client:
            return self._persisting(lambda ends: self._asked(client, request, told, ends))

    def models(self) -> tuple[str, ...]:
        """Return the names of the models that generate text; raises NoAdviceError."""
        with _quiet(), _client(self._key, self._patience) as client:
            return self._persisting(lambda _: tuple(_listed(client)))

    def _persisting(self, attempt: Callable[[float], _T]) -> _T:
        """Return what an attempt gives; what may pass is attempted again, as long as asked for."""
        ends = self._patience.clock() + self._patience.whole
        count = 0
        while True:
            count += 1
            try:
                return attempt(ends)
            except NoAdviceError:
                raise
            except Exception as error:  # noqa: BLE001 - the package raises its own, httpx's, pydantic's
                found = failure(error, self._model)
            wait = found.wait
            if wait is None:
                raise found.reason from None
            wait = max(wait, self._patience.wait * 2 ** (count - 1))
            if wait > self._patience.longest or self._patience.clock() + wait > ends:
                raise too_long(found.reason, wait)
            if count >= self._patience.attempts:
                raise found.reason from None
            self._say(f"{found.reason.reason}; waiting {wait:.0f} s")
            self._patience.sleep(wait)

    def _asked(
        self, client: "Client", request: Request, told: Callable[[int], None], ends: float
    ) -> Answer:
        reading = Reading()
        stream = client.models.generate_content_stream(
            model=self._model, contents=request.text, config=_config(request)
        )
        for part in stream:
            reading.take(part)
            told(reading.length)
            if self._patience.clock() > ends:
                reason = f"the model did not finish within {self._patience.whole:.0f} s"
                raise NoAdviceError(Obstacle.TIME_OUT, reason)
        return reading.answer()


def _listed(client: "Client") -> Iterator[str]:
    for model in client.models.list(config={"page_size": 1000}):
        actions = model.supported_actions
        if model.name and (actions is None or "generateContent" in actions):
            yield model.name.removeprefix("models/")


def _config(request: Request) -> "GenerateContentConfig":
    from google.genai.types import AutomaticFunctionCallingConfig, GenerateContentConfig

    return GenerateContentConfig(
        system_instruction=request.instructions,
        response_mime_type="application/json",
        response_json_schema=dict(SCHEMA),
        max_output_tokens=request.most_tokens,
        candidate_count=1,
        automatic_function_calling=AutomaticFunctionCallingConfig(disable=True),
        automatic_continuation=False,
    )


def _client(key: Credential, patience: Patience) -> "Client":
    from google.genai import Client
    from google.genai.types import HttpOptions, HttpRetryOptions

    return Client(
        api_key=key.reveal(),
        enterprise=False,
        http_options=HttpOptions(
            base_url=_address(),
            timeout=int(patience.attempt * 1000),
            retry_options=HttpRetryOptions(attempts=1),
            client_args={"follow_redirects": False},
        ),
    )


def _address() -> str:
    """Return the API's address; raises NoAdviceError for one to which no key may be sent."""
    text = os.environ.get(BASE_URL, "").strip().rstrip("/") or _DEFAULT_URL
    if not may_be_sent_to(text):
        reason = f"{BASE_URL} is no address that a key may be sent to: write it as https://HOST"
        raise NoAdviceError(Obstacle.REFUSED, reason)
    return text


class _quiet:  # noqa: N801 - a block, used as `with _quiet():`
    """Keeps the package's log and warnings, which quote what goes both ways, off the screen."""

    def __enter__(self) -> None:
        self._warnings = warnings.catch_warnings(action="ignore")
        self._warnings.__enter__()
        self._logger = logging.getLogger("google_genai")
        self._level = self._logger.level
        self._logger.setLevel(logging.CRITICAL + 1)

    def __exit__(self, *_: object) -> None:
        self._logger.setLevel(self._level)
        self._warnings.__exit__(None, None, None)


def _nobody(_text: str) -> None:
    """Take note of nothing."""
