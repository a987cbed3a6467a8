"""Where audits run: an Executor (PEP 3148) of threads here, or of a Dask cluster.

Threads are enough on one machine: half of a small audit is other programs (git, the engines), and
all of them share what was loaded once. A cluster is for more than one machine.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from msgspec import Struct

from autodevops.errors import UnreachableError, UsageError

MOST_THREADS = 16
"""More audits than this are not run side by side unless that is asked for."""
_CONNECT_SECONDS = "10s"


class Workers(Struct, frozen=True, kw_only=True):
    """Who does the work."""

    executor: Executor
    """Takes jobs."""
    width: int
    """So many jobs keep all of them busy."""
    is_here: bool
    """Whether they are threads of this process."""


def default_jobs() -> int:
    """Return how many audits run side by side: two for each core, as half of each is waiting."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(max(2 * (cores or 1), 2), MOST_THREADS)


@contextmanager
def threads(jobs: int) -> Iterator[Workers]:
    """Give workers that are threads of this process."""
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="audit")
    try:
        yield Workers(executor=executor, width=jobs, is_here=True)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def cluster(address: str, jobs: int | None) -> Iterator[Workers]:
    """Give the workers of a Dask cluster whose scheduler listens at an address.

    Raises UsageError when the extra `cluster` is not installed or the address is none, and
    UnreachableError when no scheduler answers.
    """
    if "://" not in address:
        raise UsageError(
            f"--cluster takes no {address!r}", advice="write it as tcp://HOST:8786, or tls://"
        )
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--cluster needs Dask, which is not installed",
            advice='install the extra: pip install "autodevops[cluster]"',
        ) from None
    _quieten()
    try:
        client: Any = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise UnreachableError(
            f"there is no Dask scheduler at {address}",
            advice="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
        ) from problem
    try:
        lanes = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        yield Workers(executor=executor, width=jobs or max(2 * lanes, 2), is_here=False)
    finally:
        with suppress(Exception):  # the cluster may be gone; the reports are on disk
            client.close(timeout=5)


def _quieten() -> None:
    """Keep what Dask tells about connections off the screen: jobs that are lost say so."""
    import logging

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
