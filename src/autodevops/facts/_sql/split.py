"""Cuts SQL text into statements without parsing it, so that a broken one hides only itself.

Quotes, dollar quotes, nested comments, the data of `COPY ... FROM stdin`, psql's own commands and
`BEGIN ATOMIC` bodies are stepped over.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.model.patterns import regex

_MARK = regex(r"--|/\*|'|\"|\$(?:[A-Za-z_][A-Za-z_0-9]{0,60})?\$|;")
_NESTED = regex(r"/\*|\*/")
_BLANK = regex(r"\s+|--[^\n]*|\\[^\n]*")
_COPY = regex(r"copy\b[^;]*\bfrom\s+stdin\b", re.IGNORECASE)
_ATOMIC = regex(r"\bbegin\s+atomic\b", re.IGNORECASE)
_CASE_OR_END = regex(r"\b(?:case|end)\b", re.IGNORECASE)
_ESCAPED = regex(r"(?:[^'\\]++|\\.|'')*+'", re.DOTALL)
_SPACES = regex(r"\s+")


class Statement(NamedTuple):
    """One statement as written."""

    text: str
    """From its first word up to the semicolon, which is left out."""
    line: int
    """1-based line of its first word."""
    code: int
    """How many characters stand outside quotes and comments."""


def split(text: str) -> Iterator[Statement]:
    """Yield every statement of a text, in time linear to its length."""
    cursor = _Cursor(text)
    at, line, counted = 0, 1, 0
    while (start := _skip_blank(text, at, cursor)) < len(text):
        line += text.count("\n", counted, start)
        counted = start
        end, code = cursor.end_of_statement(start)
        statement = text[start:end]
        if statement.strip():
            yield Statement(statement, line, code)
        at = end + 1
        if _COPY.match(statement[:2000]):
            at = _after_copied_data(text, at)


def code_of(text: str) -> str:
    """Return SQL without comments, blanks collapsed: what a change of wording leaves the same."""
    codes = (_without_comments(statement.text) for statement in split(text))
    return ";".join(_SPACES.sub(" ", code).strip() for code in codes)


class _Cursor:
    """Steps over quotes and comments."""

    def __init__(self, text: str) -> None:
        self._text = text

    def end_of_statement(self, start: int) -> tuple[int, int]:
        """Return where the statement ends and how much of it is code."""
        text, at, code = self._text, start, 0
        depth, seen, atomic = 0, start, False
        while (mark := _MARK.search(text, at)) is not None:
            code += mark.start() - at
            if mark[0] != ";":
                at = self.after(mark)
                continue
            piece = text[seen : mark.start()]
            if not atomic and (opened := _ATOMIC.search(piece)) is not None:
                atomic, depth = True, 1
                piece = piece[opened.end() :]
            if atomic:
                for word in _CASE_OR_END.findall(piece):
                    depth += 1 if word.lower() == "case" else -1
            if not atomic or depth <= 0:
                return mark.start(), code
            seen = at = mark.end()
        return len(text), code + len(text) - at

    def after(self, mark: re.Match[str]) -> int:
        """Return where what a mark opens has ended."""
        text, opened = self._text, mark[0]
        if opened == "--":
            return _found(text.find("\n", mark.end()), text)
        if opened == "/*":
            return self.after_comment(mark.end())
        if opened in "'\"":
            return self._after_quote(mark)
        return _found(text.find(opened, mark.end()), text, len(opened))

    def after_comment(self, at: int) -> int:
        """Return where a comment ends whose text begins here; comments nest."""
        depth = 1
        while depth and (mark := _NESTED.search(self._text, at)) is not None:
            depth += 1 if mark[0] == "/*" else -1
            at = mark.end()
        return len(self._text) if depth else at

    def _after_quote(self, mark: re.Match[str]) -> int:
        text, at = self._text, mark.end()
        before = text[max(0, mark.start() - 2) : mark.start()]
        escapes = before[-1:] in ("e", "E") and not before[:-1].isalnum() and mark[0] == "'"
        if escapes:
            escaped = _ESCAPED.match(text, at)
            return len(text) if escaped is None else escaped.end()
        while at < len(text):
            end = text.find(mark[0], at)
            if end < 0:
                return len(text)
            if text[end + 1 : end + 2] != mark[0]:
                return end + 1
            at = end + 2
        return at


def _found(at: int, text: str, length: int = 0) -> int:
    return len(text) if at < 0 else at + length


def _skip_blank(text: str, at: int, cursor: "_Cursor") -> int:
    """Return where the next statement begins: after blanks, comments and psql's own commands."""
    while at < len(text):
        if text.startswith("/*", at):
            at = cursor.after_comment(at + 2)
        elif text[at] == ";":
            at += 1
        elif (blank := _BLANK.match(text, at)) is not None:
            at = blank.end()
        else:
            break
    return at


def _after_copied_data(text: str, at: int) -> int:
    end = text.find("\n\\.", at)
    return len(text) if end < 0 else _found(text.find("\n", end + 1), text)


def _without_comments(text: str) -> str:
    cursor, kept, at = _Cursor(text), [], 0
    while (mark := _MARK.search(text, at)) is not None:
        end = mark.end() if mark[0] == ";" else cursor.after(mark)
        kept.append(text[at : mark.start()])
        kept.append(" " if mark[0] in ("--", "/*") else text[mark.start() : end])
        at = end
    kept.append(text[at:])
    return "".join(kept)
