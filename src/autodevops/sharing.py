"""Takes the audits that wait in this machine's history to a team's backend."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

from autodevops.errors import AutodevopsError
from autodevops.folders import state_folder
from autodevops.model.outbox import OutboxCounts, Pending, Refused
from autodevops.request import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autodevops.history.outbox import HistoryOutbox
    from autodevops.sync.push import Pushed
    from autodevops.sync.retrying import Patience

ORGANISATION = "AUTODEVOPS_ORGANISATION"
"""Variable with the organisation that audits go to."""


class Sharing(Struct, frozen=True, kw_only=True):
    """With whom to share, and what."""

    organisation: str | None = None
    """Slug of the organisation; None for the variable's, or the only one."""
    service_role: bool = False
    """Whether the service key asks, which no policy holds back."""
    token: str | None = None
    """A file with a user's token, or `-`."""
    repositories: tuple[str, ...] = ()
    """Globs of the names that may go up; all by default."""
    retry_refused: bool = False
    """Whether what was refused is tried again."""

    @property
    def team(self) -> str | None:
        """Return the organisation that was named, if any was."""
        return self.organisation or os.environ.get(ORGANISATION) or None


class Standing(Struct, frozen=True, kw_only=True):
    """How a backend stands to this machine's history."""

    backend: str
    """Its address, and the organisation where one is named."""
    counts: OutboxCounts
    """How many audits wait, have arrived, and were refused."""
    last_push: str | None
    """RFC 3339 time of the last arrival, UTC."""
    refused: tuple[Refused, ...]
    """What it refused and why, the newest first."""


class _Chosen:
    """Those audits of an outbox that may go up."""

    def __init__(self, outbox: "HistoryOutbox", globs: tuple[str, ...]) -> None:
        self._outbox = outbox
        self._globs = globs

    def pending(self) -> Iterator[Pending]:
        for waiting in self._outbox.pending():
            if not self._globs or _named(waiting.report, self._globs):
                yield waiting

    def acknowledge(self, audit_ids: "Iterable[str]") -> None:
        self._outbox.acknowledge(audit_ids)

    def refuse(self, audit_id: str, reason: str) -> None:
        self._outbox.refuse(audit_id, reason)


def _named(report: bytes, globs: tuple[str, ...]) -> bool:
    from autodevops.sync.payload import prepare
    from autodevops.sync.report import NotAReportError

    try:
        name = prepare("", report).head["repository"]["name"]
    except NotAReportError:
        return False
    return any(fnmatchcase(name, glob) for glob in globs)


def share(
    sharing: Sharing, step: Callable[[str], None], patience: "Patience | None" = None
) -> "Pushed":
    """Push what waits and return what became of it; nobody is asked when nothing waits.

    Raises SyncError, UsageError or HistoryError when it can't begin.
    """
    from autodevops.sync.push import NOTHING, check_schema, choose, push
    from autodevops.sync.supabase import connect

    with _outbox(sharing) as outbox:
        if sharing.retry_refused:
            outbox.retry_refused()
        chosen = _Chosen(outbox, sharing.repositories)
        if next(chosen.pending(), None) is None:
            return NOTHING
        step("asking the backend")
        with connect(
            service_role=sharing.service_role, token=sharing.token, patience=patience
        ) as backend:
            check_schema(backend)
            team = choose(backend, sharing.team)
            return push(chosen, backend, team.id, step)


def share_after_audit(sharing: Sharing, step: Callable[[str], None]) -> "Pushed | str":
    """Push what waits; return what became of it, or in a sentence why nothing went up.

    Sharing never fails an audit, and doesn't hold it up for long.
    """
    try:
        from autodevops.sync.retrying import Patience

        return share(sharing, step, Patience(attempts=3, longest=10))
    except AutodevopsError as problem:
        return f"{problem.message}: {problem.advice}"
    except Exception as problem:  # noqa: BLE001 - no bug of ours may cost an audit
        return f"a bug in autodevops: {type(problem).__name__}"


def rehearse(sharing: Sharing) -> Iterator[bytes]:
    """Yield what would go up: a JSON object an audit, exactly as it would be sent.

    Nobody is asked, and nobody needs to be signed in.
    """
    from autodevops.sync.payload import prepare
    from autodevops.sync.report import NotAReportError

    with _outbox_as_it_is(sharing) as outbox:
        if outbox is None:
            return
        for waiting in _Chosen(outbox, sharing.repositories).pending():
            try:
                yield prepare(waiting.audit_id, waiting.report).whole
            except NotAReportError:
                continue  # it would be refused here


def standing(sharing: Sharing) -> Standing:
    """Return how the backend stands to this machine's history; nobody is asked."""
    backend = _backend(sharing)
    with _outbox_as_it_is(sharing) as outbox:
        if outbox is None:
            nothing = OutboxCounts(pending=0, acknowledged=0, refused=0)
            return Standing(backend=backend, counts=nothing, last_push=None, refused=())
        return Standing(
            backend=backend,
            counts=outbox.counts(),
            last_push=outbox.last_acknowledged(),
            refused=outbox.refused(),
        )


@contextmanager
def _outbox(sharing: Sharing) -> Iterator["HistoryOutbox"]:
    from autodevops.history.database import writing
    from autodevops.history.outbox import HistoryOutbox

    backend = _backend(sharing)
    with writing(state_folder()) as connection:
        yield HistoryOutbox(connection, backend, clock)


@contextmanager
def _outbox_as_it_is(sharing: Sharing) -> Iterator["HistoryOutbox | None"]:
    """Give the outbox to look at; None, and nothing is made, before the first audit."""
    from autodevops.history.database import reading
    from autodevops.history.outbox import HistoryOutbox

    backend = _backend(sharing)
    with reading(state_folder()) as connection:
        yield None if connection is None else HistoryOutbox(connection, backend, clock)


def _backend(sharing: Sharing) -> str:
    """Return what the history calls the backend: each organisation gets every audit."""
    from autodevops.sync.project import address_from_environment

    address = address_from_environment()
    return f"{address}#{sharing.team}" if sharing.team else address
