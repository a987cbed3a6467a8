"""Turns a request to end into an exception, so that temporary files and processes go."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_REQUESTS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on SIGTERM and SIGHUP for the length of the `with`.

    Only in the main thread, and only where nobody else handles the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [request for request in _REQUESTS if signal.getsignal(request) is signal.SIG_DFL]
    for request in ours:
        signal.signal(request, _interrupt)
    try:
        yield
    finally:
        for request in ours:
            signal.signal(request, signal.SIG_DFL)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
