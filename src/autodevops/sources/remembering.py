"""Keeps what was read: many facts look into the same files, and each reading costs system calls."""

from dataclasses import dataclass, field

from autodevops.model.snapshot import Entry, Reader, Unavailable

ROOM = 48 << 20
"""So many bytes are kept; when they are full, further files are read anew each time."""
LARGEST = 1 << 18
"""Larger files are few, and few facts read them."""


@dataclass(slots=True, kw_only=True)
class RememberingReader:
    """Reads each small file once."""

    reader: Reader
    """Reads a file the first time."""
    room: int = ROOM
    """Bytes that may still be kept."""
    _kept: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        key = (entry.path, entry.oid)
        kept = self._kept.get(key)
        if kept is not None and len(kept) <= limit:
            return kept
        content = self.reader.read(entry, limit)
        if isinstance(content, bytes) and kept is None and len(content) <= min(LARGEST, self.room):
            self.room -= len(content)
            self._kept[key] = content
        return content

    def forget(self) -> None:
        """Keep nothing any more: after the end of an audit nothing is read."""
        self.room = 0
        self._kept.clear()

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        return self.reader.link(entry)
