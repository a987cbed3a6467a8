"""TOML text as a table; whatever the text is, it ends soon."""

import re
import tomllib

from autodevops.model.patterns import regex

MAX_KEYS = 64
"""Most parts of a dotted key: the parser's time grows with their square."""

_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]{0,99}\.[ \t]{0,99}"
_LONG_KEY = regex(rf"(?<![\w\"'.-])(?:{_PART}){{{MAX_KEYS}}}")


class TomlError(ValueError):
    """The text is no TOML, or more than a reader can bear."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        """Keep why, and the 1-based line where it is known."""
        super().__init__(reason)
        self.reason = reason
        self.line = line


def load(text: str) -> dict[str, object]:
    """Return the table that a TOML text holds; raise `TomlError`, and nothing else, without one."""
    long = _LONG_KEY.search(text) if text.count(".") >= MAX_KEYS else None
    if long is not None:
        line = text.count("\n", 0, long.start()) + 1
        raise TomlError(f"a key has more than {MAX_KEYS} parts", line)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise TomlError("it is nested too deeply") from error
    except ValueError as error:
        # Not only the parser's own error: a number can be too long for Python.
        at = re.search(r"line (\d{1,9})", str(error))
        raise TomlError(str(error), int(at[1]) if at else None) from error
