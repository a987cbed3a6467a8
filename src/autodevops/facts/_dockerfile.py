"""Dockerfile text as instructions with lines, by the rules of BuildKit's own parser.

Parser directives (`# escape=`), continued lines with comments and blank lines between them, and
here-documents are read as `docker build` reads them
(https://docs.docker.com/reference/dockerfile/). Nothing raises, whatever the text is.
"""

import json
import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._docker_words import split, unquoted
from autodevops.facts._words import words
from autodevops.model.patterns import regex

MAX_LINES = 10_000
"""Most lines of one file that are read."""
MAX_INSTRUCTIONS = 1_000
"""Most instructions of one file that are read."""
_MAX_VALUE = 1_000

_DIRECTIVE = regex(r"#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=(.*)")
_COMMENT = regex(r"[ \t]*#")
_HEREDOC = regex(r"\d{0,3}<<(-?)(['\"]?)([A-Za-z0-9_.]+)\2")
_WITH_HEREDOC = words("ADD COPY RUN")
_FLAG = regex(r"--([a-z][a-z-]*)(?:=(.*))?", re.DOTALL)
_VARIABLE = regex(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})")


class Word(NamedTuple):
    """One word of an instruction."""

    text: str
    """Quotes and escapes resolved; variables as written."""
    line: int
    """1-based line where it begins."""


class Instruction(Struct, frozen=True, dict=True):
    """One instruction."""

    name: str
    """In upper case."""
    line: int
    """1-based first line."""
    end_line: int
    """1-based last line, here-documents included."""
    flags: tuple[tuple[str, str], ...]
    """Options such as `--from=build`, in their order; without a value, empty text."""
    rest: str
    """What follows the options, continued lines joined, without the here-documents."""
    marks: tuple[tuple[int, int], ...]
    """Where in `rest` each line begins: position and 1-based line."""
    heredocs: tuple[str, ...]
    """Bodies of its here-documents."""
    escape: str
    """The escape character in force."""

    def flag(self, name: str) -> str | None:
        """Return the value of the last option of that name."""
        return next((value for key, value in reversed(self.flags) if key == name), None)

    def line_of(self, position: int) -> int:
        """Return the 1-based line of a position in `rest`."""
        at = bisect_right(self.marks, (position, MAX_LINES * 2)) - 1
        return self.marks[at][1] if at >= 0 else self.line

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words, as a shell would split them."""
        return tuple(
            Word(unquoted(text, self.escape), self.line_of(at))
            for at, text in split(self.rest, self.escape)
        )

    @cached_property
    def json(self) -> tuple[str, ...] | None:
        """Return the items of the JSON (exec) form; None for the shell form."""
        if not self.rest.startswith("["):
            return None
        try:
            items = json.loads(self.rest)
        except (ValueError, RecursionError):
            return None
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            return None
        return tuple(items)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the arguments of `COPY`, `ADD` or `SHELL`, in either form."""
        return self.json if self.json is not None else tuple(word.text for word in self.words)

    @cached_property
    def settings(self) -> tuple[tuple[str, str | None, int], ...]:
        """Return what `ENV`, `ARG` or `LABEL` sets: name, value (None without one) and line."""
        if not self.words:
            return ()
        first = self.words[0]
        if self.name != "ARG" and "=" not in first.text:
            raw = self.rest[len(first.text) :].strip()
            return ((first.text, unquoted(raw, self.escape), first.line),)
        found = []
        for word in self.words:
            name, equals, value = word.text.partition("=")
            found.append((name, value if equals else None, word.line))
        return tuple(found)

    @property
    def script(self) -> str:
        """Return all text that a `RUN` gives to its shell."""
        return "\n".join((self.rest, *self.heredocs))


def read_instructions(text: str) -> tuple[Instruction, ...]:
    """Return the instructions of a Dockerfile, in their order."""
    lines = text.split("\n")[:MAX_LINES]
    escape, at = _directives(lines)
    found: list[Instruction] = []
    while at < len(lines) and len(found) < MAX_INSTRUCTIONS:
        if not lines[at].strip() or _COMMENT.match(lines[at]):
            at += 1
            continue
        instruction, at = _instruction(lines, at, escape)
        found.append(instruction)
    return tuple(found)


def expand(text: str, values: dict[str, str | None]) -> str | None:
    """Return a text with its variables replaced; None when one has no known value or it grows."""
    if "$" not in text:
        return text
    if len(text) > _MAX_VALUE:
        return None
    known = True

    def replaced(found: re.Match[str]) -> str:
        nonlocal known
        name, operator, word = found[1] or found[2], found[3], found[4] or ""
        value = values.get(name)
        if operator in {":+", "+"}:
            return word if value else ""
        if value or (value is not None and operator != ":-"):
            return value
        if operator in {":-", "-"}:
            return word
        known = False
        return ""

    result = _VARIABLE.sub(replaced, text)
    return result if known and "$" not in result and len(result) <= _MAX_VALUE else None


def _directives(lines: list[str]) -> tuple[str, int]:
    """Return the escape character and the first line after the parser directives."""
    escape = "\\"
    for at, line in enumerate(lines):
        match = _DIRECTIVE.fullmatch(line.strip())
        if match is None:
            return escape, at
        if match[1].lower() == "escape" and match[2].strip() in {"`", "\\"}:
            escape = match[2].strip()
    return escape, len(lines)


def _instruction(lines: list[str], at: int, escape: str) -> tuple[Instruction, int]:
    """Read the instruction that begins on a line; return it and the line after it."""
    start = at
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    while at < len(lines):
        line = lines[at].lstrip(" \t") if at == start else lines[at]
        at += 1
        if at - 1 > start and (not line.strip() or _COMMENT.match(line)):
            continue
        body = line.rstrip(" \t")
        continued = body.endswith(escape) and not body.endswith(escape * 2)
        piece = body[:-1] if continued else line
        marks.append((length, at))
        parts.append(piece)
        length += len(piece)
        if not continued:
            break
    joined = "".join(parts).rstrip()
    name, flags, offset = _head(joined, escape)
    rest = joined[offset:]
    heredocs: tuple[str, ...] = ()
    if name in _WITH_HEREDOC and "<<" in rest:
        heredocs, at = _heredocs(rest, lines, at)
    placed = tuple((max(0, position - offset), line) for position, line in marks)
    read = Instruction(name, start + 1, at, flags, rest, placed, heredocs, escape)
    return read, at


def _head(joined: str, escape: str) -> tuple[str, tuple[tuple[str, str], ...], int]:
    """Return an instruction's name, its options and where the rest begins."""
    name = (joined.split(None, 1) or [""])[0]
    offset = len(name)
    flags = []
    for at, text in split(joined[len(name) :], escape):
        match = _FLAG.fullmatch(unquoted(text, escape))
        if match is None:
            break
        flags.append((match[1], match[2] or ""))
        offset = len(name) + at + len(text)
    offset += len(joined[offset:]) - len(joined[offset:].lstrip())
    return name.upper(), tuple(flags), offset


def _heredocs(rest: str, lines: list[str], at: int) -> tuple[tuple[str, ...], int]:
    """Read the here-documents that an instruction opens; return them and the line after."""
    bodies = []
    for chomp, _quote, name in _HEREDOC.findall(rest):
        end = at
        while end < len(lines):
            line = lines[end].lstrip("\t") if chomp else lines[end]
            if line.rstrip() == name:
                break
            end += 1
        bodies.append("\n".join(lines[at:end]))
        at = min(end + 1, len(lines))
    return tuple(bodies), at
