"""The least of a repository's files that a model needs: lines around the places of a finding."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from autodevops.advice.denied import is_denied
from autodevops.advice.interface import Masker
from autodevops.advice.plain import plain
from autodevops.model.finding import Finding
from autodevops.model.snapshot import Snapshot

AROUND = 15
"""Lines before and after a place."""
BEGINNING = 60
"""Lines of a file that a finding names without a line."""
MOST_FILES = 4
"""Files of one finding."""
MOST_CHARACTERS = 8_000
"""Characters of one file."""
_LARGEST = 1 << 18
"""Bytes of the largest file of which anything is sent."""


class Excerpt(Struct, frozen=True, kw_only=True):
    """What is sent of one file."""

    path: str
    """The file."""
    text: str | None
    """Its lines with their numbers; None when its content stays here."""
    is_whole: bool = False
    """Whether that is all of the file, as it is."""


def excerpts(
    finding: Finding,
    snapshot: Snapshot,
    masker: Masker,
    is_ignored: Callable[[str], bool],
) -> tuple[Excerpt, ...]:
    """Return what is sent of the files that a finding names; old versions are not looked into.

    Raises MaskingError when a file could not be searched for secrets.
    """
    lines: dict[str, set[tuple[int, int] | None]] = {}
    for place in finding.locations:
        if place.path is None or place.commit is not None:
            continue
        span = None if place.line is None else (place.line, place.end_line or place.line)
        lines.setdefault(place.path, set()).add(span)
    found = []
    for path, spans in list(lines.items())[:MOST_FILES]:
        if path not in snapshot.by_path:
            continue
        if is_denied(path) or is_ignored(path):
            found.append(Excerpt(path=path, text=None))
            continue
        content = snapshot.view().text(path, _LARGEST)
        if content is None:
            found.append(Excerpt(path=path, text=None))
        else:
            found.append(_excerpt(path, content, spans, masker))
    return tuple(found)


def _excerpt(
    path: str, content: str, spans: Iterable[tuple[int, int] | None], masker: Masker
) -> Excerpt:
    """Return the numbered lines of a file; secrets go first, for a cut might hide one."""
    masked = masker.mask(content, path)
    lines = masked.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    wanted = sorted({number for span in spans for number in _wanted(span) if number <= len(lines)})
    numbered = "\n".join(_numbered(lines, wanted))
    text = plain(numbered, MOST_CHARACTERS)
    is_whole = masked == content and len(wanted) == len(lines) and text == numbered
    return Excerpt(path=path, text=text, is_whole=is_whole)


def _wanted(span: tuple[int, int] | None) -> Iterable[int]:
    if span is None:
        return range(1, BEGINNING + 1)
    first, last = span
    return range(max(1, first - AROUND), min(last, first + 4 * AROUND) + AROUND + 1)


def _numbered(lines: list[str], wanted: Iterable[int]) -> Iterator[str]:
    before = 0
    for number in wanted:
        if number != before + 1:
            yield "[...]"
        yield f"{number:>5}| {lines[number - 1]}"
        before = number
    if before < len(lines):
        yield "[...]"
