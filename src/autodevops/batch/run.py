"""Runs a batch: looks at targets ahead, keeps the workers busy, puts each answer on disk.

The queues are short whatever the number of targets, so that memory doesn't grow with it.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from autodevops.batch.asking import TOGETHER, Asker, Looked
from autodevops.batch.executors import Workers
from autodevops.batch.folder import Entry, Run
from autodevops.batch.job import Answer, Job, Stopped, failed, go_on, lost, stop_all, work
from autodevops.batch.listing import Listed
from autodevops.batch.reuse import remember_state, still_stands
from autodevops.request import Request

_LOOKERS = 2
_PAUSE = 0.5
"""Seconds after which an interruption is noticed at the latest."""


class Finished(Struct, frozen=True, kw_only=True):
    """A target that is done."""

    target: str
    """`owner/name` of a repository on GitHub, a folder as the list names it."""
    entry: Entry
    """Its line of the journal."""
    document: bytes
    """Its report or failure as JSON version 1."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """A batch on its way."""

    run: Run
    """What is to be done, and where it is kept."""
    targets: Sequence[Listed]
    """All targets in their order."""
    asker: Asker
    """Looks at them first."""
    workers: Workers
    """Audit them."""
    tell: Callable[[Finished], None]
    """Is told about each that is done."""
    force: bool = False
    """Whether reports of before don't count."""
    _waiting: deque[int] = field(default_factory=deque)
    _ready: deque[Looked] = field(default_factory=deque)
    _looking: set["Future[list[Looked]]"] = field(default_factory=set)
    _auditing: dict["Future[Answer]", Looked] = field(default_factory=dict)

    def work(self) -> None:
        """Do all that is left to do.

        Raises OutputError when the disk takes no more. Interrupted, it ends what goes on, keeps
        what was finished meanwhile, and lets the interruption through.
        """
        go_on()
        self._waiting.extend(self.run.left)
        with ThreadPoolExecutor(_LOOKERS, thread_name_prefix="ahead") as lookers:
            try:
                while self._waiting or self._looking or self._ready or self._auditing:
                    self._look_ahead(lookers)
                    self._hand_out()
                    self._take_in()
            except BaseException:
                self._end(lookers)
                raise

    def _look_ahead(self, lookers: ThreadPoolExecutor) -> None:
        """Have the next targets looked at, a few ahead of the workers."""
        enough = self.workers.width + TOGETHER
        while self._waiting and len(self._looking) < _LOOKERS and len(self._ready) < enough:
            taken: list[tuple[int, Listed]] = []
            while self._waiting and len(taken) < TOGETHER and len(self._ready) < enough:
                number = self._waiting.popleft()
                listed = self.targets[number]
                if listed.name is None:
                    self._ready.append(Looked(number=number, listed=listed))
                else:
                    taken.append((number, listed))
            if taken:
                self._looking.add(lookers.submit(self.asker.look, taken))

    def _hand_out(self) -> None:
        """Give work to whoever has none."""
        while self._ready and len(self._auditing) < self.workers.width:
            looked = self._ready.popleft()
            if looked.problem is not None:
                self._keep(looked, failed(looked.listed.target, looked.problem))
                continue
            known = None if self.force else self._known(looked)
            if known is not None:
                self._keep(looked, known, is_reused=True)
                continue
            try:
                audit = self.workers.executor.submit(work, self._job(looked))
            except RuntimeError as problem:
                self._keep(looked, lost(looked.listed.target, str(problem)))
                continue
            self._auditing[audit] = looked

    def _take_in(self) -> None:
        """Wait for something to be done, and keep it."""
        going: set[Future[Any]] = {*self._looking, *self._auditing}
        if not going:
            return
        wait(going, timeout=_PAUSE, return_when=FIRST_COMPLETED)
        for look in [one for one in self._looking if one.done()]:
            self._looking.discard(look)
            self._ready.extend(look.result())
        for audit in [one for one in self._auditing if one.done()]:
            looked = self._auditing.pop(audit)
            self._keep(looked, _answer(audit, looked.listed.target))

    def _keep(self, looked: Looked, answer: Answer, *, is_reused: bool = False) -> None:
        entry = self.run.keep(looked.number, answer, is_reused=is_reused)
        if looked.state is not None:
            remember_state(looked.state, self.asker.signature, self.asker.now, self.run, entry)
        named = str(looked.listed.name or looked.listed.target)
        self.tell(Finished(target=named, entry=entry, document=answer.document))

    def _known(self, looked: Looked) -> Answer | None:
        if looked.state is None:
            return None
        return still_stands(looked.state, self.asker.signature, self.asker.now)

    def _job(self, looked: Looked) -> Job:
        return Job(
            target=looked.listed.target,
            request=portable(self.asker.request, looked.listed),
            now=self.asker.now,
            settings=looked.settings,
        )

    def _end(self, lookers: ThreadPoolExecutor) -> None:
        """End what goes on; what is finished by then is kept."""
        if self.asker.client is not None:
            self.asker.client.stop()
        stop_all()
        lookers.shutdown(wait=True, cancel_futures=True)
        for audit in self._auditing:
            audit.cancel()
        self.workers.executor.shutdown(wait=self.workers.is_here)
        for audit, looked in self._auditing.items():
            with suppress(BaseException):
                if audit.done() and audit.result().is_report:
                    self.run.keep(looked.number, audit.result())


def portable(request: Request, listed: Listed) -> Request:
    """Return the request for one target, with names that mean the same in every folder."""
    target = os.path.expanduser(listed.target)  # noqa: PTH111 - a text, whatever it holds
    if listed.name is not None:
        target = listed.name.url
    elif _is_there(target):
        target = os.path.abspath(target)  # noqa: PTH100 - a text, whatever it holds
    return replace(
        request,
        target=target,
        guide=_portable(request.guide),
        config=_portable(request.config),
        baseline=_portable(request.baseline),
    )


def _portable(path: str | None) -> str | None:
    return os.path.abspath(path) if path is not None and _is_there(path) else path  # noqa: PTH100


def _is_there(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _answer(audit: "Future[Answer]", target: str) -> Answer:
    try:
        return audit.result()
    except CancelledError:
        return lost(target, "the cluster took it back")
    except Stopped:
        return lost(target, "it was interrupted")
    except Exception as problem:  # noqa: BLE001 - whatever a worker ended with
        return lost(target, type(problem).__name__)
