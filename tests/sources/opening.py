"""Short ways to open a repository in tests."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from autodevops.model.history import Commit, History
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.sources.comparisons import digest
from autodevops.sources.local import open_local
from autodevops.sources.modes import Index, Mode, Revision, WorkingTree
from tests.support.memory import NOW

WORKING_TREE, INDEX, HEAD = WorkingTree(), Index(), Revision("HEAD")
MODES: list[Mode] = [WORKING_TREE, INDEX, HEAD]
FILES = {"README.md": "# shop\n", "api/main.py": "one\n"}
"""A small repository."""


@contextmanager
def opened(path: Path, mode: Mode = WORKING_TREE) -> Iterator[Snapshot]:
    """Open the repository at a path with the tests' clock."""
    with open_local(str(path), now=NOW, mode=mode) as snapshot:
        yield snapshot


def paths(snapshot: Snapshot) -> list[str]:
    """Return the tracked paths."""
    return [entry.path for entry in snapshot.entries]


def history_of(snapshot: Snapshot) -> History:
    """Return the history, which must be available."""
    assert not isinstance(snapshot.history, Unavailable)
    return snapshot.history


def commits(answer: tuple[Commit, ...] | Unavailable) -> tuple[Commit, ...]:
    """Return commits, which must be available."""
    assert not isinstance(answer, Unavailable), answer
    return answer


def differ_in(history: History, old: str, new: str, *paths: str) -> bool:
    """Tell whether exactly these paths differ between two commits, which must be known."""
    answer = history.diff_paths([(old, new)])
    assert not isinstance(answer, Unavailable), answer
    return answer[old, new].paths == digest([os.fsencode(path) for path in paths])


def reads_everything() -> bool:
    """Tell whether permissions don't hold this user back, as they don't hold root back."""
    with tempfile.NamedTemporaryFile() as locked:
        Path(locked.name).chmod(0)
        return os.access(locked.name, os.R_OK)


def seconds(moment: datetime) -> int:
    """Return a moment as git writes it."""
    return int(moment.timestamp())
