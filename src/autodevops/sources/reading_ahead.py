"""Reads small files from git's objects in one go, once many of them were read one by one.

Each single reading is a question to git and a wait for its answer; an audit asks for thousands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from autodevops.model.snapshot import Entry, EntryKind, Unavailable
from autodevops.sources.process import GitError
from autodevops.sources.readers import ObjectReader

PATIENCE = 100
"""So many files are read one by one first: rules that were selected may need no more."""
SMALL = 1 << 16
"""Larger files are few, and few facts read them."""
ROOM = 32 << 20
"""So many bytes are read ahead at most."""


@dataclass(slots=True, kw_only=True)
class ReadingAhead:
    """Reads what git stored, soon many files at once."""

    stored: ObjectReader
    """Reads one file."""
    entries: tuple[Entry, ...]
    """What may be asked for."""
    _asked: int = 0
    _held: dict[str, bytes] = field(default_factory=dict)

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        if entry.path not in self.stored.unmerged:
            # Whoever asks keeps it; a second file with the same content is asked for singly.
            held = self._held.pop(entry.oid, None)
            if held is not None and len(held) <= limit:
                return held
            self._asked += 1
            if self._asked == PATIENCE:
                self._held = dict(self._at_once())
        return self.stored.read(entry, limit)

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        return self.stored.link(entry)

    def _at_once(self) -> Iterator[tuple[str, bytes]]:
        """Yield the small files; what fails here is told when it is asked for."""
        objects = self.stored.objects
        try:
            for oid, content in objects.blobs(tuple(self._small()), SMALL):
                if isinstance(content, bytes):
                    yield oid, content
        except GitError:
            return

    def _small(self) -> Iterator[str]:
        """Yield the ids of small files as long as there is room."""
        oids = dict.fromkeys(one.oid for one in self.entries if one.kind is EntryKind.FILE)
        room = ROOM
        for found in self.stored.objects.look_up(oids):
            if found is None or found.kind != "blob" or found.size > SMALL:
                continue
            room -= found.size
            if room < 0:
                return
            yield found.oid
