"""What all sections of the guide share: strict structs and the guide's own patterns."""

from functools import lru_cache
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

Pattern: TypeAlias = Annotated[str, msgspec.Meta(title="pattern", min_length=1)]
"""A name or pattern as `matches` reads it."""
PathPattern: TypeAlias = Annotated[str, msgspec.Meta(title="path", min_length=1)]
"""A path or pattern of paths, relative to the repository's root, with `/`."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A part of a section; where it has a `name`, the TOML key of its table is that name."""


class Section(Entry, frozen=True, kw_only=True):
    """One concern of the guide; TOML keys are the field names with dashes."""

    section: str
    """Heading of the guide that the values come from."""


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text fits a pattern; never slower than the product of both lengths.

    Only `*` (any run of characters, `/` included) and `?` (any one character) are special, so names
    with `[` or `]` mean themselves. A text equal to the pattern always fits.
    """
    if pattern == text:
        return True
    return _matches_runs(pattern, text) if "?" not in pattern else _matches_signs(pattern, text)


def _matches_runs(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern without `?`: it holds the parts between `*` in order."""
    parts = _between_stars(pattern)
    if len(parts) == 1:
        return False
    first, *middle, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=1024)
def _between_stars(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("*"))


def _matches_signs(pattern: str, text: str) -> bool:
    at = position = retry = 0
    star = -1
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            retry += 1
            at, position = star + 1, retry
        else:
            return False
    return not pattern[at:].strip("*")


def matches_any(patterns: tuple[str, ...], text: str) -> bool:
    """Tell whether the text fits one of the patterns; quick enough to ask of every path."""
    sorted_out = _sort_out(patterns)
    return (
        text in sorted_out.exact
        or text.startswith(sorted_out.prefixes)
        or text.endswith(sorted_out.suffixes)
        # Asked of every path: where there are no others, nothing is set up to go through them.
        or (bool(sorted_out.others) and any(matches(one, text) for one in sorted_out.others))
    )


class _Sorted(NamedTuple):
    """Patterns by how they can be compared."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    others: tuple[str, ...]


@lru_cache(maxsize=256)
def _sort_out(patterns: tuple[str, ...]) -> _Sorted:
    """Return the patterns by kind: the frequent kinds need no loop in Python."""
    prefixes: list[str] = []
    suffixes: list[str] = []
    others: list[str] = []
    for pattern in patterns:
        if "?" in pattern or pattern.count("*") > 1:
            others.append(pattern)
        elif pattern.endswith("*"):
            prefixes.append(pattern[:-1])
        elif pattern.startswith("*"):
            suffixes.append(pattern[1:])
        elif "*" in pattern:
            others.append(pattern)
    return _Sorted(frozenset(patterns), tuple(prefixes), tuple(suffixes), tuple(others))
