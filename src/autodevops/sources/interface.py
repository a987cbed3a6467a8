"""What a source is: something that opens a target and hands out its snapshot."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from autodevops.model.snapshot import Snapshot


class WorkingTree(Struct, frozen=True):
    """Read the tracked files as they are on disk."""


class Index(Struct, frozen=True):
    """Read what is staged (`--staged`)."""


class Revision(Struct, frozen=True):
    """Read a commit (`--rev`)."""

    name: str
    """Any name that git knows a commit by."""


Mode: TypeAlias = WorkingTree | Index | Revision
"""Which state of a local repository is read."""


class Source(Protocol):
    """Opens one target."""

    def open(self, *, now: datetime) -> AbstractContextManager[Snapshot]:
        """Return the snapshot for the length of a `with`; `now` is the audit's clock, UTC.

        Raises a `TargetError` when the target can't be audited at all. At the end of the `with`
        the source's processes and temporary files are gone and the snapshot can't read any more.
        """
        ...
