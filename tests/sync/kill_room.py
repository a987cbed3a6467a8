"""Kills pushers in the middle: forks one after another and ends each with SIGKILL.

    python -m tests.sync.kill_room URL KEY TOKEN SEED KILLS LONGEST

The pusher drains this machine's history; LONGEST is the longest life of one in seconds. Prints how
many died and how many had nothing left to do.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime

import httpx

from autodevops.credentials import Credential, Service
from autodevops.folders import state_folder
from autodevops.history.database import writing
from autodevops.history.outbox import HistoryOutbox
from autodevops.sync.exchange import Exchange
from autodevops.sync.project import Project
from autodevops.sync.push import Pushed, push
from autodevops.sync.retrying import Patience
from autodevops.sync.session import Auth, User, from_token
from autodevops.sync.supabase import Supabase
from tests.support.supabase.team import ACME

BACKEND = "the stand-in"
LIMIT = 4_000
"""Bytes of a part: an audit takes several requests, so that pushers die between them, too."""


def drain(url: str, key: str, token: str) -> Pushed:
    """Push all that waits in the history."""
    project = Project(url=url, key=Credential(Service.SUPABASE, key, "the test"))
    session = from_token(Credential(Service.SUPABASE, token, "the test"))
    with writing(state_folder()) as connection, httpx.Client(trust_env=False) as http:
        exchange = Exchange(project, http, Patience(attempts=2, base=0.01))
        backend = Supabase(exchange, User(project, Auth(exchange), session), limit=LIMIT)
        outbox = HistoryOutbox(connection, BACKEND, lambda: datetime.now(UTC))
        return push(outbox, backend, ACME, lambda _step: None)


def main(url: str, key: str, token: str, seed: str, kills: str, longest: str) -> None:
    """Kill so many pushers, each after a random time."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    died = 0
    for _ in range(int(kills)):
        pusher = os.fork()
        if pusher == 0:
            try:
                drain(url, key, token)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, float(longest)))
        os.kill(pusher, signal.SIGKILL)
        _, status = os.waitpid(pusher, 0)
        died += os.WIFSIGNALED(status)
    sys.stdout.write(json.dumps({"died": died, "idle": int(kills) - died}))


if __name__ == "__main__":
    main(*sys.argv[1:])
