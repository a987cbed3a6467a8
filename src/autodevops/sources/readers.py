"""Reads tracked files: from disk for the working tree, from objects for the index or a commit."""

from msgspec import Struct

from autodevops.model.snapshot import Entry, Unavailable
from autodevops.sources.files import Files
from autodevops.sources.objects import Objects

_LINK_LIMIT = 1 << 14


class ObjectReader(Struct, frozen=True, kw_only=True):
    """Reads what git stored."""

    objects: Objects
    """The object store."""
    unmerged: frozenset[str] = frozenset()
    """Paths with a conflict: none of their versions is the content."""

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        if entry.path in self.unmerged:
            return Unavailable(f"{entry.path} has a merge conflict")
        return self.objects.blob(entry.oid, entry.path, limit)

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        content = self.read(entry, _LINK_LIMIT)
        if isinstance(content, Unavailable):
            return content
        return content.decode("utf-8", "surrogateescape")


class WorkingTreeReader(Struct, frozen=True, kw_only=True):
    """Reads files on disk; those that a sparse checkout leaves out come from objects."""

    files: Files
    """The files under the top folder."""
    stored: ObjectReader
    """For files that are not checked out."""
    sparse: frozenset[str]
    """Paths that a sparse checkout leaves out."""

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        if self._is_left_out(entry.path):
            return self.stored.read(entry, limit)
        return self.files.read(entry.path, limit)

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        if self._is_left_out(entry.path):
            return self.stored.link(entry)
        return self.files.link(entry.path)

    def _is_left_out(self, path: str) -> bool:
        return path in self.sparse and not self.files.holds(path)
