"""Divides work on many things among processes: each is asked by a thread that waits for it."""

import os
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

MOST = 4
"""Processes at once: beyond that a disk has no more to give."""

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_shares(work: Callable[[Sequence[_T]], _R], things: Sequence[_T], *, fewest: int) -> list[_R]:
    """Return what `work` makes of consecutive shares of the things, at the same time.

    `fewest` things are worth a share of their own. Raises what the first share raised that failed.
    """
    count = max(1, min(_processors(), MOST, len(things) // fewest))
    size = -(-len(things) // count) if things else 1
    shares = [things[start : start + size] for start in range(0, len(things), size)] or [things]
    made: list[_R | BaseException | None] = [None] * len(shares)

    def do(number: int) -> None:
        try:
            made[number] = work(shares[number])
        except Exception as problem:  # noqa: BLE001 - raised again by who waits
            made[number] = problem

    # Daemons: whoever is interrupted leaves at once, and git ends with nobody to read it.
    others = [Thread(target=do, args=(number,), daemon=True) for number in range(1, len(shares))]
    for thread in others:
        thread.start()
    do(0)
    for thread in others:
        thread.join()
    return [_made(one) for one in made]


def _made(one: _R | BaseException | None) -> _R:
    if isinstance(one, BaseException):
        raise one
    return one  # type: ignore[return-value]  # every share was done


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux only
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
