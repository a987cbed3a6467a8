"""Where the keys and values of a TOML text stand, which the standard parser doesn't tell."""

import re
import tomllib
from bisect import bisect_right
from typing import TypeAlias

from autodevops.model.patterns import regex

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the top of the document; numbers are positions in arrays, from 0."""

DEEPEST = 32
"""How many levels a document may have; a guide has five."""

_BLANK = regex(r"(?:[ \t\n]|#[^\n]*)+")
_BARE = regex(r"[A-Za-z0-9_-]+")
_SCALAR = regex(r"[^,\]}\n#]+")
# Ordered: three quotes before one. The lazy repeats read each character once.
_STRINGS = (
    ('"""', re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})', re.DOTALL)),
    ("'''", re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)),
    ('"', re.compile(r'"(?:\\.|[^"\\\n])*"')),
    ("'", re.compile(r"'[^'\n]*'")),
)


class TooDeepError(ValueError):
    """A text nests so deep that the standard parser would take too long or give up."""


def positions(text: str) -> dict[KeyPath, int]:
    """Return the 1-based line of every key and array element of a TOML text, in linear time.

    Raises TooDeepError, so that a hostile text never reaches the standard parser, and ValueError
    where the text is not TOML; what is wrong there, that parser says better.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks over a text; accepts all that is TOML, and some that is not."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._arrays: dict[KeyPath, int] = {}
        self.lines: dict[KeyPath, int] = {}

    def document(self) -> None:
        """Read headers and statements up to the end."""
        table: KeyPath = ()
        self._skip()
        while self._at < len(self._text):
            if self._peek("["):
                table = self._header()
            else:
                self._statement(table)
            line = self._line()
            self._skip()
            if self._at < len(self._text) and self._line() == line:
                raise ValueError(line)

    def _header(self) -> KeyPath:
        """Read `[table]` or `[[table]]` and return its path."""
        line = self._line()
        is_array = self._peek("[[")
        self._at += 2 if is_array else 1
        path: KeyPath = ()
        keys = self._keys()
        for position, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if is_array and position == len(keys) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
                self.lines.setdefault(path, line)
        self._expect("]]" if is_array else "]")
        return path

    def _statement(self, table: KeyPath) -> None:
        """Read `key = value`."""
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._expect("=")
        self._skip()
        self._value(path)

    def _keys(self) -> list[str]:
        """Read a key, dotted or not, and the blanks after it."""
        keys: list[str] = []
        while True:
            self._skip()
            if bare := _BARE.match(self._text, self._at):
                keys.append(bare.group())
                self._at = bare.end()
            else:
                quoted = self._string()
                keys.append(_unquoted(quoted))
            if len(keys) > DEEPEST:
                raise TooDeepError(self._line())
            self._skip()
            if not self._peek("."):
                return keys
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        """Read a value and note what it holds."""
        if len(path) > DEEPEST:
            raise TooDeepError(self._line())
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline_table(path)
        elif self._peek('"') or self._peek("'"):
            self._string()
        elif scalar := _SCALAR.match(self._text, self._at):
            self._at = scalar.end()
        else:
            raise ValueError(self._line())

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        self._skip()
        position = 0
        while not self._peek("]"):
            element = (*path, position)
            self.lines[element] = self._line()
            self._value(element)
            position += 1
            self._comma("]")
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        self._skip()
        while not self._peek("}"):
            self._statement(path)
            self._comma("}")
        self._at += 1

    def _comma(self, closing: str) -> None:
        """Read what stands between two elements, or nothing before the closing bracket."""
        self._skip()
        if not self._peek(closing):
            self._expect(",")
            self._skip()

    def _expect(self, mark: str) -> None:
        if not self._peek(mark):
            raise ValueError(self._line())
        self._at += len(mark)

    def _string(self) -> str:
        """Read a string and return it as written."""
        for opening, whole in _STRINGS:
            if self._peek(opening) and (found := whole.match(self._text, self._at)):
                self._at = found.end()
                return found.group()
        raise ValueError(self._line())

    def _skip(self) -> None:
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()

    def _peek(self, expected: str) -> bool:
        return self._text.startswith(expected, self._at)

    def _line(self) -> int:
        return bisect_right(self._breaks, self._at - 1) + 1


def _unquoted(written: str) -> str:
    """Return the key that a quoted key stands for."""
    read = tomllib.loads(f"key = {written}")["key"]
    return read if isinstance(read, str) else written
