"""What edits change, as a unified difference that people and `git apply` can read."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from autodevops.model.edit import Edit
from autodevops.model.snapshot import Snapshot

_CONTEXT = 3
_MOST_LINES = 50_000
"""Longer files are not compared line by line."""


class LineKind(StrEnum):
    """What a line of a difference is."""

    HEADER = "header"
    PLACE = "place"
    REMOVED = "removed"
    ADDED = "added"
    SAME = "same"


class Line(Struct, frozen=True):
    """One line of a difference."""

    kind: LineKind
    """What it is."""
    text: str
    """The line with its mark, without a line end; not escaped."""


class Change(Struct, frozen=True, kw_only=True):
    """What becomes of one file."""

    path: str
    """Path inside the repository."""
    kind: str
    """`added`, `modified`, `deleted` or `untracked` (leaves git, stays on disk)."""
    executable: bool | None
    """Whether the file may be run, where that is set."""
    lines: tuple[Line, ...]
    """The difference."""

    @property
    def text(self) -> str:
        """Return the difference as text."""
        return "".join(f"{line.text}\n" for line in self.lines)


def changes(edits: Iterable[Edit], snapshot: Snapshot) -> tuple[Change, ...]:
    """Return what edits change in a snapshot, by path."""
    view = snapshot.view()
    found = []
    for edit in sorted(edits, key=lambda one: one.path):
        is_new = edit.path not in snapshot.by_path
        old = None if is_new else view.data(edit.path) or b""
        found.append(
            Change(
                path=edit.path,
                kind=_kind(edit, is_new=is_new),
                executable=edit.executable,
                lines=tuple(_lines(edit, old)),
            )
        )
    return tuple(found)


def _kind(edit: Edit, *, is_new: bool) -> str:
    if edit.content is None:
        return "untracked" if edit.keep else "deleted"
    return "added" if is_new else "modified"


def _lines(edit: Edit, old: bytes | None) -> Iterator[Line]:
    before = "/dev/null" if old is None else f"a/{edit.path}"
    after = "/dev/null" if edit.content is None else f"b/{edit.path}"
    yield Line(LineKind.HEADER, f"diff --git a/{edit.path} b/{edit.path}")
    if old is None:
        yield Line(LineKind.HEADER, f"new file mode {'100755' if edit.executable else '100644'}")
    elif edit.content is None:
        what = "leaves git, stays on disk" if edit.keep else "deleted"
        yield Line(LineKind.HEADER, f"# {edit.path}: {what}")
        return
    elif edit.executable:
        yield Line(LineKind.HEADER, "new mode 100755")
    yield Line(LineKind.HEADER, f"--- {before}")
    yield Line(LineKind.HEADER, f"+++ {after}")
    yield from _hunks(old or b"", edit.content or b"")


def _hunks(old: bytes, new: bytes) -> Iterator[Line]:
    if b"\0" in old or b"\0" in new:
        yield Line(LineKind.PLACE, "# not shown: the file is no plain text")
        return
    before, after = _split(old), _split(new)
    if len(before) + len(after) > _MOST_LINES:
        yield Line(LineKind.PLACE, f"# not shown: {len(before)} lines become {len(after)}")
        return
    found = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)
    for text in list(found)[2:]:
        yield _line(text)
        if text[:1] != "@" and not text.endswith("\n"):
            yield Line(LineKind.SAME, "\\ No newline at end of file")


def _split(content: bytes) -> Sequence[str]:
    text = content.decode("utf-8", "surrogateescape")
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _line(text: str) -> Line:
    kinds = {"@": LineKind.PLACE, "+": LineKind.ADDED, "-": LineKind.REMOVED}
    return Line(kinds.get(text[:1], LineKind.SAME), text.removesuffix("\n"))
