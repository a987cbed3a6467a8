"""Reads git objects through `cat-file`: one conversation for single ones, one process for many."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from autodevops.model.snapshot import Unavailable
from autodevops.sources.files import too_large
from autodevops.sources.git import Git
from autodevops.sources.process import GitError, Process

_SKIPPED_AT_MOST = 16 << 20
"""Beyond this an unwanted object is not read to its end: the process is started anew."""


class Found(NamedTuple):
    """What an object name leads to."""

    oid: str
    """Object id."""
    kind: str
    """`commit`, `tree`, `blob` or `tag`."""
    size: int
    """Size in bytes."""


class Objects:
    """The object store, asked one object at a time or in bulk; closed at the end of an audit."""

    def __init__(self, git: Git) -> None:
        """Start nothing yet."""
        self._git = git
        self._process: Process | None = None
        self._lock = Lock()

    def close(self) -> None:
        """End the conversation."""
        with self._lock:
            self._hang_up()

    def blob(self, oid: str, path: str, limit: int) -> bytes | Unavailable:
        """Return a blob's content; `path` names it in the reason why it can't be had."""
        with self._lock:
            try:
                return self._blob(oid, path, limit)
            except GitError as problem:
                self._hang_up()
                return Unavailable(f"{path} can't be read: {problem.message}")

    def look_up(self, names: Iterable[str]) -> Iterator[Found | None]:
        """Yield what each name (an object id, or one with `^{type}`) leads to, None if missing."""
        asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        for line in self._git.records("cat-file", "--batch-check", stdin=asked, separator=b"\n"):
            oid, _, rest = line.decode("utf-8", "surrogateescape").partition(" ")
            kind, _, size = rest.partition(" ")
            yield Found(oid, kind, int(size)) if size.isdecimal() else None

    def contents(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield id and content of objects that are there, in the order asked for."""
        asked = "".join(f"{oid}\n" for oid in oids).encode()
        with self._git.start("cat-file", "--batch", "--buffer", stdin=asked) as process:
            for _ in range(asked.count(b"\n")):
                oid, _, rest = process.line().decode("ascii", "replace").partition(" ")
                kind, _, size = rest.partition(" ")
                if not size.isdecimal():
                    raise GitError(f"object {oid} is {kind or 'missing'}")
                yield oid, process.exactly(int(size) + 1)[:-1]
            process.finish()

    def blobs(self, oids: Iterable[str], limit: int) -> Iterator[tuple[str, bytes | Unavailable]]:
        """Yield the content of blobs, or why it can't be had, in the order asked for.

        One process answers about all; what is beyond the limit is passed over as it comes.
        """
        asked = tuple(oids)
        answered = 0
        fed = "".join(f"{oid}\n" for oid in asked).encode("utf-8", "surrogateescape")
        try:
            with self._git.start("cat-file", "--batch", "--buffer", stdin=fed) as process:
                for oid in asked:
                    answer = _answer(process, oid, limit)
                    answered += 1
                    yield answer
                process.finish()
        except GitError as problem:
            for oid in asked[answered:]:
                yield oid, Unavailable(problem.message)

    def _blob(self, oid: str, path: str, limit: int) -> bytes | Unavailable:
        if self._process is None:
            self._process = self._git.converse("cat-file", "--batch")
        process = self._process
        process.ask(f"{oid}\n".encode())
        _, _, rest = process.line().decode("ascii", "replace").partition(" ")
        kind, _, written = rest.partition(" ")
        if not written.isdecimal():
            return Unavailable(f"{path} can't be read: its object {oid} is {kind}")
        size = int(written)
        if kind == "blob" and size <= limit:
            return process.exactly(size + 1)[:-1]
        if size <= _SKIPPED_AT_MOST:
            process.skip(size + 1)
        else:
            self._hang_up()
        if kind != "blob":
            return Unavailable(f"{path} can't be read: its object {oid} is a {kind}")
        return too_large(path, limit)

    def _hang_up(self) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._process.close()
            self._process = None


def _answer(process: Process, asked: str, limit: int) -> tuple[str, bytes | Unavailable]:
    """Return what `cat-file --batch` says next about the object that was asked for."""
    oid, _, rest = process.line().decode("ascii", "replace").partition(" ")
    kind, _, written = rest.partition(" ")
    if not written.isdecimal():
        return asked, Unavailable(f"object {asked} is {kind or 'missing'}")
    size = int(written)
    if kind == "blob" and size <= limit:
        content = process.exactly(size)
        process.skip(1)
        return oid, content
    process.skip(size + 1)
    if kind != "blob":
        return asked, Unavailable(f"object {asked} is a {kind}")
    return asked, too_large(f"object {asked}", limit)
