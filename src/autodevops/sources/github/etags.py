"""Remembers answers with their ETags: an unchanged one costs no budget to ask for again.

Rows are found by a keyed hash of token and address; the key is random and lives in the file, the
token is nowhere. A store that is corrupt, locked or can't be made remembers nothing.
"""

import sqlite3
import threading
import zlib
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from time import time

import msgspec
from msgspec import Struct

NAME = "github-etags.sqlite3"
"""The file in the cache folder."""
ROOM = 64 << 20
"""Bytes of bodies that are kept, compressed; the longest unused go first."""
LARGEST = 2 << 20
"""A larger body is not kept."""
PATIENCE = 1.0
"""Seconds to wait while another process writes."""
_DAMAGED = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises: SQLite's complaints, and Python's that it can't read these."""
_SWEEP = 256
"""So many new rows, and old ones are looked for."""
_MAX_SALT = 64
"""Longest key that the hash takes."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    key BLOB PRIMARY KEY, etag TEXT NOT NULL, next_page TEXT, body BLOB NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
"""
_OLDEST = """
DELETE FROM answers WHERE key IN (
    SELECT key FROM (
        SELECT key, sum(length(body) + 200) OVER (ORDER BY used DESC, key) AS taken FROM answers
    ) WHERE taken > ?
)
"""


class Remembered(Struct, frozen=True, kw_only=True):
    """One answer from before."""

    etag: str
    """Goes into `If-None-Match`."""
    next_page: str | None
    """Address of the page after it."""
    body: bytes
    """JSON, without what must not be kept."""

    @property
    def data(self) -> object:
        """Return the decoded body."""
        return msgspec.json.decode(self.body)


class Etags:
    """The store of one cache folder; without a folder it remembers nothing. Thread-safe."""

    def __init__(self, folder: Path | None, *, room: int = ROOM) -> None:
        """Open the file in a folder, or make it."""
        self._room = room
        self._lock = threading.Lock()
        self._written = 0
        self._store, self._salt = (None, b"") if folder is None else _opened(folder)

    def close(self) -> None:
        """Close the file; from now on nothing is remembered."""
        with self._lock:
            if self._store is not None and self._written:
                self._sweep(self._store)
            self._drop()

    def key(self, token: str, accept: str, url: str) -> bytes:
        """Return the name of an answer, from which neither token nor address can be had."""
        text = f"{token}\0{accept}\0{url}".encode()
        return blake2b(text, key=self._salt, digest_size=32).digest()

    def recall(self, key: bytes) -> Remembered | None:
        """Return the answer from before, None where there is none."""
        with self._lock:
            if self._store is None:
                return None
            try:
                query = "SELECT etag, next_page, body FROM answers WHERE key = ?"
                row = self._store.execute(query, (key,)).fetchone()
                return None if row is None else _remembered(row)
            except (zlib.error, TypeError):
                return None  # one row is spoilt; the next answer replaces it
            except _DAMAGED:
                self._drop()
                return None

    def keep(self, key: bytes, answer: Remembered) -> None:
        """Keep an answer for later."""
        if len(answer.body) > LARGEST:
            return
        row = (key, answer.etag, answer.next_page, zlib.compress(answer.body, 1), time())
        self._write("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)

    def touch(self, key: bytes) -> None:
        """Take note that an answer is still of use."""
        self._write("UPDATE answers SET used = ? WHERE key = ?", (time(), key))

    def _write(self, statement: str, row: tuple[object, ...]) -> None:
        with self._lock:
            if self._store is None:
                return
            try:
                with self._store as store:
                    store.execute(statement, row)
                self._written += 1
                if self._written % _SWEEP == 0:
                    self._sweep(self._store)
            except _DAMAGED:
                self._drop()

    def _sweep(self, store: sqlite3.Connection) -> None:
        with suppress(*_DAMAGED), store:
            store.execute(_OLDEST, (self._room,))

    def _drop(self) -> None:
        if self._store is not None:
            with suppress(*_DAMAGED):
                self._store.close()
            self._store = None


def _remembered(row: tuple[object, object, object]) -> Remembered:
    """Return what a row holds; raises TypeError or zlib.error when it is spoilt.

    SQLite may hold any type in it, and an ETag goes into a header.
    """
    etag, next_page, body = row
    if not (isinstance(etag, str) and etag.isascii() and etag.isprintable()):
        raise TypeError
    if not (isinstance(next_page, str | None) and isinstance(body, bytes)):
        raise TypeError
    unpack = zlib.decompressobj()
    plain = unpack.decompress(body, LARGEST + 1)
    if not unpack.eof:
        raise zlib.error
    return Remembered(etag=etag, next_page=next_page, body=plain)


def _opened(folder: Path) -> tuple[sqlite3.Connection | None, bytes]:
    """Open the store; one that is no database is made anew, once."""
    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _connected(path)
        except sqlite3.OperationalError:
            return None, b""  # locked, or the folder is read-only: not ours to remove
        except _DAMAGED:
            path.unlink(missing_ok=True)
            return _connected(path)
    except (OSError, *_DAMAGED):
        return None, b""


def _connected(path: Path) -> tuple[sqlite3.Connection, bytes]:
    path.touch(mode=0o600)
    store = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)
    try:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=OFF")
        store.executescript(_SCHEMA)
        with store:
            store.execute("BEGIN IMMEDIATE")
            row = store.execute("SELECT value FROM keys").fetchone()
            salt = token_bytes(32) if row is None else row[0]
            if not isinstance(salt, bytes) or not 0 < len(salt) <= _MAX_SALT:
                raise sqlite3.DatabaseError
            if row is None:
                store.execute("INSERT INTO keys VALUES (?)", (salt,))
    except _DAMAGED:
        store.close()
        raise
    return store, salt
