"""What a failed attempt to ask Gemini means, and whether another one makes sense."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from autodevops.advice.interface import NoAdviceError, Obstacle
from autodevops.redaction import redact

if TYPE_CHECKING:
    from google.genai.errors import APIError

_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_BUSY = frozenset({500, 502, 503, 504})
_LIMITED = 429
_FORBIDDEN = frozenset({401, 403})
_NOT_FOUND = 404
_SHOWN = 200


class Failure(Struct, frozen=True):
    """Why an attempt failed."""

    reason: NoAdviceError
    """The reason for people."""
    wait: float | None = None
    """Seconds after which another attempt makes sense, 0 for our own choice; None for never."""


def failure(error: Exception, model: str) -> Failure:
    """Return why an attempt failed, whatever the package or its connection raised."""
    from google.genai.errors import APIError

    if isinstance(error, APIError):
        return _refusal(error, model)
    name = type(error).__name__
    if "Timeout" in name:
        return Failure(NoAdviceError(Obstacle.TIME_OUT, "Gemini did not answer in time"))
    module = type(error).__module__.partition(".")[0]
    if module in {"httpx", "httpx2", "httpcore", "httpcore2"} or isinstance(error, OSError):
        reason = f"Gemini can't be reached ({name})"
        return Failure(NoAdviceError(Obstacle.UNREACHABLE, reason), wait=0)
    reason = f"Gemini's answer could not be read ({name})"
    return Failure(NoAdviceError(Obstacle.BROKEN, reason))


def _refusal(error: "APIError", model: str) -> Failure:
    said = _said(error)
    code = error.code
    if code == _LIMITED:
        reason = f"Gemini's quota is used up{said}"
        return Failure(NoAdviceError(Obstacle.LIMITED, reason), wait=_asked_to_wait(error))
    if code in _BUSY:
        reason = f"Gemini is out of order ({code}{said})"
        return Failure(NoAdviceError(Obstacle.BROKEN, reason), wait=0)
    if code in _FORBIDDEN or "API key" in said:
        reason = f"Gemini does not accept the key ({code}{said})"
    elif code == _NOT_FOUND:
        reason = f"there is no model {model}: `autodevops doctor` names one that there is"
    else:
        reason = f"Gemini refuses the question ({code}{said})"
    return Failure(NoAdviceError(Obstacle.REFUSED, reason))


def _said(error: "APIError") -> str:
    message = error.message if isinstance(error.message, str) else ""
    shown = redact(" ".join(message.split()))[:_SHOWN]
    return f": {shown}" if shown else ""


def _asked_to_wait(error: "APIError") -> float:
    """Return the seconds that a 429 asks for in its `RetryInfo` or header; 0 if it doesn't say."""
    for detail in _details(error.details):
        found = _DELAY.fullmatch(str(detail.get("retryDelay", "")))
        if str(detail.get("@type", "")).endswith("google.rpc.RetryInfo") and found:
            return float(found[1])
    headers = getattr(error.response, "headers", None) or {}
    after = str(headers.get("retry-after", ""))
    return float(after) if after.isascii() and after.isdigit() else 0.0


def _details(body: object) -> Iterator[dict[str, Any]]:
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for one in details if isinstance(details, list) else ():
        if isinstance(one, dict):
            yield one


def too_long(reason: NoAdviceError, wait: float) -> NoAdviceError:
    """Return the same reason, with a wait that nobody would like to sit through."""
    return NoAdviceError(reason.obstacle, f"{reason.reason}; it asks to wait {wait:.0f} s")
