"""States that time grows with the length of what is read, on any machine.

Seconds say more about a machine than about the code: a slower one, or one that measures coverage,
exceeds a limit that is generous elsewhere. How much longer four times as much takes is the same
everywhere: 4 times when each part is looked at once, some 5 with a sort, 16 when each part is
compared with each, and once when a limit cuts both short.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from time import process_time
from typing import TypeVar

TIMES = 4
"""How much longer the second text is."""
BOUND = 9
"""How much more time it may take: more than a sort needs, and far from the 16 of a square."""
ATTEMPTS = 5
"""How often both are measured before they fail. The shortest time of each decides."""

T = TypeVar("T")


def assert_linear(work: Callable[[T], object], made: Callable[[int], T], size: int) -> None:
    """Fail unless `work` on what is `made` of four times the size takes about four times as long.

    Only `work` is measured, in CPU time of this process: what else the machine does adds little,
    and the little is gone in the best of a few attempts. Choose a size that takes 20 to 50 ms, so
    that what doesn't depend on the size is lost in it, and beyond any limit that `work` has. What
    the project remembers of a text is forgotten before each time.
    """
    few, many = made(size), made(TIMES * size)
    work(few)  # what is done once, as imports and patterns, is done now
    short = long = float("inf")
    for _ in range(ATTEMPTS):
        short = min(short, _seconds(work, few), _seconds(work, few))
        long = min(long, _seconds(work, many))
        if long <= BOUND * short:
            return
    raise AssertionError(
        f"time grows faster than the length: size {size:,} takes {short:.3f} s, and {TIMES} times "
        f"as much takes {long:.3f} s, {long / short:.1f} times as long (at most {BOUND} is linear)"
    )


def _seconds(work: Callable[[T], object], subject: T) -> float:
    for cached in _remembering():
        cached.cache_clear()
    with _nothing_collected():
        began = process_time()
        work(subject)
        return process_time() - began


def _remembering() -> Iterator["_lru_cache_wrapper[object]"]:
    """Yield the project's functions that remember some answers; all is kept only of constants."""
    modules = [module for name, module in sys.modules.items() if name.startswith("autodevops.")]
    for one in (one for module in modules for one in vars(module).values()):
        if isinstance(one, _lru_cache_wrapper) and one.cache_parameters()["maxsize"] is not None:
            yield one


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep the collector away: it walks through all that other tests have left, at any moment."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
