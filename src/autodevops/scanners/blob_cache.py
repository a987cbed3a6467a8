"""Remembers per blob what was found in it: masked detections, no value, no text of the file.

One SQLite file per rule set in the cache folder. Whatever goes wrong with it, the scan goes on
without: it is a cache. A spoilt row, in which SQLite may hold any type, is as if it were not there.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import Any, NamedTuple

from autodevops.model.detection import Detection, HistoryScan
from autodevops.scanners.written import dump_detections, dump_scan, load_detections, load_scan

_SCHEMA = """
CREATE TABLE IF NOT EXISTS blobs (
    key BLOB PRIMARY KEY,
    state TEXT NOT NULL,
    run INTEGER NOT NULL,
    detections TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (key BLOB PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tips (oid TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS touches (
    path BLOB NOT NULL, oid TEXT NOT NULL, commit_oid TEXT NOT NULL,
    PRIMARY KEY (commit_oid, path)
) WITHOUT ROWID;
"""
_CHUNK = 500
_DAMAGED = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises: SQLite's complaints, and Python's that it can't read these."""
_HEX = frozenset("0123456789abcdef")
_KEPT_SECONDS = 30 * 86_400
_KEPT_RUNS = 64


class Known(NamedTuple):
    """What the cache knows of one blob in one context."""

    state: str
    """`clean`, `secret`, `archive`, or why it was not searched."""
    run: int = 0
    """The run that found it: groups are only comparable within one."""
    detections: tuple[Detection, ...] = ()
    """What was found, without a path."""


class Touch(NamedTuple):
    """One change of a path by one commit."""

    path: str
    """The path."""
    oid: str
    """The blob that stands there since; empty when the path was removed."""
    commit: str
    """The commit."""


CLEAN = Known("clean")
"""Nothing was found."""


def blob_key(oid: str, context: str) -> bytes:
    """Return the cache's key of a blob in a context."""
    return blake2b(f"{oid} {context}".encode(), digest_size=16).digest()


class BlobCache:
    """The cache of one rule set; without a folder it remembers nothing."""

    def __init__(self, folder: Path | None, digest: str) -> None:
        """Open `secrets-DIGEST.sqlite3` in the folder and drop those of other rule sets."""
        self._store = None if folder is None else _opened(folder, digest)

    @staticmethod
    def exists(folder: Path | None, digest: str) -> bool:
        """Tell whether there is a cache of that rule set."""
        return folder is not None and _place(folder, digest).exists()

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def known(self, keys: Sequence[bytes]) -> Mapping[bytes, Known]:
        """Return what is known of these keys."""
        found: dict[bytes, Known] = {}
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            query = f"SELECT * FROM blobs WHERE key IN ({marks})"  # noqa: S608 - question marks
            for key, state, run, text in self._rows(query, part):
                detections = () if text is None else load_detections(text)
                if detections is not None and isinstance(state, str) and isinstance(run, int):
                    found[key] = Known(state, run, detections)
        return found

    def remember(self, facts: Iterable[tuple[bytes, Known]]) -> None:
        """Keep what was found."""
        rows = (
            (
                key,
                known.state,
                known.run,
                dump_detections(known.detections) if known.detections else None,
            )
            for key, known in facts
        )
        self._write("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?)", rows)

    def result(self, key: bytes) -> HistoryScan | None:
        """Return the stored result of a whole history."""
        rows = self._rows("SELECT result FROM runs WHERE key = ?", (key,))
        return load_scan(rows[0][0]) if rows else None

    def remember_result(self, key: bytes, result: HistoryScan) -> None:
        """Keep the result of a whole history."""
        crowded = "DELETE FROM runs WHERE (SELECT count(*) FROM runs) >= ?"
        self._write(crowded, [(_KEPT_RUNS,)])
        self._write("INSERT OR REPLACE INTO runs VALUES (?, ?)", [(key, dump_scan(result))])

    def tips(self) -> frozenset[str]:
        """Return commits below which everything was searched."""
        return frozenset(str(oid) for (oid,) in self._rows("SELECT oid FROM tips", ()))

    def touches(self) -> list[Touch]:
        """Return every change that concerns a finding, an archive or a gap."""
        rows = self._rows("SELECT path, oid, commit_oid FROM touches", ())
        return [
            Touch(_restored(path), oid, commit)
            for path, oid, commit in rows
            if isinstance(path, bytes) and _are_objects(oid, commit)
        ]

    def remember_history(self, tips: Iterable[str], touches: Iterable[Touch]) -> None:
        """Keep that everything below these commits was searched, and what concerns findings."""
        rows = ((_stored(one.path), one.oid, one.commit) for one in touches)
        self._write("INSERT OR REPLACE INTO touches VALUES (?, ?, ?)", rows)
        self._write("INSERT OR REPLACE INTO tips VALUES (?)", [(tip,) for tip in tips])

    def _rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self._store is None:
            return []
        try:
            return self._store.execute(query, values).fetchall()
        except _DAMAGED:
            self.close()
            return []

    def _write(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        if self._store is None:
            return
        try:
            with self._store as store:
                store.executemany(statement, rows)
        except _DAMAGED:
            self.close()


def _place(folder: Path, digest: str) -> Path:
    return folder / f"secrets-{digest[:16]}.sqlite3"


def _opened(folder: Path, digest: str) -> sqlite3.Connection | None:
    path = _place(folder, digest)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_old(folder, path)
        store = sqlite3.connect(path, timeout=5)
    except (OSError, *_DAMAGED):
        return None
    try:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=OFF")
        store.executescript(_SCHEMA)
        path.chmod(0o600)
    except (OSError, *_DAMAGED):
        store.close()
        return None
    return store


def _drop_old(folder: Path, current: Path) -> None:
    """Remove the caches of rule sets that nobody used for a month."""
    for other in folder.glob("secrets-*.sqlite3*"):
        if not other.name.startswith(current.name):
            with suppress(OSError):
                if other.stat().st_mtime < time() - _KEPT_SECONDS:
                    other.unlink()


def _are_objects(oid: object, commit: object) -> bool:
    """Tell whether two columns hold ids of one kind; a path that was removed has none."""
    return (
        isinstance(oid, str)
        and isinstance(commit, str)
        and len(oid) in {0, len(commit)}
        and _HEX.issuperset(oid)
    )


def _stored(path: str) -> bytes:
    # A name in git is bytes; SQLite's own texts can't hold those that are no UTF-8.
    return path.encode("utf-8", "surrogateescape")


def _restored(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
