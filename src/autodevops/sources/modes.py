"""Which state of a repository is read."""

from typing import TypeAlias

from msgspec import Struct


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
