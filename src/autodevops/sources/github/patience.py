"""How long we wait for GitHub, and the clock by which we do."""

import threading
import time
from typing import Protocol

from msgspec import Struct


class Clock(Protocol):
    """Tells the time and lets it pass; tests have one of their own."""

    def now(self) -> float:
        """Return the Unix time."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def wake(self) -> None:
        """End all waits, those to come, too."""
        ...


class MachineClock:
    """The machine's clock."""

    def __init__(self) -> None:
        """Let nobody be woken yet."""
        self._woken = threading.Event()

    @staticmethod
    def now() -> float:
        """Return the Unix time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait, unless somebody wakes whoever sleeps."""
        self._woken.wait(seconds)

    def wake(self) -> None:
        """End all waits, those to come, too."""
        self._woken.set()


class Patience(Struct, frozen=True, kw_only=True):
    """How long limits are waited for, and how often an answer is asked for again."""

    longest: float = 90.0
    """Seconds of one wait; a longer one ends the work in part."""
    total: float = 600.0
    """Seconds of all waits of one client."""
    tries: int = 3
    """How often a request without a usable answer is sent."""
    backoff: float = 0.5
    """Seconds before the second try; doubled for each further one."""
    timeout: float = 15.0
    """Seconds to connect, and between two pieces of an answer."""
    deadline: float = 60.0
    """Seconds for one whole answer."""
