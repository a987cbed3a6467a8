"""The folder of one run: what was to be done, and a journal of what is.

A report is on disk before its line is in the journal, and the line before anything else happens. A
last line that was torn by a `kill -9` counts as not written.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autodevops.batch.files import (
    append_line,
    checksum,
    file_name,
    make_folder,
    put_on_disk,
    read_whole,
)
from autodevops.batch.job import Answer
from autodevops.batch.signature import Signature
from autodevops.errors import UsageError
from autodevops.exit_codes import IN_PART
from autodevops.folders import STATE, state_folder

ROOM = 20
"""So many runs are kept besides those of other signatures than the current one's."""
_RUN, _JOURNAL, _LOCK, _REPORTS = "run.json", "journal.jsonl", "lock", "reports"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was to do."""

    targets: tuple[str, ...]
    """In their order, each once."""
    options: str
    """As in `Signature`."""
    guide: str
    """As in `Signature`."""
    program: str
    """As in `Signature`."""
    source: str
    """Digest of where the targets came from: the list as it was, organisations by name."""
    reports: str
    """The folder of the reports, absolute."""

    @property
    def signature(self) -> Signature:
        """Return what its reports depend on."""
        return Signature(options=self.options, guide=self.guide, program=self.program)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the journal: a target that is done."""

    number: int
    """Its place in the list, from 0."""
    file: str
    """Name of the file with its report or failure."""
    known_by: str
    """Checksum of the file."""
    is_report: bool
    """Whether there is a verdict."""
    code: int
    """As in `Answer`."""
    fail_on: str | None
    """As in `Answer`."""
    ended_early: bool
    """As in `Answer`."""
    is_reused: bool = False
    """Whether the report is of an earlier batch."""

    @property
    def is_limited(self) -> bool:
        """Whether a limit kept the report back, or something of it."""
        return self.ended_early or self.code == IN_PART

    @property
    def is_final(self) -> bool:
        """Whether a resumed run leaves it as it is: failures and half verdicts are tried again."""
        return self.is_report and not self.ended_early


class Run:
    """One run on disk, ours as long as its lock is held."""

    def __init__(self, folder: Path, plan: Plan, entries: dict[int, Entry]) -> None:
        """Take a folder that is there, with what its journal says."""
        self.folder = folder
        """Where it is."""
        self.plan = plan
        """What is to be done."""
        self.entries = entries
        """What is done, by its place in the list."""

    @property
    def reports(self) -> Path:
        """Return the folder of the reports."""
        return Path(self.plan.reports)

    @property
    def left(self) -> tuple[int, ...]:
        """Return the places in the list that are still to be done."""
        return tuple(
            number
            for number in range(len(self.plan.targets))
            if number not in self.entries or not self.entries[number].is_final
        )

    def keep(self, number: int, answer: Answer, *, is_reused: bool = False) -> Entry:
        """Put an answer on disk for good; raises OutputError."""
        name = file_name(number + 1, self.plan.targets[number])
        put_on_disk(self.reports / name, answer.document)
        entry = Entry(
            number=number,
            file=name,
            known_by=checksum(answer.document),
            is_report=answer.is_report,
            code=answer.code,
            fail_on=answer.fail_on,
            ended_early=answer.ended_early,
            is_reused=is_reused,
        )
        append_line(self.folder / _JOURNAL, msgspec.json.encode(entry))
        self.entries[number] = entry
        return entry

    def path_of(self, number: int) -> Path:
        """Return where a report is that is done."""
        return self.reports / self.entries[number].file


def runs_folder() -> Path:
    """Return the folder of all runs."""
    return state_folder() / "batches" / "runs"


@contextmanager
def new_run(plan: Plan) -> Iterator[Run]:
    """Give a run that begins, ours for the length of the `with`; raises OutputError."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    name = f"{stamp}-{secrets.token_hex(4)}"
    folder = make_folder(runs_folder() / name, advice=f"name another folder with {STATE}")
    if not plan.reports:
        plan = msgspec.structs.replace(plan, reports=str((folder / _REPORTS).absolute()))
    make_folder(Path(plan.reports))
    with _locked(folder):
        # Python's own writer takes names that are no UTF-8.
        put_on_disk(folder / _RUN, json.dumps(msgspec.to_builtins(plan)).encode())
        yield Run(folder, plan, {})


@contextmanager
def old_run(folder: Path, plan: Plan) -> Iterator[Run]:
    """Give a run that goes on; raises UsageError while another process is at it."""
    with _locked(folder):
        make_folder(Path(plan.reports))
        run = Run(folder, plan, {})
        for entry in _journal(folder, len(plan.targets)):
            run.entries[entry.number] = entry
        for number, entry in tuple(run.entries.items()):
            if read_whole(run.path_of(number), entry.known_by) is None:
                del run.entries[number]
        yield run


def unfinished() -> Iterator[tuple[Path, Plan, bool]]:
    """Yield the runs that have something left to do, the newest first.

    The last value tells whether a run was interrupted, by somebody or by a limit; otherwise there
    is nothing left but targets that failed.
    """
    for folder, plan in _all_runs():
        entries = {entry.number: entry for entry in _journal(folder, len(plan.targets))}
        final = sum(entry.is_final for entry in entries.values())
        if final < len(plan.targets):
            tried = sum(not entry.is_limited for entry in entries.values())
            yield folder, plan, tried < len(plan.targets)


def sweep(current: Run) -> None:
    """Remove runs that the current one takes the place of, and the oldest of all others."""
    kept = 0
    for folder, plan in _all_runs():
        if folder == current.folder:
            continue
        is_replaced = plan.source == current.plan.source and plan.options == current.plan.options
        kept += not is_replaced
        if is_replaced or kept > ROOM:
            with suppress(UsageError), _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _all_runs() -> Iterator[tuple[Path, Plan]]:
    try:
        folders = sorted(runs_folder().iterdir(), reverse=True)
    except OSError:
        return
    for folder in folders:
        with suppress(OSError, ValueError, RecursionError):
            yield folder, msgspec.convert(json.loads((folder / _RUN).read_bytes()), Plan)


def _journal(folder: Path, targets: int) -> Iterator[Entry]:
    try:
        lines = (folder / _JOURNAL).read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, RecursionError):
            entry = msgspec.json.decode(line, type=Entry)
            if 0 <= entry.number < targets and entry.file == Path(entry.file).name:
                yield entry


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                "this batch is still running", advice="wait for it, or end it and resume it then"
            ) from None
        yield
    finally:
        os.close(lock)
