"""Finds what somebody still has to write in a document: slots, reminders, headings without text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._markdown_parts import Markdown, Section
from autodevops.facts._prose import without_blocks, without_comments, without_inline_code
from autodevops.model.patterns import regex

_SLOT = regex(
    r"\[(?:configure|insert|add|todo|tbd|tba|fixme|your|enter|fill|name|phone|contact|describe"
    r"|specify|replace|placeholder|to be (?:defined|determined|added|done|filled|written))\b"
    r"[^\]\[\n]{0,120}\](?![(\[:])",
    re.IGNORECASE,
)
_REMINDER = regex(
    r"\b(?:TODO|TBD|FIXME)\b(?!['\u2019\w]|[ -](?:[Ll]ists?|[Aa]pps?|[Cc]omments?|[Ii]tems?"
    r"|[Ss]ervices?|[Mm]arkers?|[Tt]ags?|s\b|is\b|are\b|in the code))"
)
_DEFINITION = regex(r"^ {0,3}\[([^\]\n]{1,200})\]:", re.MULTILINE)
# Whoever writes "search for TODO" has nothing left to do.
_ABOUT = regex(r"\b(?:grep|search(?:es)?|look|scan|check)\b.{0,40}$", re.IGNORECASE)
_ABOUT_REACH = 60
"""Characters before a reminder that are looked at: the words above, and what may follow them."""


class Unwritten(NamedTuple):
    """One thing that is still to be written."""

    line: int
    """1-based line."""
    text: str
    """What stands there."""


def unwritten(text: str, markdown: Markdown) -> tuple[Unwritten, ...]:
    """Return what is still to be written in a document, by line."""
    found = [*_slots(text), *_empty_headings(markdown)]
    return tuple(sorted(found))


def is_slot(text: str) -> bool:
    """Tell whether a text holds a slot or a reminder instead of what belongs there."""
    return _SLOT.search(text) is not None or _REMINDER.search(text) is not None


def _slots(text: str) -> Iterator[Unwritten]:
    defined = {found[1].casefold() for found in _DEFINITION.finditer(text)}
    prose = without_inline_code(without_blocks(text))
    for number, line in enumerate(prose.split("\n"), start=1):
        # Quoted lines are messages to copy: whoever sends one fills it in.
        if line.lstrip().startswith(">"):
            continue
        for found in _SLOT.finditer(line):
            if found[0][1:-1].casefold() not in defined:
                yield Unwritten(number, found[0])
        if "[" in line and any(_SLOT.finditer(line)):
            continue
        for found in _REMINDER.finditer(line):
            quoted = line[found.start() - 1 : found.start()] in {'"', "'", "“"}
            before = line[max(0, found.start() - _ABOUT_REACH) : found.start()]
            if not quoted and not _ABOUT.search(before):
                yield Unwritten(number, line.strip()[:80])
                break


def _empty_headings(markdown: Markdown) -> Iterator[Unwritten]:
    """Yield the headings below which nothing stands; a title may be followed by its parts."""
    for section in markdown.sections[1:]:
        if not _holds_text(section):
            heading = section.heading
            yield Unwritten(heading.line, f"{'#' * heading.level} {heading.text} (no text)")


def _holds_text(section: Section) -> bool:
    lines = without_comments(section.whole).split("\n")
    return any(line.strip().strip("-*_=") for line in lines)
