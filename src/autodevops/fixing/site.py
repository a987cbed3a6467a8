"""Where a fixer works: the repository with all earlier edits of this run laid over it.

A fixer reads through the site and returns edits made by `write`, `remove` or `untrack`; the site
itself changes nothing until the plan takes those edits over. So fixes compose: a later fixer sees
what earlier ones did, and several findings of one file end in one difference.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from autodevops.fixing import _lines
from autodevops.model.edit import Edit
from autodevops.model.snapshot import EntryKind, Snapshot, decode

_T = TypeVar("_T")

Lookup = Callable[[type], object]
"""Returns a fact or a section of the guide by its type; another answer where it can't be had."""


class Site:
    """The repository as it is now, in the middle of a plan."""

    def __init__(self, snapshot: Snapshot, lookup: Lookup) -> None:
        """Begin with the snapshot as it was audited; `lookup` gives its facts."""
        # A view, because what a fixer can't read is no gap of the audit.
        self._audited = snapshot.view()
        self._lookup = lookup
        self._edits: dict[str, Edit] = {}
        self._folders: set[str] = set()

    # What is there

    @property
    def today(self) -> datetime:
        """Return the audit's clock, UTC."""
        return self._audited.now

    @property
    def name(self) -> str:
        """Return what the repository is called, without its owner."""
        return self._audited.target.name.rpartition("/")[2]

    @property
    def paths(self) -> frozenset[str]:
        """Return every tracked path, earlier edits included."""
        gone = {path for path, edit in self._edits.items() if edit.content is None}
        return (frozenset(self._audited.by_path) | self._edits.keys()) - gone

    def has(self, path: str) -> bool:
        """Tell whether something is tracked at a path, be it a file or a folder."""
        if path in self._edits:
            return self._edits[path].content is not None
        known = path in self._audited.by_path or path in self._audited.folders
        return known or path in self._folders

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a tracked regular file: not a folder, link or submodule."""
        if path in self._edits:
            return self._edits[path].content is not None
        entry = self._audited.by_path.get(path)
        return entry is not None and entry.kind is EntryKind.FILE

    def is_executable(self, path: str) -> bool:
        """Tell whether a tracked file may be run."""
        edit = self._edits.get(path)
        if edit is not None and edit.executable is not None:
            return edit.executable
        entry = self._audited.by_path.get(path)
        return entry is not None and entry.executable

    def data(self, path: str) -> bytes | None:
        """Return a regular file's bytes; None when it is not there or can't be read."""
        if path in self._edits:
            return self._edits[path].content
        return self._audited.data(path)

    def text(self, path: str) -> str | None:
        r"""Return a file's text with `\n` as line ends; None when it is not there or is no text."""
        content = self.data(path)
        return None if content is None else decode(content)

    def fact(self, kind: type[_T]) -> _T | None:
        """Return a fact about the repository as it was audited, without edits; None if unknown."""
        value = self._lookup(kind)
        return value if isinstance(value, kind) else None

    def guide(self, section: type[_T]) -> _T:
        """Return a section of the guide in force."""
        value = self._lookup(section)
        if not isinstance(value, section):
            msg = f"the guide has no section {section.__name__}"
            raise TypeError(msg)
        return value

    def line_now(self, path: str, line: int) -> int | None:
        """Return where a line of the audited file stands after earlier edits; None if it is gone.

        Lines that a finding names are those of the audited file.
        """
        before = self._audited.text(path)
        now = self.text(path)
        if before is None or now is None:
            return None
        return line if before == now else _lines.moved(before, now, line)

    # What a fixer answers

    def write(self, path: str, text: str, *, executable: bool | None = None) -> tuple[Edit, ...]:
        """Return the edit that gives a file this text; no edit when nothing would change.

        A file that is there keeps its byte order mark, its encoding and its line ends; raises
        ValueError when its bytes can't carry the text.
        """
        before = self.data(path)
        content = text.encode() if before is None else _lines.rewritten(before, text)
        if content is None:
            msg = f"{path} holds bytes that are no text"
            raise ValueError(msg)
        return self.write_data(path, content, executable=executable)

    def write_data(
        self, path: str, content: bytes, *, executable: bool | None = None
    ) -> tuple[Edit, ...]:
        """Return the edit that gives a file these bytes; no edit when nothing would change."""
        same_mode = executable is None or executable == self.is_executable(path)
        if self.is_file(path) and self.data(path) == content and same_mode:
            return ()
        return (Edit(path=path, content=content, executable=executable),)

    def remove(self, path: str) -> tuple[Edit, ...]:
        """Return the edit that deletes a tracked file."""
        return (Edit(path=path, content=None),) if self.has(path) else ()

    def untrack(self, path: str) -> tuple[Edit, ...]:
        """Return the edit that takes a file out of git and leaves it on disk."""
        return (Edit(path=path, content=None, keep=True),) if self.has(path) else ()

    # What the plan does

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Return what became of each file so far, one edit a file."""
        return tuple(self._edits.values())

    def take(self, edits: Iterable[Edit]) -> None:
        """Lay further edits over the repository; for the plan, not for fixers."""
        for edit in edits:
            earlier = self._edits.pop(edit.path, None)
            executable = edit.executable
            if executable is None and earlier is not None:
                executable = earlier.executable
            self._edits[edit.path] = replace(edit, executable=executable)
            if edit.content is not None:
                self._folders.update(_folders_of(edit.path))


def _folders_of(path: str) -> Iterator[str]:
    while folder := path.rpartition("/")[0]:
        yield folder
        path = folder
