"""What may go wrong on the way: each fault strikes the next requests that it is for."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One way to fail. Without `status` the true answer is given, then spoilt as said."""

    status: int | None = None
    """Status of the answer."""
    body: bytes = b'{"message": "Something went wrong"}'
    """Its body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers added to the answer."""
    on: str = ""
    """Part of the path (with query) of the requests that it strikes; empty for all."""
    times: int = 1
    """How many requests it strikes."""
    truncate: bool = False
    """Cut the body in half and close the connection."""
    hang: bool = False
    """Never answer."""
    drip: float = 0.0
    """Seconds between two bytes of the body."""


class Faults:
    """The faults that still wait for their requests, in order."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, *faults: Fault) -> None:
        """Let these strike, one after the other."""
        with self._lock:
            self._waiting.extend(faults)

    def clear(self) -> None:
        """Let nothing strike any more."""
        with self._lock:
            self._waiting.clear()

    def next(self, path: str) -> Fault | None:
        """Return the fault that strikes a request, if any."""
        with self._lock:
            for fault in self._waiting:
                if fault.on in path and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None
