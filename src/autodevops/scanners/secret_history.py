"""Searches every blob that any ref reaches, once, and tells where each secret came from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from autodevops.model.detection import HistoryScan
from autodevops.model.history import History, Node, Ref
from autodevops.model.snapshot import EntryKind, Gap, Unavailable
from autodevops.scanners.blob_cache import BlobCache, Known
from autodevops.scanners.content import LIMIT
from autodevops.scanners.leaks import Held, leaks_of
from autodevops.scanners.ledger import Ledger
from autodevops.scanners.sifting import ARCHIVE, Item, Sifter, is_final, unread

_SHALLOW = Gap("history", "the clone is shallow: what older commits held can't be told")
_PARTIAL = Gap("history", "the clone is partial: some of its blobs can't be searched")
_SHOWN_GAPS = 5
_SHA1 = 20


def search_history(
    history: History, sifter: Sifter, store: BlobCache, since: int | None
) -> HistoryScan | Unavailable:
    """Return the secrets of a history; nothing is read again that was searched before."""
    refs = history.refs()
    if isinstance(refs, Unavailable):
        return refs
    tips = {ref.commit for ref in refs if ref.commit}
    if history.head is None:
        # A detached HEAD may stand where no ref leads.
        detached = history.commits(["HEAD"], limit=1)
        tips |= set() if isinstance(detached, Unavailable) else {one.oid for one in detached}
    key = _state(refs, tips, history, since)
    stored = store.result(key)
    if stored is not None:
        return stored
    graph = history.graph(tips) if tips else ()
    if isinstance(graph, Unavailable):
        return graph
    search = _Search(history, store, refs, graph, since)
    missing = search.gather(tips)
    if missing is not None:
        return missing
    return search.finish(sifter, key, tips)


def _state(refs: Sequence[Ref], tips: Iterable[str], history: History, since: int | None) -> bytes:
    told = sha256(f"{since} {history.shallow} {history.partial} {sorted(tips)}\n".encode())
    for ref in refs:
        told.update(f"{ref.oid} {ref.name}\n".encode("utf-8", "surrogateescape"))
    return told.digest()


class _Search:
    """One search; everything that grows with the history is kept in a few bytes an entry."""

    def __init__(
        self,
        history: History,
        store: BlobCache,
        refs: Sequence[Ref],
        graph: Sequence[Node],
        since: int | None,
    ) -> None:
        self._history = history
        self._store = store
        self._refs = refs
        self._graph = graph
        self._since = since
        self._places = {node.oid: place for place, node in enumerate(graph)}
        self._ledger = Ledger(len(graph[0].oid) // 2 if graph else _SHA1)
        self._held: list[Held] = []

    def gather(self, tips: Iterable[str]) -> Unavailable | None:
        """Note every content that commits bring, except below what was searched before."""
        if self._since is None:
            exclude = set(self._store.tips() & self._places.keys())
        else:
            exclude = {node.oid for node in self._graph if node.committed_at < self._since}
        wanted = set(tips) - exclude
        for arrival in self._history.arrivals(wanted, exclude=exclude) if wanted else ():
            if isinstance(arrival, Unavailable):
                return arrival
            self._ledger.arrive(arrival.oid, arrival.path, self._places[arrival.commit])
        self._held = list(_held_directly(self._history, self._refs))
        for held in self._held:
            self._ledger.hold(held.oid, held.path)
        return None

    def finish(self, sifter: Sifter, key: bytes, tips: Iterable[str]) -> HistoryScan:
        """Search what was gathered and tell what it holds."""
        before = [touch for touch in self._store.touches() if touch.commit in self._places]
        if self._since is not None:
            before = []
        for touch in before:
            if touch.oid:
                self._ledger.hold(touch.oid, touch.path)
        notable = sifter.sift(
            self._ledger.contents(), lambda oids: self._history.blobs(oids, LIMIT)
        )
        touches = list(self._ledger.touches(notable, self._graph))
        gaps, final = self._gaps(notable)
        leaks = leaks_of(
            self._history,
            self._graph,
            self._places,
            self._refs,
            {*before, *touches},
            self._held,
            notable,
        )
        scan = HistoryScan(
            leaks=leaks,
            archives=len({item.oid for item, fact in notable.items() if fact.state == ARCHIVE}),
            since=self._since,
            gaps=gaps,
        )
        if final:
            # Below the end of a shallow clone there is more, which a full one will show.
            if self._since is None and not self._history.shallow:
                self._store.remember_history(tips, touches)
            self._store.remember_result(key, scan)
        return scan

    def _gaps(self, notable: Mapping[Item, Known]) -> tuple[tuple[Gap, ...], bool]:
        """Return what could not be searched, and whether another try would be no better."""
        reasons = unread(notable)
        gaps = [
            Gap(item.oid, f"object {item.oid[:12]} in history was not searched: {reason}")
            for item, reason in sorted(reasons.items(), key=lambda pair: pair[0].oid)
        ]
        if len(gaps) > _SHOWN_GAPS:
            more = len(gaps) - _SHOWN_GAPS
            told = f"{more} more objects in history were not searched"
            gaps = [*gaps[:_SHOWN_GAPS], Gap("history", told)]
        if self._history.shallow:
            gaps.append(_SHALLOW)
        if self._history.partial and reasons:
            gaps.append(_PARTIAL)
        return tuple(gaps), all(map(is_final, reasons.values()))


def _held_directly(history: History, refs: Iterable[Ref]) -> Iterator[Held]:
    """Yield the blobs of refs that lead to no commit: tags on blobs and on trees."""
    for ref in refs:
        if ref.commit is not None:
            continue
        entries = history.files_at(ref.oid) if ref.kind != "blob" else ()
        if isinstance(entries, Unavailable):
            entries = ()
        for entry in entries:
            if entry.kind is EntryKind.FILE:
                yield Held(ref.name, entry.path, entry.oid)
        if not entries:
            yield Held(ref.name, ref.name, _peeled(history, ref))


def _peeled(history: History, ref: Ref) -> str:
    """Return the blob that a tag stands for."""
    if ref.kind == "blob":
        return ref.oid
    # Asked by the tag's name and peeled, a blob answers with its own id.
    answers = history.blobs([f"{ref.oid}^{{blob}}"], LIMIT)
    return next((oid for oid, content in answers if isinstance(content, bytes)), ref.oid)
