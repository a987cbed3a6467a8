"""What the repository's `.gitignore` files say, by git's own precedence.

Deeper files win over shallower ones and later lines over earlier ones; what lies below an ignored
folder stays ignored whatever a `!` line says, and a `.gitignore` in there is not read
(https://git-scm.com/docs/gitignore).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.path_index import Glob, PathIndex, compile_glob
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_MAX_LINES = 5_000
"""Most pattern lines that are read from one file."""
_LONGEST_PATTERN = 4096


class IgnoreLine(NamedTuple):
    """One pattern of a `.gitignore`."""

    path: str
    """The `.gitignore` it stands in."""
    line: int
    """1-based line."""
    text: str
    """The pattern as written."""
    negated: bool
    """Whether it begins with `!`."""
    glob: Glob
    """The pattern without `!`."""

    @property
    def base(self) -> str:
        """Return the folder that the pattern is relative to, "" for the root."""
        return self.path.rpartition("/")[0]


class Ignores(Struct, frozen=True, kw_only=True):
    """Every `.gitignore` that git would read."""

    files: Mapping[str, tuple[IgnoreLine, ...]]
    """Pattern lines by folder ("" for the root)."""
    tracked: tuple[tuple[str, IgnoreLine], ...]
    """Tracked paths that are ignored all the same, each with the line that ignores it."""

    def ignoring(self, path: str) -> IgnoreLine | None:
        """Return the line that ignores a path, tracked or not; a folder's path ends with `/`."""
        is_folder = path.endswith("/")
        parts = path.rstrip("/").split("/")
        # Which of its folders have a file is asked once: a path may be thousands of folders deep.
        bases = [depth for depth in range(len(parts)) if "/".join(parts[:depth]) in self.files]
        for depth in range(1, len(parts) + 1):
            folder = depth < len(parts) or is_folder
            line = self._last_match(parts[:depth], bases, is_folder=folder)
            if line is not None and not line.negated:
                return line
        return None

    def _last_match(
        self, parts: list[str], bases: list[int], *, is_folder: bool
    ) -> IgnoreLine | None:
        """Return the line that decides about one path, its parent folders aside."""
        for depth in reversed(bases):
            if depth >= len(parts):
                continue
            relative = "/".join(parts[depth:])
            for line in reversed(self.files["/".join(parts[:depth])]):
                if (is_folder or not line.glob.folders_only) and line.glob.matches(relative):
                    return line
        return None


@fact
def ignores(snapshot: Snapshot, index: PathIndex) -> Ignores:
    """Read every `.gitignore` and find the tracked paths that match."""
    found = index.find(compile_glob(".gitignore"))
    read = {}
    for position in found.files:
        path = index.paths[position]
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is not None:
            lines = text.split("\n")
            if len(lines) > _MAX_LINES + 1 or max(map(len, lines)) > _LONGEST_PATTERN:
                snapshot.note_gap(path, f"{path} has too many or too long patterns to be weighed")
            read[path.rpartition("/")[0]] = tuple(_lines(path, lines))
    return Ignores(files=read, tracked=tuple(_tracked(index, read)))


def parse_pattern(line: str) -> str | None:
    """Return the pattern of a line; None for blank lines and comments."""
    stripped = line.rstrip(" ")
    escapes = len(stripped) - len(stripped.rstrip("\\"))
    if stripped != line and escapes % 2:
        stripped += " "
    return None if not stripped or stripped.startswith("#") else stripped


def _lines(path: str, lines: list[str]) -> Iterator[IgnoreLine]:
    for number, line in enumerate(lines[:_MAX_LINES], start=1):
        pattern = parse_pattern(line) if len(line) <= _LONGEST_PATTERN else None
        if pattern is None:
            continue
        body = pattern.removeprefix("!")
        if body.strip("/"):
            negated = pattern.startswith("!")
            yield IgnoreLine(path, number, pattern, negated, compile_glob(body))


def _tracked(
    index: PathIndex, files: Mapping[str, tuple[IgnoreLine, ...]]
) -> Iterator[tuple[str, IgnoreLine]]:
    """Yield the tracked paths that are ignored, shallow files first so that deeper ones win."""
    last_file: dict[int, IgnoreLine] = {}
    last_folder: dict[str, IgnoreLine] = {}
    for base in sorted(files, key=lambda folder: folder.count("/") + bool(folder)):
        for line in files[base]:
            found = index.find(line.glob, base)
            last_file.update(dict.fromkeys(found.files, line))
            last_folder.update(dict.fromkeys(found.folders, line))
    closed = {folder: line for folder, line in last_folder.items() if not line.negated}
    ignored = dict[int, IgnoreLine]()
    for folder in sorted(closed, reverse=True):
        # Shallower folders come later in this order and overrule what lies below them.
        ignored.update(dict.fromkeys(range(*index.span(folder)), closed[folder]))
    inside = frozenset(ignored)
    for position, line in last_file.items():
        if not line.negated and position not in inside:
            ignored[position] = line
    for position in sorted(ignored):
        yield index.paths[position], ignored[position]
