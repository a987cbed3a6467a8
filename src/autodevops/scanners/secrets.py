"""Finds secrets in tracked files and in history; what the engine is handed as `SecretScanner`."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha1
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.facts._secrets.context import file_context
from autodevops.model.detection import Detection, HistoryScan, TreeScan
from autodevops.model.history import History
from autodevops.model.snapshot import Entry, EntryKind, Gap, Snapshot, Unavailable
from autodevops.scanners.blob_cache import BlobCache, blob_key
from autodevops.scanners.content import LIMIT
from autodevops.scanners.interface import SecretEngine
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.scanners.secret_history import search_history
from autodevops.scanners.sifting import ARCHIVE, Item, Sifter, unread


class Secrets(Struct, frozen=True, kw_only=True):
    """The `SecretScanner` of this program."""

    engine: SecretEngine
    """Finds candidates."""
    cache: Path | None
    """Folder for what was found per blob, without values; None to remember nothing."""
    history: bool = True
    """Whether history is searched (`--no-history`)."""
    since: int | None = None
    """Search only commits from that time on (`--history-since`), Unix seconds."""
    unopened: dict[str, int] = field(default_factory=dict)
    """Archives and compressed files by where they stand, as the searches count them."""

    def begin_early(self, *, surely: bool = False) -> None:
        """Have the engine make ready before there is a snapshot, if nothing was ever searched.

        With `surely`, whatever was searched: there is going to be something new.
        """
        if surely or not BlobCache.exists(self.cache, self.engine.digest):
            self.engine.begin()

    def begin(self, snapshot: Snapshot) -> None:
        """Have the engine make ready, if it looks as if not all files were searched before."""
        sample = _sample(_searched(snapshot))
        store = BlobCache(self.cache, self.engine.digest)
        try:
            keys = [blob_key(entry.oid, file_context(entry.path).key) for entry in sample]
            known = store.known(keys)
        finally:
            store.close()
        if len(known) < len({*keys}):
            self.engine.begin()

    def scan_tree(self, snapshot: Snapshot) -> TreeScan | Unavailable:
        """Return the secrets in the snapshot's files, within its scope."""
        store = BlobCache(self.cache, self.engine.digest)
        try:
            scan = _search_tree(snapshot, Sifter(self.engine, store))
        finally:
            store.close()
        self.unopened["among the files"] = scan.archives
        return scan

    def scan_history(self, history: History) -> HistoryScan | Unavailable:
        """Return the secrets in every blob that any ref reaches."""
        if not self.history:
            return Unavailable(
                "the history was not searched", "an audit without `--no-history` or `--staged`"
            )
        store = BlobCache(self.cache, self.engine.digest)
        try:
            scan = search_history(history, Sifter(self.engine, store), store, self.since)
        finally:
            store.close()
        if not isinstance(scan, Unavailable):
            self.unopened["in history"] = scan.archives
        return scan

    def left_out(self) -> str | None:
        """Return how many archives were not opened."""
        told = [f"{count} {where}" for where, count in sorted(self.unopened.items()) if count]
        opening = "archives and compressed files are not opened in the search for secrets"
        return f"{opening}: {', '.join(told)}" if told else None


def secret_scanner(
    cache: Path | None,
    *,
    history: bool = True,
    since: int | None = None,
    say: Callable[[str], None] | None = None,
) -> Secrets:
    """Return the scanner; `say` hears what takes long (compiling the rules, once a machine)."""
    engine = KingfisherEngine(cache) if say is None else KingfisherEngine(cache, say=say)
    return Secrets(engine=engine, cache=cache, history=history, since=since)


_SAMPLE = 64


def _sample(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return some of them, evenly spread; all of a few."""
    return entries[:: -(-len(entries) // _SAMPLE) or 1]


def _searched(snapshot: Snapshot) -> list[Entry]:
    """Return the files within the snapshot's scope."""
    return [
        entry
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE and (snapshot.scope is None or entry.path in snapshot.scope)
    ]


def _search_tree(snapshot: Snapshot, sifter: Sifter) -> TreeScan:
    files = _Files(snapshot, _searched(snapshot))
    notable = sifter.sift(files.items, files.read)
    detections: list[Detection] = []
    archives = 0
    reasons = unread(notable)
    gaps = list(files.gaps)
    for item, entry in zip(files.items, files.entries, strict=True):
        fact = notable.get(item)
        if fact is None:
            continue
        if item in reasons:
            gaps.append(Gap(entry.path, f"{entry.path} was not searched: {reasons[item]}"))
        archives += fact.state == ARCHIVE
        detections += [replace(one, path=entry.path) for one in fact.detections]
    detections.sort(key=lambda one: (one.path, one.line, one.column))
    return TreeScan(
        detections=tuple(detections),
        files=len(files.entries),
        archives=archives,
        gaps=tuple(dict.fromkeys(gaps)),
    )


_HELD = 32 << 20
"""So many bytes are kept between hashing and searching instead of being read twice."""


class _Files:
    """Tracked files by the object id of what they hold now, which the index may not know."""

    def __init__(self, snapshot: Snapshot, entries: Sequence[Entry]) -> None:
        self._snapshot = snapshot
        self.entries: list[Entry] = []
        self.items: list[Item] = []
        self.gaps: list[Gap] = []
        self._places: dict[str, Entry] = {}
        self._held: dict[str, bytes] = {}
        room = _HELD
        for entry in entries:
            content = snapshot.reader.read(entry, LIMIT)
            if isinstance(content, Unavailable):
                self.gaps.append(Gap(entry.path, content.reason))
                continue
            oid = sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
            self.entries.append(entry)
            self.items.append(Item(oid, file_context(entry.path)))
            self._places[oid] = entry
            if len(content) < room and oid not in self._held:
                room -= len(content)
                self._held[oid] = content

    def read(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes | Unavailable]]:
        """Yield the contents."""
        for oid in oids:
            held = self._held.pop(oid, None)
            yield oid, held or self._snapshot.reader.read(self._places[oid], LIMIT)
