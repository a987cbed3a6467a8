"""Blanks what is no prose in Markdown: code, comments, front matter; lines and columns stay.

A line-based reading, for looks at thousands of documents; the real parser takes twenty times as
long. Where the two differ, this one blanks more.
"""

from collections.abc import Sequence

from autodevops.facts._words import words
from autodevops.model.patterns import regex

_FENCE = regex(r"(?:[ \t>]|[-*+] |\d{1,3}[.)] ){0,12}(`{3,}|~{3,})([^\n]*)")
_ITEM = regex(r"[ \t>]{0,40}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_INLINE = regex(r"(?<![`\\])(`{1,4})(?!`)([^\n]{1,2000}?)(?<!`)\1(?!`)")
_LONGEST_LINE = 5_000
_DOCUMENTS = (".md", ".markdown", ".mdx")
_HISTORY = words("changelog changes history news releases release_notes release-notes changelogs")


def is_document(path: str) -> bool:
    """Tell whether a path is written in Markdown."""
    return path.lower().endswith(_DOCUMENTS)


def is_history(path: str) -> bool:
    """Tell whether a document records what once was: a changelog or release notes."""
    lowered = path.lower()
    name = lowered.rpartition("/")[2].partition(".")[0]
    return name.startswith(("changelog", "release-notes", "release_notes")) or not (
        _HISTORY.isdisjoint([*lowered.split("/")[:-1], name])
    )


def without_blocks(text: str) -> str:
    """Return a text with front matter, blocks of code and comments blanked."""
    lines = without_comments(text).split("\n")
    fence = ""
    listed = was_blank = was_code = False
    start = front_matter(lines)
    for at, line in enumerate(lines):
        if at < start:
            lines[at] = ""
            continue
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            lines[at] = ""
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            continue
        if found and ("`" not in found[2] or found[1][0] == "~"):
            fence, lines[at] = found[1], ""
            continue
        if not line.strip():
            was_blank = True
            continue
        indented = line.startswith(("    ", "\t"))
        is_code = indented and not listed and (was_blank or was_code)
        if is_code:
            lines[at] = ""
        if not indented:
            listed = _ITEM.match(line) is not None or (listed and line.startswith(" "))
        elif not is_code:
            listed = listed or _ITEM.match(line) is not None
        was_blank, was_code = False, is_code
    return "\n".join(lines)


def without_inline_code(text: str) -> str:
    """Return a text with what stands in backticks blanked, every column kept."""
    if "`" not in text:
        return text
    return _INLINE.sub(lambda found: " " * len(found[0]), text)


def inline_code(line: str) -> tuple[str, ...]:
    """Return what stands in backticks on a line."""
    return (
        tuple(found[2].strip() for found in _INLINE.finditer(line[:_LONGEST_LINE]))
        if "`" in line
        else ()
    )


def front_matter(lines: Sequence[str]) -> int:
    """Return how many lines of YAML stand at the top of a document, its marks included."""
    if lines[0].rstrip() != "---":
        return 0
    for end, line in enumerate(lines[1:200], start=1):
        if line.rstrip() in ("---", "..."):
            return end + 1
    return 0


def without_comments(text: str) -> str:
    """Return a text with HTML comments blanked, every line kept."""
    at = text.find("<!--")
    if at < 0:
        return text
    parts, done = [], 0
    while at >= 0:
        end = text.find("-->", at)
        end = len(text) if end < 0 else end + 3
        parts += [text[done:at], "\n" * text.count("\n", at, end)]
        done = end
        at = text.find("<!--", done)
    return "".join([*parts, text[done:]])
