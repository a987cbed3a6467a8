"""GitHub's limits as budgets: what is left, when to wait, and when waiting would take too long."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct

from autodevops.errors import RateLimitError
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.patience import Clock, Patience

SECONDARY_WAIT = 60.0
"""Seconds to wait at a secondary limit that names none: GitHub asks for at least a minute."""
INTERRUPTED = "interrupted"
"""Stands for a budget when `stop` ended the work."""
_TOO_MANY = 429
_REFUSALS = frozenset({403, _TOO_MANY})
_ALL = "*"
_SLACK = 1.0
"""Seconds after a reset at which GitHub's servers agree that it happened."""
_FARTHEST = 86_400.0
"""No limit lasts longer than a day, whatever a header says."""


class Budget(Struct, frozen=True, kw_only=True):
    """What is left of one of GitHub's primary limits."""

    limit: int
    """Requests (or GraphQL points) in an hour."""
    remaining: int
    """How many are left."""


class Limit(Struct, frozen=True, kw_only=True):
    """A limit that lasts longer than the client waits; it made the work end in part."""

    resource: str
    """GitHub's name of the budget, such as `core`; `secondary` for a secondary limit."""
    until: datetime
    """When GitHub answers again, UTC."""

    @property
    def reason(self) -> str:
        """Return what happened, in one sentence."""
        if self.resource == INTERRUPTED:
            return "GitHub was not asked any more: interrupted"
        if self.resource == "secondary":
            return f"GitHub's secondary rate limit holds until {self._time}"
        return f"GitHub's rate limit ({self.resource}) is spent until {self._time}"

    @property
    def unavailable(self) -> Unavailable:
        """Return the limit as the reason why a fact can't be known."""
        if self.resource == INTERRUPTED:
            return Unavailable(self.reason, "an audit to its end")
        return Unavailable(self.reason, f"GitHub: rate limit (resets at {self._time})")

    @property
    def error(self) -> RateLimitError:
        """Return the limit as the end of the work, exit code 4."""
        return RateLimitError(self.reason, advice=f"run it again after {self._time}")

    @property
    def _time(self) -> str:
        return self.until.strftime("%Y-%m-%d %H:%M UTC")


class Usage(Struct, frozen=True, kw_only=True):
    """What the client has cost so far."""

    requests: int
    """HTTP requests sent, those of GraphQL, redirects and further tries included."""
    not_modified: int
    """Of these, answered with 304: they cost no budget."""
    retried: int
    """Of these, sent again after a failure or limit."""
    points: int
    """GraphQL points."""
    waited: float
    """Seconds waited for limits."""
    left: Mapping[str, Budget]
    """What is left of each budget by GitHub's name: `core`, `graphql`."""


@dataclass(slots=True)
class Budgets:
    """The budgets of one client, shared by its threads."""

    patience: Patience
    """How long to wait."""
    clock: Clock
    """What waits."""
    say: Callable[[str], None]
    """Is told about waits that a person may wonder about."""
    waited: float = 0.0
    """Seconds waited so far."""
    limit: Limit | None = None
    """The limit that was too long to wait for, once there was one."""
    is_over: bool = False
    """Whether nothing is to be sent any more."""
    _left: dict[str, Budget] = field(default_factory=dict)
    _closed_until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def left(self) -> Mapping[str, Budget]:
        """Return what is left of each budget, by GitHub's name."""
        with self._lock:
            return dict(self._left)

    def enter(self, resource: str) -> Limit | None:
        """Wait until a request may be sent; return the limit when that would take too long."""
        while True:
            with self._lock:
                wait, name = self._wait(resource)
                if self.is_over:
                    return Limit(resource=INTERRUPTED, until=self._date(self.clock.now()))
                if wait <= 0:
                    return None
                over = wait > self.patience.longest or self.waited + wait > self.patience.total
                if over:
                    until = self._date(self.clock.now() + wait)
                    self.limit = Limit(resource=name, until=until)
                    return self.limit
                self.waited += wait
            self.say(f"waiting {wait:.0f} s for GitHub's rate limit")
            self.clock.sleep(wait)

    def note(self, resource: str, headers: Mapping[str, str]) -> None:
        """Take what every answer says about its budget."""
        limit, remaining, reset = (
            _number(headers, f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset")
        )
        if limit is None or remaining is None or reset is None:
            return
        name = headers.get("x-ratelimit-resource", resource)[:40]
        ahead = min(max(reset - self._server_time(headers), 0.0), _FARTHEST)
        at = self.clock.now() + ahead
        with self._lock:
            self._left[name] = Budget(limit=int(limit), remaining=int(remaining))
            if remaining <= 0:
                self._close(resource, at + _SLACK)

    def spent(self, resource: str, headers: Mapping[str, str]) -> None:
        """Keep a budget shut that an answer calls spent, though its headers may not say so."""
        with self._lock:
            known = self._closed_until.get(resource, 0.0) > self.clock.now()
        if not known:
            self.refused(headers, 1)

    def give_up(self, resource: str) -> Limit:
        """Return a limit that does not end however often it is waited for."""
        with self._lock:
            wait, name = self._wait(resource)
            until = self._date(self.clock.now() + max(wait, SECONDARY_WAIT))
            self.limit = Limit(resource=name, until=until)
            return self.limit

    def refused(self, headers: Mapping[str, str], hits: int) -> None:
        """Close all budgets after a secondary limit, for the `hits`th time for one request."""
        named = _number(headers, "retry-after")
        wait = SECONDARY_WAIT * 2 ** (hits - 1) if named is None else max(named, 1.0)
        with self._lock:
            self._close(_ALL, self.clock.now() + min(wait, _FARTHEST))

    def stop(self) -> None:
        """Send nothing any more, and wake whoever waits for a limit."""
        self.is_over = True
        self.clock.wake()

    @staticmethod
    def _date(moment: float) -> datetime:
        return datetime.fromtimestamp(moment, UTC).replace(microsecond=0)

    def _wait(self, resource: str) -> tuple[float, str]:
        """Return the seconds until a budget opens, and the name of what holds it shut."""
        now = self.clock.now()
        return max(
            (self._closed_until.get(_ALL, 0.0) - now, "secondary"),
            (self._closed_until.get(resource, 0.0) - now, resource),
        )

    def _close(self, resource: str, until: float) -> None:
        self._closed_until[resource] = max(self._closed_until.get(resource, 0.0), until)

    def _server_time(self, headers: Mapping[str, str]) -> float:
        """Return GitHub's own clock: this machine's may be wrong by more than the wait."""
        try:
            return parsedate_to_datetime(headers.get("date", "")).timestamp()
        except (ValueError, OverflowError):
            return self.clock.now()


def is_primary(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer says that a primary limit is spent."""
    return status in _REFUSALS and _number(headers, "x-ratelimit-remaining") == 0


def is_secondary(status: int, headers: Mapping[str, str], message: str | None) -> bool:
    """Whether an answer says that requests come too fast or too heavy."""
    if status not in _REFUSALS:
        return False
    said = (message or "").lower()
    named = "secondary rate limit" in said or "abuse detection" in said
    return named or "retry-after" in headers or status == _TOO_MANY


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None  # noqa: PLR2004 - a Unix time has ten digits
