"""What all sections of the guide share: strict structs and the guide's own patterns."""

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A part of a section; where it has a `name`, the TOML key of its table is that name."""


class Section(Entry, frozen=True, kw_only=True):
    """One concern of the guide; TOML keys are the field names with dashes."""

    section: str
    """Heading of the guide that the values come from."""


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text fits a pattern, in time linear in practice.

    Only `*` (any run of characters, `/` included) and `?` (any one character) are special, so names
    with `[` or `]` mean themselves. A text equal to the pattern always fits.
    """
    at = retry_at = 0
    star = -1
    position = 0
    if pattern == text:
        return True
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry_at = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            retry_at += 1
            at, position = star + 1, retry_at
        else:
            return False
    return not pattern[at:].strip("*")


def matches_any(patterns: tuple[str, ...], text: str) -> bool:
    """Tell whether the text fits one of the patterns."""
    return any(matches(pattern, text) for pattern in patterns)
