"""What arrived in a history, in some twenty bytes an entry: a large one has a quarter million."""

from array import array
from collections.abc import Collection, Iterator, Sequence

from autodevops.facts._secrets.context import FileContext, file_context
from autodevops.model.history import Node
from autodevops.scanners.blob_cache import Touch
from autodevops.scanners.sifting import Item

_CONTEXT = 2
"""Bytes that number a context."""
_GONE = -1
"""Place of the content of a path that was removed."""


class Ledger:
    """Contents to search, each once in each context, and which commit made what of which path."""

    def __init__(self, width: int) -> None:
        """Keep object ids of that many bytes."""
        self._width = width + _CONTEXT
        self._contexts: dict[FileContext, int] = {}
        self._paths: dict[str, int] = {}
        self._path_contexts = array("H")
        self._known: dict[int, int] = {}
        self._contents = bytearray()
        self._content_paths = array("i")
        self._arrived = array("i")
        self._at_path = array("i")
        self._in_commit = array("i")

    def arrive(self, oid: str, path: str, commit: int) -> None:
        """Note what the commit at that place of the graph made of a path; no id if it went."""
        number = self._path(path)
        self._arrived.append(self._noted(oid, number) if oid else _GONE)
        self._at_path.append(number)
        self._in_commit.append(commit)

    def hold(self, oid: str, path: str) -> None:
        """Note a content to search, whoever brought it."""
        self._noted(oid, self._path(path))

    def contents(self) -> Iterator[Item]:
        """Yield every content, path by path, newest first.

        So git, which keeps older ones as differences from newer, finds what it needs at hand, and
        each stands after one like it. Nothing more can be noted without naming contents twice:
        what tells them apart is let go.
        """
        self._known = {}
        contexts = list(self._contexts)
        newest_first = range(len(self._content_paths) - 1, -1, -1)
        order = array("i", sorted(newest_first, key=self._content_paths.__getitem__))
        for place in order:
            yield self._item(place, contexts)

    def touches(self, notable: Collection[Item], graph: Sequence[Node]) -> Iterator[Touch]:
        """Yield all changes of the paths at which something notable ever stood."""
        keys = {self._packed(item.oid, self._contexts[item.context]) for item in notable}
        places = {place for place in range(len(self._content_paths)) if self._at(place) in keys}
        concerned = {
            path
            for content, path in zip(self._arrived, self._at_path, strict=True)
            if content in places
        }
        names = list(self._paths)
        for arrival, path in enumerate(self._at_path):
            if path in concerned:
                content = self._arrived[arrival]
                oid = "" if content == _GONE else self._at(content)[:-_CONTEXT].hex()
                yield Touch(names[path], oid, graph[self._in_commit[arrival]].oid)

    def _item(self, place: int, contexts: Sequence[FileContext]) -> Item:
        packed = self._at(place)
        return Item(packed[:-_CONTEXT].hex(), contexts[int.from_bytes(packed[-_CONTEXT:], "big")])

    def _at(self, place: int) -> bytes:
        return bytes(self._contents[place * self._width : (place + 1) * self._width])

    def _path(self, path: str) -> int:
        number = self._paths.get(path)
        if number is None:
            number = self._paths[path] = len(self._paths)
            context = self._contexts.setdefault(file_context(path), len(self._contexts))
            self._path_contexts.append(context)
        return number

    def _noted(self, oid: str, path: int) -> int:
        packed = self._packed(oid, self._path_contexts[path])
        # Python keys this hash anew in each process: nobody can make two contents share one.
        place = self._known.setdefault(hash(packed), len(self._content_paths))
        if place == len(self._content_paths):
            self._contents += packed
            self._content_paths.append(path)
        return place

    @staticmethod
    def _packed(oid: str, context: int) -> bytes:
        return bytes.fromhex(oid) + context.to_bytes(_CONTEXT, "big")
