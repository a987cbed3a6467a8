"""Finds the tracked paths that globs match, fast enough for 100,000 paths and many patterns."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._globs import is_literal, longest_literal, path_regex, segment_regex
from autodevops.model.snapshot import Snapshot

_FEW = 500
"""Below a base folder with fewer paths, looking at each is faster than searching by name."""


class Glob(Struct, frozen=True):
    """A compiled pattern of `.gitignore` or CODEOWNERS, without its `!`."""

    anchored: bool
    """Whether it is matched against the path from its base, not against names."""
    folders_only: bool
    """Whether it ends with `/`."""
    regex: re.Pattern[str]
    """Matches the relative path when anchored, else the name, as a whole."""
    prefix: str
    """Folder that everything it matches lies in, ending with `/`; empty for the base."""
    literal: str | None
    """The one path or name that it matches, if it has no wildcard."""
    needle: str
    """Text that each matched name contains; empty when anchored."""

    def matches(self, path: str) -> bool:
        """Tell whether it matches this very path, relative to its base; not one below it."""
        text = path if self.anchored else path.rpartition("/")[2]
        return self.regex.fullmatch(text) is not None


def compile_glob(pattern: str, *, brackets: bool = True) -> Glob:
    """Return a pattern ready to match; a slash before its end anchors it to its base."""
    folders_only = pattern.endswith("/")
    body = pattern[:-1] if folders_only else pattern
    if body.startswith("**/") and "/" not in body[3:]:
        body = body[3:]
    if "/" not in body:
        source = ".+" if body == "**" else segment_regex(body, brackets=brackets)
        return Glob(
            anchored=False,
            folders_only=folders_only,
            regex=re.compile(source, re.DOTALL),
            prefix="",
            literal=body if is_literal(body) else None,
            needle=longest_literal(body),
        )
    segments = body.removeprefix("/").split("/")
    fixed = 0
    while fixed < len(segments) - 1 and is_literal(segments[fixed]):
        fixed += 1
    return Glob(
        anchored=True,
        folders_only=folders_only,
        regex=re.compile(path_regex(segments, brackets=brackets), re.DOTALL),
        prefix="".join(f"{segment}/" for segment in segments[:fixed]),
        literal="/".join(segments) if all(map(is_literal, segments)) else None,
        needle="",
    )


class Found(Struct, frozen=True):
    """What a glob matches itself; what lies below a matched folder is not listed."""

    files: Sequence[int]
    """Positions in `PathIndex.paths`."""
    folders: Sequence[str]
    """Folders without a trailing slash."""


class PathIndex:
    """Tracked paths, sorted, with the indexes that matching needs, each built when first used."""

    def __init__(self, paths: Iterable[str], folders: Iterable[str]) -> None:
        """Index these paths and the folders above them."""
        self.paths = tuple(sorted(paths))
        """Every tracked path: files, links and submodules."""
        self.folders = tuple(sorted(folders))
        """Every folder that holds one, without a trailing slash."""

    def span(self, folder: str) -> tuple[int, int]:
        """Return the range of positions in `paths` that lie below a folder ("" for all)."""
        return _span(self.paths, f"{folder}/" if folder else "")

    def below(self, folder: str) -> tuple[str, ...]:
        """Return every path below a folder ("" for all)."""
        low, high = self.span(folder)
        return self.paths[low:high]

    def reach(self, place: str) -> tuple[int, int]:
        """Return the range of positions of a file itself, or of all files below a folder."""
        position = self._positions.get(place)
        return self.span(place.rstrip("/")) if position is None else (position, position + 1)

    def holds(self, path: str) -> bool:
        """Tell whether a path is tracked or holds a tracked one."""
        return path in self._positions or path in self._folder_set

    def holds_any(self, prefix: str) -> bool:
        """Tell whether any tracked path begins with a text."""
        low, high = _span(self.paths, prefix)
        return low < high

    def named(self, name: str) -> tuple[str, ...]:
        """Return every path whose last part is that name."""
        return tuple(self.paths[i] for i in self._files_named.get(name, ()))

    def folders_named(self, name: str) -> tuple[str, ...]:
        """Return every folder whose last part is that name."""
        return tuple(self._folders_named.get(name, ()))

    @property
    def file_names(self) -> Iterable[str]:
        """Return the last parts of all paths, each once."""
        return self._files_named

    def find(self, glob: Glob, base: str = "") -> Found:
        """Return what a glob that stands in folder `base` matches."""
        found = self._find_anchored(glob, base) if glob.anchored else self._find_named(glob, base)
        return Found((), found.folders) if glob.folders_only else found

    def _find_anchored(self, glob: Glob, base: str) -> Found:
        root = f"{base}/" if base else ""
        if glob.literal is not None:
            path = root + glob.literal
            position = self._positions.get(path)
            folders = (path,) if path in self._folder_set else ()
            return Found(() if position is None else (position,), folders)
        low, high = _span(self.paths, root + glob.prefix)
        first, last = _span(self.folders, root + glob.prefix)
        fullmatch, start = glob.regex.fullmatch, len(root)
        return Found(
            [i for i in range(low, high) if fullmatch(self.paths[i], start)],
            [folder for folder in self.folders[first:last] if fullmatch(folder, start)],
        )

    def _find_named(self, glob: Glob, base: str) -> Found:
        if not base:
            names = self._matching_names(glob)
            return Found(
                [i for name in names for i in self._files_named.get(name, ())],
                [folder for name in names for folder in self._folders_named.get(name, ())],
            )
        low, high = self.span(base)
        if high - low > _FEW:
            root, everywhere = f"{base}/", self._find_named(glob, "")
            return Found(
                [i for i in everywhere.files if low <= i < high],
                [folder for folder in everywhere.folders if folder.startswith(root)],
            )
        first, last = _span(self.folders, f"{base}/")
        return Found(
            [i for i in range(low, high) if glob.matches(self.paths[i])],
            [folder for folder in self.folders[first:last] if glob.matches(folder)],
        )

    def _matching_names(self, glob: Glob) -> Iterable[str]:
        """Return the file and folder names that a glob without a slash matches."""
        if glob.literal is not None:
            return (glob.literal,)
        fullmatch = glob.regex.fullmatch
        if not glob.needle:
            return [name for name in self._names if fullmatch(name)]
        return [name for name in self._containing(glob.needle) if fullmatch(name)]

    def _containing(self, needle: str) -> Iterator[str]:
        """Yield the names that contain a text, by searching them all at once."""
        joined, starts = self._joined
        at = joined.find(needle)
        while at >= 0:
            row = bisect_left(starts, at + 1) - 1
            yield self._names[row]
            at = joined.find(needle, joined.find("\n", at))

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {path: i for i, path in enumerate(self.paths)}

    @cached_property
    def _folder_set(self) -> frozenset[str]:
        return frozenset(self.folders)

    @cached_property
    def _files_named(self) -> dict[str, list[int]]:
        named: dict[str, list[int]] = {}
        for i, path in enumerate(self.paths):
            named.setdefault(path[path.rfind("/") + 1 :], []).append(i)
        return named

    @cached_property
    def _folders_named(self) -> dict[str, list[str]]:
        named: dict[str, list[str]] = {}
        for folder in self.folders:
            named.setdefault(folder[folder.rfind("/") + 1 :], []).append(folder)
        return named

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self._files_named, *self._folders_named]))

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        """Return all names, each between line ends, and where each begins."""
        starts, at = [], 1
        for name in self._names:
            starts.append(at)
            at += len(name) + 1
        # A line end inside a name would shift the rows below it; `/` is in no name.
        return "\n" + "\n".join(name.replace("\n", "/") for name in self._names) + "\n", starts


@fact
def path_index(snapshot: Snapshot) -> PathIndex:
    """Index the tracked paths once for all facts that match patterns."""
    return PathIndex((entry.path for entry in snapshot.entries), snapshot.folders)


def is_within(folder: str, others: Container[str]) -> bool:
    """Tell whether a folder is one of others, or lies in one; "" is the root, which holds all."""
    while folder and folder not in others:
        folder = folder.rpartition("/")[0]
    return folder in others


def _span(ordered: Sequence[str], prefix: str) -> tuple[int, int]:
    """Return the range of the texts in sorted order that begin with a prefix."""
    if not prefix:
        return 0, len(ordered)
    low = bisect_left(ordered, prefix)
    return low, bisect_left(ordered, prefix[:-1] + chr(ord(prefix[-1]) + 1), low)
