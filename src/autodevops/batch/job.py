"""One audit of a batch as plain data: what a worker is given, what it gives back, what it does.

Both are picklable and hold no token: a worker finds its own in its environment.
"""

import threading
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from autodevops.auditing import Audited, perform
from autodevops.errors import AutodevopsError, NoRoomError, place_of, spent
from autodevops.exit_codes import BUG, DONE, NOT_DONE
from autodevops.model.finding import Severity
from autodevops.model.report import Failure, Report
from autodevops.redaction import redact
from autodevops.request import Request
from autodevops.targets import unaudited

if TYPE_CHECKING:
    from autodevops.inquiries import Foretold
    from autodevops.model.snapshot import Unavailable

_STOPPED = "the machine that audited it stopped the work"
_ROOM = "make room there, then run the batch again with --resume"


class Job(Struct, frozen=True, kw_only=True):
    """One audit to be done."""

    target: str
    """As the list names it."""
    request: Request
    """What is audited and how; its target means the same in every folder of every worker."""
    now: datetime
    """The clock of the whole batch."""
    settings: "Foretold | Unavailable | None" = None
    """What GitHub said already; None when the audit asks itself."""


class Answer(Struct, frozen=True, kw_only=True):
    """What became of a job."""

    document: bytes
    """The report or the failure as JSON version 1."""
    is_report: bool
    """Whether there is a verdict."""
    code: int
    """Exit code of the failure; 0 for a report, whose verdict the command line decides on."""
    fail_on: str | None
    """The threshold that the configuration in force sets; None for `never`."""
    ended_early: bool
    """Whether a limit of GitHub kept something back."""


class Stopped(BaseException):
    """The batch was interrupted; whatever goes on is to end."""


_stop = threading.Event()


def go_on() -> None:
    """Let audits run again, for another batch of the same process."""
    _stop.clear()


def stop_all() -> None:
    """End the audits of all threads of this process, soon: at their next step."""
    from autodevops.sources.process import end_all

    _stop.set()
    end_all()


def work(job: Job) -> Answer:
    """Do a job; whatever goes wrong is an answer, too."""
    try:
        audited = perform(job.request, now=job.now, step=_step, settings=job.settings)
    except AutodevopsError as error:
        return failed(job.target, error)
    except Exception as bug:  # noqa: BLE001 - one target's bug is not the end of the others
        limit = spent(bug)
        if limit is not None:
            return failed(job.target, NoRoomError(f"{_STOPPED}: {limit}", advice=_ROOM))
        return answer_of(_crash(job.target, bug))
    return _answer(job, audited)


def failed(target: str, error: AutodevopsError) -> Answer:
    """Return the answer for a target that can't be audited."""
    failure = Failure(
        target=unaudited(target),
        code=error.exit_code,
        message=redact(error.message),
        advice=redact(error.advice),
    )
    return answer_of(failure)


def answer_of(failure: Failure) -> Answer:
    """Return a failure as an answer."""
    return Answer(
        document=_encoded(failure),
        is_report=False,
        code=failure.code,
        fail_on=None,
        ended_early=False,
    )


def lost(target: str, reason: str) -> Answer:
    """Return the answer for a job whose worker never gave one."""
    failure = Failure(
        target=unaudited(target),
        code=NOT_DONE,
        message=f"the worker that audited it was lost: {redact(reason)}",
        advice="run the batch again with --resume; a worker with too little memory may be killed",
    )
    return answer_of(failure)


def _answer(job: Job, audited: Audited) -> Answer:
    target = audited.report.target
    path = None if target.path is None else job.target
    report = replace(audited.report, target=replace(target, path=path))
    return Answer(
        document=_encoded(report),
        is_report=True,
        code=DONE,
        fail_on=None if audited.fail_on is None else Severity(audited.fail_on).value,
        ended_early=audited.ended_early,
    )


def _encoded(result: Report | Failure) -> bytes:
    from autodevops.render.json_text import encode
    from autodevops.render.json_v1 import document

    return redact(encode(document(result))).encode()


def _crash(target: str, bug: Exception) -> Failure:
    return Failure(
        target=unaudited(target),
        code=BUG,
        message=f"a bug in autodevops: {type(bug).__name__} ({place_of(bug)})",
        advice="please report it; the message of the error is left out, since it may quote your "
        "repository",
    )


def _step(_text: str) -> None:
    if _stop.is_set():
        raise Stopped
