"""One bounded process: its own session, no terminal, limits of time and output, gone at the end."""

import fcntl
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from types import TracebackType
from typing import IO, Self
from weakref import WeakSet

from autodevops.errors import NoRoomError, UnreadableTargetError, spent

TIME_LIMIT = 120.0
"""Seconds that a process may keep us waiting for its whole answer, or for one of a conversation.

What is done with the answer meanwhile doesn't count: searching some contents takes longer than
reading them.
"""
MEMORY_LIMIT = 4 << 30
"""Bytes that a process may take of its own, where the system can limit them (Linux)."""
OUTPUT_LIMIT = 4 << 30
"""Bytes that a process may print where its output is not kept."""

_CHUNK = 1 << 16
_LOOKS = 0.2
"""Seconds between two looks at a process that is watched."""
_PIPE = 1 << 20
"""A wide pipe spares the two processes most of their waiting for each other."""
_SAID_LIMIT = 1 << 16
_KEPT_LIMIT = 256 << 20
_RECORD_LIMIT = 16 << 20


class GitError(UnreadableTargetError):
    """Git could not answer about the target."""

    def __init__(self, message: str, *, said: str = "") -> None:
        """Keep what git said, its first line in the message."""
        first = said.strip().partition("\n")[0]
        super().__init__(
            f"{message}: {first}" if first else message,
            advice="run `git fsck` in the repository; a damaged one is best cloned again",
        )
        self.said = said
        """What git printed to its standard error, as far as it was kept."""


_running: "WeakSet[Process]" = WeakSet()


def end_all() -> None:
    """End every process of every thread: for whoever is interrupted while others wait for them."""
    for process in tuple(_running):
        process.end()


def end_in(folder: Path) -> None:
    """End every process that was started in a folder: whoever still reads from one hears so."""
    for process in tuple(_running):
        if process.folder == folder:
            process.end()


class Process:
    """A running process; used with `with`, at whose end it is gone."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        environment: Mapping[str, str],
        folder: Path,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        """Start the command in the folder; `name` stands for it in messages."""
        self.name = name
        self.folder = folder
        self._said = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                command,
                cwd=folder,
                env=environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=self._said,
                bufsize=0,
                start_new_session=True,
            )
        except (OSError, ValueError) as problem:
            self._said.close()
            limit = spent(problem)
            if limit is not None:
                raise NoRoomError(
                    f"{name} does not start: {limit}", advice="make room, then run it again"
                ) from problem
            raise GitError(f"{name} does not start: {problem}") from problem
        _limit_memory(self._process.pid, memory_limit)
        self._output = self._process.stdout
        self._selector = DefaultSelector()
        if self._output is not None:
            self._selector.register(self._output, EVENT_READ)
            _widen(self._output)
        self._time_limit = time_limit
        self._patience = time_limit
        self._budget = OUTPUT_LIMIT
        self._buffer = b""
        self._at = 0
        _running.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def end(self) -> None:
        """End the process and whatever it started; whoever reads from it hears so."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and forget it."""
        _running.discard(self)
        self.end()
        for stream in (self._process.stdin, self._output, self._said):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._selector.close()
        self._process.wait()

    def ask(self, question: bytes) -> None:
        """Send a short question; the time and output limits begin anew."""
        self._patience = self._time_limit
        self._budget = OUTPUT_LIMIT
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.write(question)
        except OSError as problem:
            raise self._failure("ended early") from problem

    def everything(self) -> bytes:
        """Return the whole output, which is short enough to be kept."""
        self._budget = _KEPT_LIMIT
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield the output as it comes, to its end."""
        while chunk := self._read():
            yield chunk

    def records(self, separator: bytes) -> Iterator[bytes]:
        """Yield the output cut after each separator."""
        rest = b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).split(separator)
            yield from whole
            if len(rest) > _RECORD_LIMIT:
                raise self._failure("printed a line without end")
        if rest:
            yield rest

    def line(self) -> bytes:
        """Return the next line without its end."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            self._buffer = self._buffer[self._at :] + self._more()
            self._at = 0
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line

    def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        end = self._at + size
        if end <= len(self._buffer):
            whole = self._buffer[self._at : end]
            self._at = end
            return whole
        # What is read beyond `size` stays in the buffer; nothing is copied twice.
        parts = [self._buffer[self._at :]]
        missing = size - len(parts[0])
        while missing > 0:
            self._buffer = self._more()
            parts.append(self._buffer[:missing])
            self._at = min(missing, len(self._buffer))
            missing -= len(self._buffer)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Drop the next `size` bytes."""
        while size > len(self._buffer) - self._at:
            size -= len(self._buffer) - self._at
            self._buffer = self._more()
            self._at = 0
        self._at += size

    def finish(self, expected: tuple[int, ...] = (0,)) -> int:
        """Wait for the end and return the exit status; raise `GitError` for an unexpected one."""
        try:
            status = self._process.wait(self._patience)
        except subprocess.TimeoutExpired as problem:
            raise self._failure(f"took longer than {self._time_limit:g} s") from problem
        if status not in expected:
            raise self._failure("failed" if status > 0 else f"was ended by signal {-status}")
        return status

    def watch(self, look: Callable[[], None]) -> None:
        """Drop the output to its end and `look` now and then; what that raises ends the process."""
        self._budget = OUTPUT_LIMIT
        while True:
            if not self._patience or self._awaited(_LOOKS):
                if not self._read():
                    return
            else:
                look()

    def _awaited(self, seconds: float) -> bool:
        """Wait so long for output, as far as patience goes; tell whether there is some."""
        began = time.monotonic()
        is_there = bool(self._selector.select(min(seconds, self._patience)))
        self._patience = max(0.0, self._patience - (time.monotonic() - began))
        return is_there

    def _more(self) -> bytes:
        chunk = self._read()
        if not chunk:
            raise self._failure("ended early")
        return chunk

    def _read(self) -> bytes:
        if self._output is None:
            return b""
        if not self._awaited(self._patience):
            raise self._failure(f"took longer than {self._time_limit:g} s")
        chunk = os.read(self._output.fileno(), _CHUNK)
        self._budget -= len(chunk)
        if self._budget < 0:
            raise self._failure("printed too much")
        return chunk

    def _failure(self, how: str) -> GitError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1 if how == "ended early" else 0)
        self._said.seek(0)
        said = self._said.read(_SAID_LIMIT).decode(errors="replace")
        return GitError(f"`{self.name}` {how}", said=said)


def _limit_memory(process: int, limit: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux only
        with suppress(OSError, ValueError):
            resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))


def _widen(pipe: IO[bytes]) -> None:
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux only
        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
