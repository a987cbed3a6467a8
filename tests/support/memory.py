"""A small snapshot made from a dict, for tests of facts and rules."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1

from autodevops.model.history import History
from autodevops.model.report import Target
from autodevops.model.snapshot import Entry, EntryKind, Listing, Snapshot, Unavailable

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The clock of tests."""


class MemoryReader:
    """Reads what the test wrote down."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        """Keep the contents by path."""
        self.contents = contents

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        """Return the content, or why it can't be had."""
        content = self.contents[entry.path]
        if len(content) > limit:
            return Unavailable(f"{entry.path} is larger than {limit} bytes")
        return content

    def link(self, entry: Entry) -> str | Unavailable:
        """Return where a link points."""
        return self.contents[entry.path].decode()


def snapshot_of(
    files: Mapping[str, str | bytes],
    *,
    executable: tuple[str, ...] = (),
    links: Mapping[str, str] | None = None,
    submodules: tuple[str, ...] = (),
    history: History | Unavailable | None = None,
    now: datetime = NOW,
    name: str = "acme/shop",
) -> Snapshot:
    """Return a snapshot of these files, links and submodules."""
    contents = {
        path: content.encode() if isinstance(content, str) else content
        for path, content in files.items()
    }
    contents |= {path: to.encode() for path, to in (links or {}).items()}
    kinds = dict.fromkeys(contents, EntryKind.FILE)
    kinds |= dict.fromkeys(links or {}, EntryKind.LINK)
    kinds |= dict.fromkeys(submodules, EntryKind.SUBMODULE)
    entries = [
        Entry(
            path=path,
            kind=kind,
            executable=path in executable,
            oid=_oid(contents.get(path, b"")),
        )
        for path, kind in kinds.items()
    ]
    target = Target(
        kind="local", name=name, path=".", url=None, commit="0" * 40, branch="main", dirty=False
    )
    return Snapshot(
        target=target,
        now=now,
        listing=Listing(entries),
        reader=MemoryReader(contents),
        history=history or Unavailable("there is no history in this test"),
    )


def _oid(content: bytes) -> str:
    """Return what git calls a file of that content."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
