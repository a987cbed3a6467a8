"""How long to wait for a backend that is busy, gone for a moment, or cut off mid-sentence."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct, field


class Patience(Struct, frozen=True, kw_only=True):
    """How often and how long a run waits."""

    attempts: int = 5
    """Requests for one answer, the first included."""
    base: float = 0.5
    """Seconds before the second attempt; each further wait is twice as long."""
    ceiling: float = 30.0
    """Longest wait of our own choice, in seconds."""
    longest: float = 120.0
    """Longest wait that a backend may ask for, in seconds; beyond it the run ends."""
    sleep: Callable[[float], None] = time.sleep
    """What waits."""
    chance: Callable[[], float] = field(default=random.random)
    """A number from 0 to 1, so that many clients don't come back at once."""

    def wait(self, attempt: int, asked: float | None) -> bool:
        """Wait before the next attempt; return False when no further one is worth it.

        `attempt` counts from 1; `asked` is what the backend asked for, in seconds.
        """
        if attempt >= self.attempts or (asked or 0) > self.longest:
            return False
        own = min(self.ceiling, self.base * 2 ** (attempt - 1))
        self.sleep(max(own * (0.5 + self.chance() / 2), asked or 0))
        return True


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None without a sensible one."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
