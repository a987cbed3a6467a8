"""Remembers what pairs of a repository's commits differ in: a commit's id says all that is in it.

One SQLite file per repository in the cache folder, with hashes only. It is a repository's own: in
another one, a damaged or forged object may say something else under the same id. Whatever goes
wrong with the file, git is asked again: it is a cache.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import Any, TypeVar

from msgspec import Struct

from autodevops.model.history import Difference

FEWEST = 50
"""Fewer pairs are compared faster than looked up."""
_LARGEST = 64 << 20
_KEPT_SECONDS = 30 * 86_400
_PATIENCE = 0.5
_DAMAGED = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises: SQLite's complaints, and Python's that it can't read these."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS differences (pair BLOB PRIMARY KEY, paths BLOB, described BLOB)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS patches (pair BLOB PRIMARY KEY, id TEXT) WITHOUT ROWID;
"""

Pair = tuple[str, str]
"""Object ids of the old and the new commit."""
_T = TypeVar("_T")


class Comparisons(Struct, frozen=True, kw_only=True):
    """The comparisons of one repository."""

    file: Path | None = None
    """Where they are kept; None to remember nothing."""

    def differences(
        self,
        pairs: Sequence[Pair],
        compare: Callable[[Sequence[Pair]], Mapping[Pair, Difference]],
    ) -> Mapping[Pair, Difference]:
        """Return what pairs differ in: what is known, and what `compare` says of the others."""
        if self.file is None or len(pairs) < FEWEST:
            return compare(pairs)
        rows = self._rows("SELECT pair, paths, described FROM differences")
        # In a spoilt row SQLite may hold any type.
        known = {
            key: Difference(paths, how)
            for key, paths, how in rows
            if isinstance(paths, bytes) and isinstance(how, bytes)
        }
        found, new = _completed(pairs, known, compare)
        self._keep(
            "INSERT OR REPLACE INTO differences VALUES (?, ?, ?)",
            [(_key(pair), one.paths, one.described) for pair, one in new.items()],
        )
        return found

    def patch_ids(
        self, pairs: Sequence[Pair], compare: Callable[[Sequence[Pair]], Mapping[Pair, str]]
    ) -> Mapping[Pair, str]:
        """Return the patch ids of pairs that differ in text, known ones and what `compare` says."""
        if self.file is None or len(pairs) < FEWEST:
            return compare(pairs)
        rows = self._rows("SELECT pair, id FROM patches")
        known = {key: patch for key, patch in rows if isinstance(patch, str)}

        def told(missing: Sequence[Pair]) -> Mapping[Pair, str]:
            # Of a pair without a difference in text that is remembered, too.
            return dict.fromkeys(missing, "") | dict(compare(missing))

        found, new = _completed(pairs, known, told)
        self._keep(
            "INSERT OR REPLACE INTO patches VALUES (?, ?)",
            [(_key(pair), patch) for pair, patch in new.items()],
        )
        return {pair: patch for pair, patch in found.items() if patch}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            with self._opened() as store:
                return store.execute(query).fetchall()
        except (OSError, sqlite3.OperationalError):
            return []  # locked, or the folder is read-only: not ours to remove
        except _DAMAGED:
            self._remove()
            return []

    def _keep(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        with suppress(OSError, *_DAMAGED), self._opened() as store, store:
            store.executemany(statement, rows)
        self._drop_old()

    def _remove(self) -> None:
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()

    def _drop_old(self) -> None:
        """Remove the files of repositories that nobody audited for a month, and one too large."""
        for file in self.file.parent.glob("compared-*.sqlite3") if self.file else ():
            with suppress(OSError):
                known = file.stat()
                if known.st_mtime < time() - _KEPT_SECONDS or known.st_size > _LARGEST:
                    file.unlink()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file, made if there is none."""
        if self.file is None:
            raise FileNotFoundError
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        store = sqlite3.connect(self.file, timeout=_PATIENCE)
        try:
            store.execute("PRAGMA synchronous=OFF")
            store.executescript(_SCHEMA)
            yield store
        finally:
            store.close()


def comparisons(folder: Path, repository: Path) -> Comparisons:
    """Return those of the repository whose objects lie in a folder, kept in the cache folder."""
    name = blake2b(str(repository).encode("utf-8", "surrogateescape"), digest_size=12)
    return Comparisons(file=folder / f"compared-{name.hexdigest()}.sqlite3")


def digest(parts: Sequence[bytes]) -> bytes:
    """Return what stands for a sequence of texts without NUL; nothing for none."""
    return blake2b(b"\0".join(parts), digest_size=16).digest() if parts else b""


def _key(pair: Pair) -> bytes:
    return blake2b(" ".join(pair).encode(), digest_size=16).digest()


def _completed(
    pairs: Sequence[Pair],
    known: Mapping[bytes, _T],
    compare: Callable[[Sequence[Pair]], Mapping[Pair, _T]],
) -> tuple[Mapping[Pair, _T], Mapping[Pair, _T]]:
    """Return what is said of all pairs, and the part of it that is new."""
    keys = {pair: _key(pair) for pair in pairs}
    missing = [pair for pair, key in keys.items() if key not in known]
    new = compare(missing) if missing else {}
    return {pair: known[key] for pair, key in keys.items() if key in known} | dict(new), new
