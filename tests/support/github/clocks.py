"""A clock whose time passes only when somebody waits."""

import time
from dataclasses import dataclass, field


@dataclass
class PassingClock:
    """Starts now, never waits, and knows how long it would have."""

    at: float = field(default_factory=time.time)
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    def wake(self) -> None:
        """There is nobody to wake."""
