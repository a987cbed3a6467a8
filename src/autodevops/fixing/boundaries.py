"""Where edits may never go, whoever made them: out of the repository, into `.git`, over links.

Everything here is asked of paths and contents alone, before anything is written or audited.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from autodevops.model.edit import Edit
from autodevops.model.snapshot import Entry, EntryKind, Snapshot

MOST_FILES = 500
"""So many files may change in one run."""
LARGEST = 1 << 20
"""Bytes of the largest file that is written."""
MOST_BYTES = 16 << 20
"""Bytes that all edits may have together."""
_IGNORED_BY_HFS = dict.fromkeys(
    (*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF)
)
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
)
_LONGEST_PATH = 1024
_LONGEST_NAME = 255


def objections(edits: Iterable[Edit], snapshot: Snapshot) -> Iterator[str]:
    """Yield why these edits can't be made, each beginning with the path."""
    edits = tuple(edits)
    if len(edits) > MOST_FILES:
        yield f"{len(edits)} files would change, more than {MOST_FILES}"
    if sum(len(edit.content or b"") for edit in edits) > MOST_BYTES:
        yield f"the new files have more than {MOST_BYTES >> 20} MiB together"
    spellings = _spellings(snapshot, edits)
    for edit in edits:
        shown = edit.path.encode("unicode_escape").decode() or "an empty path"
        for reason in _about(edit, snapshot, spellings):
            yield f"{shown} {reason}"


def path_objection(path: str) -> str | None:
    """Return what is wrong with a path by itself, in words that fit behind it; None if nothing."""
    names = path.split("/")
    if not path or path.startswith("/") or not {"", ".", ".."}.isdisjoint(names):
        return "is not a path inside the repository"
    if "\\" in path or ":" in path:
        return "is a path outside the repository on some systems"
    if any(_is_git(name) for name in names):
        return "is git's own"
    return _spelling_objection(path, names)


def _spelling_objection(path: str, names: list[str]) -> str | None:
    if not path.isprintable():
        return "has invisible characters or bytes that are no text in its name"
    if unicodedata.normalize("NFC", path) != path:
        return "is spelled with combining characters that some systems compose"
    if len(path) > _LONGEST_PATH or any(len(name.encode()) > _LONGEST_NAME for name in names):
        return "is too long"
    return None


def _is_git(name: str) -> bool:
    """Tell whether a name is `.git` on any file system, or steers git when it is cloned."""
    plain = unicodedata.normalize("NFKC", name.translate(_IGNORED_BY_HFS)).casefold()
    plain = plain.partition(":")[0].rstrip(". ")
    return plain in {".git", ".gitmodules", "gitmod~1"} or plain.startswith("git~")


def _new_name_objection(path: str) -> str | None:
    """Return what is wrong with a new file's name, where an old one must be lived with."""
    for name in path.split("/"):
        if name.startswith("-"):
            return "looks like an option of a command"
        if name != name.strip() or name.endswith("."):
            return "begins or ends with what some systems drop"
        if name.casefold().partition(".")[0] in _RESERVED:
            return "is a device on some systems"
        if not name.isascii():
            return "is a new name with characters that may look like others"
    return None


def _about(edit: Edit, snapshot: Snapshot, spellings: Mapping[str, str]) -> Iterator[str]:
    reason = path_objection(edit.path)
    if reason is not None:
        yield reason
        return
    there = snapshot.by_path.get(edit.path)
    if there is not None and there.kind is not EntryKind.FILE:
        yield "is a link" if there.kind is EntryKind.LINK else "is a submodule"
    if there is None and edit.content is None:
        yield "is not tracked"
    if there is None and edit.path in snapshot.folders:
        yield "is a folder"
    yield from _on_the_way(edit.path, snapshot, spellings)
    if there is None and (reason := _new_name_objection(edit.path)) is not None:
        yield reason
    if edit.content is not None:
        yield from _content(edit, edit.content, there)


def _content(edit: Edit, content: bytes, there: Entry | None) -> Iterator[str]:
    if len(content) > LARGEST:
        yield f"would be larger than {LARGEST >> 20} MiB"
    was = there is not None and there.executable
    if edit.executable is None or edit.executable == was:
        return
    if not edit.executable:
        yield "would no longer be executable"
    elif not content.startswith(b"#!"):
        yield "would become executable and is no script"


def _on_the_way(path: str, snapshot: Snapshot, spellings: Mapping[str, str]) -> Iterator[str]:
    """Yield what stands in the way: links, files, and names that differ only by case."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        part = "/".join(parts[:count])
        entry = snapshot.by_path.get(part)
        if count < len(parts) and entry is not None:
            yield f"lies below {part}, which is no folder"
        other = spellings.get(_skeleton(part))
        if other is not None and other != part:
            yield f"differs from {other} only by case or look"
            return


def _spellings(snapshot: Snapshot, edits: Iterable[Edit]) -> Mapping[str, str]:
    """Return what is tracked near the edits, and new, by what its path looks like."""
    known: dict[str, str] = {}
    for path in (*snapshot.by_path, *snapshot.folders):
        known.setdefault(_skeleton(path), path)
    for edit in edits:
        # Two new files that differ by case alone are one file on some systems.
        if edit.path not in snapshot.by_path:
            known.setdefault(_skeleton(edit.path), edit.path)
        else:
            known[_skeleton(edit.path)] = edit.path
    return known


def _skeleton(path: str) -> str:
    if path.isascii():
        return path.casefold()
    return unicodedata.normalize("NFKC", path).casefold()
