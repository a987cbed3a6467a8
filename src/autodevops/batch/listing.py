"""The targets of a batch: lines of a file, then what organisations own, each once."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from autodevops.errors import AutodevopsError, UsageError
from autodevops.sources.github.names import RepositoryName, resolve

LARGEST = 16 << 20
"""Longest list that is read, in bytes."""
_NAMED = 5
"""So many duplicates are named."""


class Listed(Struct, frozen=True, kw_only=True):
    """One target of a batch."""

    target: str
    """As it was written down."""
    name: RepositoryName | None
    """The repository on GitHub; None for a folder, and for what is neither."""


def read_lines(name: str) -> tuple[str, ...]:
    """Return the targets that a file names, one a line; `-` is standard input.

    Empty lines are passed over, and so is what follows a `#` at the start of a line or after a
    space. Raises UsageError when the file can't be read.
    """
    text = _content(name).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    stripped = (_without_comment(line.strip()) for line in text.split("\n"))
    return tuple(line for line in stripped if line)


def unique(targets: Iterable[str]) -> tuple[tuple[Listed, ...], str | None]:
    """Return each target once, in the order of its first mention, and a note on the others."""
    kept: dict[str, Listed] = {}
    again: dict[str, None] = {}
    for target in targets:
        listed = _listed(target)
        key = _key(listed)
        if key in kept:
            again[kept[key].target] = None
        else:
            kept[key] = listed
    return tuple(kept.values()), _note(list(again))


def is_on_github(target: str) -> bool:
    """Tell whether a target is a repository on GitHub."""
    return _listed(target).name is not None


def _content(name: str) -> bytes:
    if name == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed", advice="name a file with the targets")
        content = sys.stdin.buffer.read(LARGEST + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                content = file.read(LARGEST + 1)
        except (OSError, ValueError) as problem:
            told = getattr(problem, "strerror", None) or "it is no path"
            raise UsageError(
                f"the list {name} can't be read: {told}",
                advice="name a file with one target a line, or `-` for standard input",
            ) from None
    if len(content) > LARGEST:
        raise UsageError(
            f"the list is longer than {LARGEST >> 20} MiB", advice="split it into several batches"
        )
    return content


def _without_comment(line: str) -> str:
    if line.startswith("#"):
        return ""
    return line.partition(" #")[0].partition("\t#")[0].strip()


def _listed(target: str) -> Listed:
    try:
        return Listed(target=target, name=resolve(target))
    except AutodevopsError:
        return Listed(target=target, name=None)  # its audit says what is wrong with it


def _key(listed: Listed) -> str:
    if listed.name is not None:
        return listed.name.key
    try:
        return os.path.realpath(listed.target)
    except ValueError:
        return listed.target


def _note(again: list[str]) -> str | None:
    if not again:
        return None
    named = ", ".join(again[:_NAMED]) + (", …" if len(again) > _NAMED else "")
    if len(again) == 1:
        return f"{named} is listed more than once and audited once"
    return f"{len(again)} targets are listed more than once and audited once: {named}"
