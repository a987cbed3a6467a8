"""One TOML file of the guide's chain: its tables, and the line of everything in it."""

import tomllib
from collections.abc import Mapping
from posixpath import basename
from typing import Any

from msgspec import Struct

from autodevops.errors import ConfigurationError
from autodevops.guide.positions import DEEPEST, KeyPath, TooDeepError, positions
from autodevops.model.patterns import regex

PYPROJECT = "pyproject.toml"
"""The file that other tools share; ours is one of its tables."""
PYPROJECT_TABLE = ("tool", "autodevops")
"""Where our settings are in it."""
TEXT_LIMIT = 1 << 18
"""Largest file of a guide, in characters."""

_PLACE = regex(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class Document(Struct, frozen=True, kw_only=True):
    """A file's tables with their lines."""

    path: str
    """The file, as people know it."""
    tables: Mapping[str, Any]
    """What it says."""
    lines: Mapping[KeyPath, int]
    """1-based line of each key and array element; empty for the built-in guide."""

    def line(self, path: KeyPath) -> int | None:
        """Return the line of a key, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            if (found := self.lines.get(path[:end])) is not None:
                return found
        return None

    def mistake(self, message: str, path: KeyPath, advice: str) -> ConfigurationError:
        """Return the error for what stands at a key."""
        return ConfigurationError(message, advice=advice, path=self.path, line=self.line(path))


def parse_document(text: str, path: str) -> Document:
    """Return what a file says; of a `pyproject.toml` only our table, empty without one.

    Raises ConfigurationError for a text that is not TOML, or too large or too deep.
    """
    if len(text) > TEXT_LIMIT:
        advice = f"a guide has at most {TEXT_LIMIT:,} characters"
        raise ConfigurationError("the file is too large for a guide", advice=advice, path=path)
    try:
        lines = _positions(text)
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, path) from None
    except (TooDeepError, RecursionError):
        message = f"the file nests deeper than {DEEPEST} levels"
        raise ConfigurationError(message, advice="write it with fewer levels", path=path) from None
    except (ValueError, OverflowError):
        message = "the file holds a number that is too long"
        raise ConfigurationError(message, advice="write a shorter one", path=path) from None
    if basename(path.replace("\\", "/")) == PYPROJECT:
        return _our_table(tables, lines, path)
    return Document(path=path, tables=tables, lines=lines)


def _positions(text: str) -> Mapping[KeyPath, int]:
    """Return the lines of a text, none when it isn't TOML; raises TooDeepError."""
    try:
        return positions(text.replace("\r\n", "\n"))
    except TooDeepError:
        raise
    except ValueError:
        return {}


def _syntax_error(said: str, text: str, path: str) -> ConfigurationError:
    """Return the parser's complaint with its line where we say lines."""
    found = _PLACE.match(said)
    what = found["what"] if found else said
    line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
    message = f"this is not TOML: {what[0].lower()}{what[1:]}"
    advice = "see https://toml.io/en/v1.0.0 for how to write it"
    return ConfigurationError(message, advice=advice, path=path, line=line)


def _our_table(tables: Mapping[str, Any], lines: Mapping[KeyPath, int], path: str) -> Document:
    """Return `[tool.autodevops]` as if it were a file of its own."""
    ours: Any = tables
    for key in PYPROJECT_TABLE:
        ours = ours.get(key, {}) if isinstance(ours, Mapping) else {}
    depth = len(PYPROJECT_TABLE)
    if not isinstance(ours, Mapping):
        message = "`tool.autodevops` is a table"
        raise ConfigurationError(
            message, advice="write [tool.autodevops]", path=path, line=lines.get(PYPROJECT_TABLE)
        )
    kept = {at[depth:]: line for at, line in lines.items() if at[:depth] == PYPROJECT_TABLE}
    return Document(path=path, tables=ours, lines=kept)
