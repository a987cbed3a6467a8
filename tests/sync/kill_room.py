"""Kills pushers in the middle: forks one after another and ends each with SIGKILL.

    python -m tests.sync.kill_room URL KEY TOKEN SEED KILLS

A pusher drains this machine's history. One is left alone for its first audit, to see how long that
takes here and now; the others live up to one and a half times as long, or for two audits. Prints
how many were killed.
"""

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from autodevops.credentials import Credential, Service
from autodevops.folders import state_folder
from autodevops.history.database import writing
from autodevops.history.outbox import HistoryOutbox
from autodevops.sync.bearers import User
from autodevops.sync.exchange import Exchange
from autodevops.sync.project import Project
from autodevops.sync.push import Pushed, push
from autodevops.sync.retrying import Patience
from autodevops.sync.session import Auth, from_token
from autodevops.sync.supabase import Supabase
from tests.support.supabase.team import ACME

BACKEND = "the stand-in"
_AUDITS = 2
"""So many audits may a pusher finish: the machine may become faster than it was at first."""
LIMIT = 2_000
"""Bytes of a part: an audit takes several requests, so that pushers die between them, too."""


def drain(url: str, key: str, token: str, step: Callable[[str], None]) -> Pushed:
    """Push all that waits in the history; `step` hears of each audit before it goes up."""
    project = Project(url=url, key=Credential(Service.SUPABASE, key, "the test"))
    session = from_token(Credential(Service.SUPABASE, token, "the test"))
    with writing(state_folder()) as connection, httpx.Client(trust_env=False) as http:
        exchange = Exchange(project, http, Patience(attempts=2, base=0.01))
        backend = Supabase(exchange, User(project, Auth(exchange), session), limit=LIMIT)
        outbox = HistoryOutbox(connection, BACKEND, lambda: datetime.now(UTC))
        return push(outbox, backend, ACME, step)


def _tell(pipe: int) -> None:
    os.write(pipe, b".")


@contextmanager
def _pusher(who: tuple[str, str, str]) -> Iterator[int]:
    """Give the end of a pipe on which a pusher tells of each audit; kill it afterwards."""
    listening, telling = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            drain(*who, step=lambda _step: _tell(telling))
        finally:
            os._exit(0)
    os.close(telling)
    try:
        yield listening
    finally:
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        os.close(listening)
        assert os.WIFSIGNALED(status), "it was done before it was killed: store more audits"


def _live(listening: int, seconds: float) -> None:
    """Let a pusher live so long, or until it is through two audits: work is to be left for all."""
    end = time.perf_counter() + seconds
    for _ in range(_AUDITS):
        ready, _, _ = select.select([listening], [], [], max(0.0, end - time.perf_counter()))
        if not ready:
            return
        os.read(listening, 1)


def main(url: str, key: str, token: str, seed: str, kills: str) -> None:
    """Kill so many pushers, each after a random time."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    who = (url, key, token)
    with _pusher(who) as listening:
        os.read(listening, 1)
        began = time.perf_counter()
        os.read(listening, 1)
        longest = 1.5 * (time.perf_counter() - began)
    for _ in range(int(kills) - 1):
        with _pusher(who) as listening:
            os.read(listening, 1)
            _live(listening, chance.uniform(0, longest))
    sys.stdout.write(json.dumps({"killed": int(kills)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
