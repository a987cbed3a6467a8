"""Tells how a shell would read each `${{ ... }}` of a script: bare, quoted, in a here document."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_HEREDOC = re.compile(r"<<-?[ \t]{0,9}(['\"\\]?)(\w{1,100})['\"]?")
_WORD_END = frozenset(" \t\n;|&(")


class Quoting(StrEnum):
    """What an expression stands in."""

    BARE = "bare"
    DOUBLE = "double"
    SINGLE = "single"
    HERE = "here"
    QUOTED_HERE = "quoted-here"
    COMMENT = "comment"
    ODD = "odd"


class Expression(NamedTuple):
    """One `${{ ... }}` of a script."""

    start: int
    """0-based position."""
    end: int
    """Position behind it."""
    inner: str
    """What stands between the braces, without blanks around it."""
    quoting: Quoting
    """What it stands in."""


def expressions(script: str) -> tuple[Expression, ...]:
    """Return every expression of a script for bash, in order."""
    return tuple(_Reader(script).read())


class _Reader:
    """Reads a script once, from its start, and keeps what is open."""

    def __init__(self, script: str) -> None:
        self._text = script
        self._at = 0
        self._open: list[str] = []
        self._bodies: list[tuple[str, Quoting]] = []

    def read(self) -> Iterator[Expression]:
        while self._at < len(self._text):
            found = self._expression(self._quoting())
            if found is not None:
                yield found
                continue
            top = self._open[-1] if self._open else ""
            letter = self._text[self._at]
            if letter == "\n" and self._bodies and top not in {"'", '"'}:
                yield from self._here()
            elif top == "'":
                self._close_at("'")
            elif letter == "\\":
                self._at += 2
            elif top == '"':
                self._double(letter)
            elif letter == "#" and (not self._at or self._text[self._at - 1] in _WORD_END):
                yield from self._comment()
            else:
                self._bare(letter, top)

    def _expression(self, quoting: Quoting) -> Expression | None:
        if not self._text.startswith("${{", self._at):
            return None
        end = self._text.find("}}", self._at)
        if end < 0:
            return None
        start, self._at = self._at, end + 2
        return Expression(start, end + 2, self._text[start + 3 : end].strip(), quoting)

    def _quoting(self) -> Quoting:
        top = self._open[-1] if self._open else ""
        if "((" in self._open or "`" in self._open:
            return Quoting.ODD
        return {"'": Quoting.SINGLE, '"': Quoting.DOUBLE}.get(top, Quoting.BARE)

    def _close_at(self, mark: str) -> None:
        if self._text[self._at] == mark:
            self._open.pop()
        self._at += 1

    def _double(self, letter: str) -> None:
        if self._text.startswith("$(", self._at):
            self._push_substitution()
        elif letter == '"':
            self._close_at('"')
        else:
            self._toggle_backtick(letter, '"')

    def _bare(self, letter: str, top: str) -> None:
        if self._text.startswith("$(", self._at):
            self._push_substitution()
        elif letter in {"'", '"'}:
            self._open.append(letter)
            self._at += 1
        elif letter == ")" and top == "((" and self._text.startswith("))", self._at):
            self._open.pop()
            self._at += 2
        elif letter == ")" and top == "(":
            self._open.pop()
            self._at += 1
        elif letter == "(":
            self._push_group()
        elif letter == "<" and self._text.startswith("<<<", self._at):
            self._at += 3
        elif letter == "<" and (here := _HEREDOC.match(self._text, self._at)) is not None:
            quoting = Quoting.QUOTED_HERE if here[1] else Quoting.HERE
            self._bodies.append((here[2], quoting))
            self._at = here.end()
        else:
            self._toggle_backtick(letter, top)

    def _push_substitution(self) -> None:
        wide = self._text.startswith("$((", self._at)
        self._open.append("((" if wide else "(")
        self._at += 3 if wide else 2

    def _push_group(self) -> None:
        wide = self._text.startswith("((", self._at)
        self._open.append("((" if wide else "(")
        self._at += 2 if wide else 1

    def _toggle_backtick(self, letter: str, top: str) -> None:
        if letter == "`":
            if top == "`":
                self._open.pop()
            else:
                self._open.append("`")
        self._at += 1

    def _comment(self) -> Iterator[Expression]:
        while self._at < len(self._text) and self._text[self._at] != "\n":
            found = self._expression(Quoting.COMMENT)
            if found is not None:
                yield found
            else:
                self._at += 1

    def _here(self) -> Iterator[Expression]:
        """Read the bodies of the here documents that the line before announced."""
        bodies, self._bodies = self._bodies, []
        self._at += 1
        for word, quoting in bodies:
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                is_last = self._text[self._at : end].strip() == word
                while self._at < end:
                    found = None if is_last else self._expression(quoting)
                    if found is not None:
                        yield found
                    else:
                        self._at += 1
                if is_last:
                    break
                self._at = end + 1
