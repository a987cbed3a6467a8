"""Gets a usable answer to one request: obeys limits, asks again after failures, then gives up."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct

from autodevops.redaction import redact
from autodevops.sources.github.budget import (
    Budgets,
    Limit,
    is_primary,
    is_secondary,
)
from autodevops.sources.github.patience import Clock, Patience
from autodevops.sources.github.transport import Counter, Received, Request, Transport, Trouble

LONGEST_MESSAGE = 200
"""Characters of GitHub's own words that are passed on."""
_SERVER_ERROR = 500
_OK = 200
_EMPTY = frozenset({204, 205, 304})


class Parsed(Struct, frozen=True, kw_only=True):
    """A whole answer with its JSON decoded."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Names in small letters."""
    data: object
    """The decoded body; None where there is none."""

    @property
    def message(self) -> str | None:
        """Return GitHub's words on what is wrong, shortened."""
        said = self.data.get("message") if isinstance(self.data, dict) else None
        return worded(said) if isinstance(said, str) and said else None


@dataclass(slots=True, kw_only=True)
class Exchange:
    """Sends requests until they are answered, refused, or not worth another try."""

    transport: Transport
    """Sends them."""
    budgets: Budgets
    """Knows when."""
    patience: Patience
    """Knows how often."""
    clock: Clock
    """Waits between tries."""
    retried: Counter = field(default_factory=Counter)
    """Requests sent again."""
    _doubtful: threading.Event = field(default_factory=threading.Event)

    def run(self, request: Request, resource: str) -> Parsed | Trouble | Limit:
        """Return the answer, the last trouble, or the limit that takes too long to wait for."""
        troubles = hits = 0
        while True:
            limit = self.budgets.enter(resource)
            if limit is not None:
                return limit
            outcome = self._try(request, resource)
            if isinstance(outcome, Parsed) and self._is_limited(outcome, resource, hits + 1):
                hits += 1
                if hits > self.patience.tries:
                    return self.budgets.give_up(resource)
            elif not _is_passing(outcome):
                self._doubtful.clear()
                return outcome
            else:
                troubles += 1
                if troubles >= self.patience.tries or self._doubtful.is_set():
                    # A server that is down is not asked three times for every repository.
                    self._doubtful.set()
                    return outcome
                self.clock.sleep(self.patience.backoff * 2 ** (troubles - 1))
            self.retried.add(1)

    def _try(self, request: Request, resource: str) -> Parsed | Trouble:
        received = self.transport.send(request)
        if isinstance(received, Trouble):
            return received
        self.budgets.note(resource, received.headers)
        return _parsed(received)

    def _is_limited(self, answer: Parsed, resource: str, hits: int) -> bool:
        """Whether an answer is a limit's; the budgets know how long it holds."""
        if _says_rate_limited(answer) or is_primary(answer.status, answer.headers):
            self.budgets.spent(resource, answer.headers)
            return True
        if is_secondary(answer.status, answer.headers, answer.message):
            self.budgets.refused(answer.headers, hits)
            return True
        return False


def worded(text: str) -> str:
    """Return words of GitHub's as they may be passed on: short, in one line, without secrets."""
    return redact(" ".join(text[: 4 * LONGEST_MESSAGE].split()))[:LONGEST_MESSAGE]


def _is_passing(outcome: Parsed | Trouble) -> bool:
    if isinstance(outcome, Trouble):
        return outcome.is_passing
    return outcome.status >= _SERVER_ERROR or _is_graph_failure(outcome.data)


def _parsed(received: Received) -> Parsed | Trouble:
    """Decode a body; a success whose body is no JSON is no answer."""
    data: object = None
    if received.status not in _EMPTY:
        try:
            data = msgspec.json.decode(received.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if received.status < _SERVER_ERROR and received.status // 100 == 2:  # noqa: PLR2004 - 2xx
                return Trouble(reason="GitHub's answer is not JSON")
    return Parsed(status=received.status, headers=received.headers, data=data)


def _errors(data: object) -> list[object]:
    """Return the errors of a GraphQL answer."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return errors if isinstance(errors, list) else []


def _says_rate_limited(answer: Parsed) -> bool:
    """Whether GraphQL says with status 200 that the budget is spent."""
    kinds = (error.get("type") for error in _errors(answer.data) if isinstance(error, dict))
    return answer.status == _OK and any(kind == "RATE_LIMITED" for kind in kinds)


def _is_graph_failure(data: object) -> bool:
    """Whether GraphQL failed as a whole and without a type: its way to say 502."""
    if not isinstance(data, dict) or data.get("data") is not None:
        return False
    errors = _errors(data)
    return bool(errors) and all(
        isinstance(error, dict) and not error.get("type") and "went wrong" in str(error)
        for error in errors
    )
