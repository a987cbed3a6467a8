"""What arrived in a history, in some twenty bytes an entry: a large one has a quarter million."""

from array import array
from collections.abc import Collection, Iterator, Sequence

from autodevops.facts._secret_context import FileContext, file_context
from autodevops.model.snapshot import Node
from autodevops.scanners.blob_cache import Touch
from autodevops.scanners.sifting import Item

_CONTEXT = 2
"""Bytes that number a context."""


class Ledger:
    """Contents to search, each once in each context, and which commit made what of which path."""

    def __init__(self, width: int) -> None:
        """Keep object ids of that many bytes."""
        self._width = width + _CONTEXT
        self._contexts: dict[FileContext, bytes] = {}
        self._paths: dict[str, tuple[int, bytes]] = {}
        self._known: set[int] = set()
        self._contents = bytearray()
        self._content_paths = array("i")
        self._arrived = bytearray()
        self._at_path = array("i")
        self._in_commit = array("i")

    def arrive(self, oid: str, path: str, commit: int) -> None:
        """Note what the commit at that place of the graph made of a path; no id if it went."""
        number, context = self._path(path)
        packed = self._noted(oid, context, number) if oid else bytes(self._width)
        self._arrived += packed
        self._at_path.append(number)
        self._in_commit.append(commit)

    def hold(self, oid: str, path: str) -> None:
        """Note a content to search, whoever brought it."""
        number, context = self._path(path)
        self._noted(oid, context, number)

    def contents(self) -> Iterator[Item]:
        """Yield every content, path by path, newest first.

        So git, which keeps older ones as differences from newer, finds what it needs at hand, and
        each stands after one like it. Nothing more can be noted without naming contents twice:
        what tells them apart is let go.
        """
        self._known.clear()
        contexts = list(self._contexts)
        newest_first = range(len(self._content_paths) - 1, -1, -1)
        order = array("i", sorted(newest_first, key=self._content_paths.__getitem__))
        for place in order:
            start = place * self._width
            packed = self._contents[start : start + self._width]
            number = int.from_bytes(packed[-_CONTEXT:], "big")
            yield Item(packed[:-_CONTEXT].hex(), contexts[number])

    def touches(self, notable: Collection[Item], graph: Sequence[Node]) -> Iterator[Touch]:
        """Yield all changes of the paths at which something notable ever stood."""
        keys = {bytes.fromhex(item.oid) + self._contexts[item.context] for item in notable}
        concerned = {
            path for place, path in enumerate(self._at_path) if self._packed(place) in keys
        }
        names = list(self._paths)
        for place, path in enumerate(self._at_path):
            if path in concerned:
                packed = self._packed(place)
                oid = packed[:-_CONTEXT].hex() if any(packed) else ""
                yield Touch(names[path], oid, graph[self._in_commit[place]].oid)

    def _packed(self, place: int) -> bytes:
        return bytes(self._arrived[place * self._width : (place + 1) * self._width])

    def _path(self, path: str) -> tuple[int, bytes]:
        known = self._paths.get(path)
        if known is None:
            number = len(self._contexts)
            context = self._contexts.setdefault(
                file_context(path), number.to_bytes(_CONTEXT, "big")
            )
            known = self._paths[path] = len(self._paths), context
        return known

    def _noted(self, oid: str, context: bytes, path: int) -> bytes:
        packed = bytes.fromhex(oid) + context
        # Python keys this hash anew in each process: nobody can make two contents share one.
        number = hash(packed)
        if number not in self._known:
            self._known.add(number)
            self._contents += packed
            self._content_paths.append(path)
        return packed
