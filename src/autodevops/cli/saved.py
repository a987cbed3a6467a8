"""Reads saved reports from files and standard input."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from autodevops.errors import ConfigurationError
from autodevops.model.report import Result
from autodevops.render.saved import read_reports

LIMIT = 1 << 30
"""Largest file that is read, in bytes."""
_CHUNK = 1 << 20


def read_all(names: Iterable[str]) -> tuple[Result, ...]:
    """Return the results of all files, in their order; `-` is standard input.

    Raises ConfigurationError for a file that can't be read or holds no report.
    """
    return tuple(result for name in names for result in read_reports(_content(name), name))


def _content(name: str) -> bytes:
    if name == "-":
        return b"" if sys.stdin is None else _bounded(sys.stdin.buffer)
    try:
        with Path(name).open("rb") as file:
            return _bounded(file)
    except OSError as error:
        raise ConfigurationError(
            f"the report can't be read: {error.strerror}", advice="check the path", path=name
        ) from None


def _bounded(file: BinaryIO) -> bytes:
    """Return a file's bytes up to the limit; room for all of that is not taken beforehand."""
    parts: list[bytes] = []
    left = LIMIT
    while left > 0 and (part := file.read(min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
