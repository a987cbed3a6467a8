"""Reads saved reports from files and standard input."""

import sys
from collections.abc import Iterable
from pathlib import Path

from autodevops.errors import ConfigurationError
from autodevops.model.report import Result
from autodevops.render.saved import read_reports

LIMIT = 1 << 30
"""Largest file that is read, in bytes."""


def read_all(names: Iterable[str]) -> tuple[Result, ...]:
    """Return the results of all files, in their order; `-` is standard input.

    Raises ConfigurationError for a file that can't be read or holds no report.
    """
    return tuple(result for name in names for result in read_reports(_content(name), name))


def _content(name: str) -> bytes:
    if name == "-":
        return b"" if sys.stdin is None else sys.stdin.buffer.read(LIMIT)
    try:
        with Path(name).open("rb") as file:
            return file.read(LIMIT)
    except OSError as error:
        raise ConfigurationError(
            f"the report can't be read: {error.strerror}", advice="check the path", path=name
        ) from None
