"""A snapshot with edits laid over it: what the repository would be, without touching a disk."""

import hashlib
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from autodevops.model.edit import Edit
from autodevops.model.snapshot import (
    Entry,
    EntryKind,
    Listing,
    Reader,
    Snapshot,
    Unavailable,
)

_SHA256 = 64
"""Hexadecimal digits of an object id in a repository of that format."""


class OverlayReader(Struct, frozen=True, kw_only=True):
    """Reads edited files from memory and all others from where they are."""

    below: Reader
    """Reads what was not edited."""
    contents: Mapping[str, bytes]
    """New contents by path."""

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        content = self.contents.get(entry.path)
        if content is None:
            return self.below.read(entry, limit)
        if len(content) > limit:
            return Unavailable(f"{entry.path} is larger than {limit / (1 << 20):g} MiB")
        return content

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a symbolic link points, as written."""
        return self.below.link(entry)


def lay_over(snapshot: Snapshot, edits: Iterable[Edit]) -> Snapshot:
    """Return the snapshot as it would be after these edits; later ones win."""
    final = {edit.path: edit for edit in edits}
    if not final:
        return snapshot
    entries = {entry.path: entry for entry in snapshot.entries}
    is_long = any(len(entry.oid) == _SHA256 for entry in snapshot.entries[:1])
    for path, edit in final.items():
        if edit.content is None:
            entries.pop(path, None)
            continue
        before = entries.get(path)
        executable = before is not None and before.executable
        entries[path] = Entry(
            path=path,
            kind=EntryKind.FILE,
            executable=executable if edit.executable is None else edit.executable,
            oid=blob_id(edit.content, sha256=is_long),
        )
    contents = {path: edit.content for path, edit in final.items() if edit.content is not None}
    return replace(
        snapshot,
        listing=Listing(entries.values()),
        reader=OverlayReader(below=snapshot.reader, contents=contents),
        gaps=[],
    )


def blob_id(content: bytes, *, sha256: bool = False) -> str:
    """Return git's object id of a file's content."""
    # git's own algorithms; what is hashed here is no secret.
    digest = hashlib.sha256() if sha256 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()
