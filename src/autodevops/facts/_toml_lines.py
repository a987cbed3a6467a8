"""TOML, JSON and YAML configuration as flat settings with lines."""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from autodevops.facts import _toml, _yaml
from autodevops.model.patterns import regex

Keys: TypeAlias = tuple[str, ...]
"""Where a value stands: keys and positions of lists, from the top."""

_HEADER = regex(r"[ \t]*+(\[\[?)([^\[\]#]{1,300})\]\]?[ \t]*+(?:#.*)?")
_KEY = regex(r"[ \t]*(?P<key>[A-Za-z0-9_.-]{1,200}|\"[^\"]{1,200}\"|'[^']{1,200}')[ \t]*=")
_HALVES = regex(
    r"(?<!\\)((?:\\\\)*+)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_MOST = 5_000
_MAX_DEPTH = 50


class Setting(NamedTuple):
    """One scalar value."""

    keys: Keys
    """Where it stands."""
    value: str
    """Its text; truth values in lower case."""
    line: int
    """1-based line."""

    @property
    def name(self) -> str:
        """Return the last key that is no position."""
        return next((key for key in reversed(self.keys) if not key.isdecimal()), "")


class Settings(NamedTuple):
    """What a file sets."""

    values: tuple[Setting, ...]
    """In the file's order."""
    problem: str | None
    """Why it could not be read."""
    problem_line: int | None = None
    """1-based line of that."""


def read_toml(text: str) -> Settings:
    """Return the settings of a TOML text."""
    try:
        data = _toml.load(text)
    except _toml.TomlError as error:
        return Settings((), error.reason, error.line)
    lines = dict(_toml_lines(text))
    flat = (Setting(keys, value, _line_of(keys, lines)) for keys, value in _flat(data, ()))
    return Settings(tuple(flat), None)


def read_tree(text: str) -> Settings:
    """Return the settings of a YAML or JSON text."""
    # JSON writes some characters as two escapes, which YAML knows only as one.
    parsed = _yaml.parse(_HALVES.sub(_whole, text))
    if parsed.problem is not None:
        return Settings((), parsed.problem.reason, parsed.problem.line)
    return Settings(tuple(_flat_nodes(parsed.root, ())), None)


def _whole(found: re.Match[str]) -> str:
    high, low = int(found[2], 16), int(found[3], 16)
    return found[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _flat(data: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if len(keys) > _MAX_DEPTH:
        return
    match data:
        case dict():
            for key, value in data.items():
                yield from _flat(value, (*keys, str(key)))
        case list():
            for position, value in enumerate(data):
                yield from _flat(value, (*keys, str(position)))
        case bool():
            yield keys, str(data).lower()
        case _:
            yield keys, str(data)


def _flat_nodes(node: _yaml.Node | None, keys: Keys) -> Iterator[Setting]:
    match node:
        case _yaml.Mapping():
            for name, value in node.entries():
                yield from _flat_nodes(value, (*keys, name))
        case _yaml.Sequence():
            for position, value in enumerate(node.items[:_MOST]):
                yield from _flat_nodes(value, (*keys, str(position)))
        case _yaml.Scalar():
            yield Setting(keys, node.text, node.line)


def _toml_lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Yield the line of each table and key, as far as the text is written plainly."""
    table: Keys = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        header = _HEADER.fullmatch(line)
        if header is not None:
            name = header[2].strip(" \t")
            parts = tuple(part.strip(" \t\"'") for part in name.split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (*parts, str(counts[name]))
            else:
                table = parts
            yield table, number
        elif (key := _KEY.match(line)) is not None:
            bare = key["key"]
            parts = (bare.strip("\"'"),) if bare[0] in "\"'" else tuple(bare.split("."))
            yield (*table, *parts), number


def _line_of(keys: Keys, lines: dict[Keys, int]) -> int:
    """Return the line of a value, or of the nearest thing around it."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, 1)
