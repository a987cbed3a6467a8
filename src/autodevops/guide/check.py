"""Holds one file against the shape of a guide: every mistake names its line and what was meant."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin

from autodevops.guide.document import Document
from autodevops.guide.positions import KeyPath
from autodevops.guide.sections.base import PathPattern, Pattern
from autodevops.guide.settings import GuideFile
from autodevops.guide.shape import (
    REMOVE,
    element,
    entry_of,
    is_collection,
    is_struct,
    member,
    names,
    plain,
    split,
)
from autodevops.model.suggestion import nearest

LARGEST = 10_000_000
"""No number of a guide is larger; days beyond it are no dates."""

_SHOWN = 60


def check(document: Document) -> None:
    """Raise ConfigurationError for the first mistake of a file, top to bottom of each table."""
    _table(GuideFile, document.tables, (), document)


def dotted(path: KeyPath) -> str:
    """Return a key as TOML writes it."""
    return ".".join(_written(key) for key in path if isinstance(key, str))


def shown(value: object) -> str:
    """Return a value for a message, cut short."""
    try:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):
        return "that is too long to show"
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _written(key: str) -> str:
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return shown(key)[1:-1] if is_bare else shown(key)


def _table(kind: object, table: Mapping[str, Any], path: KeyPath, document: Document) -> None:
    for key, value in table.items():
        at = (*path, key)
        operator, bare = split(kind, key)
        expected = member(kind, bare)
        if expected is None:
            raise _unknown_key(kind, key, path, document)
        if operator == REMOVE:
            expected = tuple[str, ...]
        _key(kind, key, at, document)
        _value(expected, value, at, document)


def _unknown_key(kind: object, key: str, path: KeyPath, document: Document) -> Exception:
    known = names(kind) or ()
    additive = [name for name in known if is_collection(member(kind, name))]
    operators = [f"{word}{name}" for word in ("extend-", "remove-") for name in additive]
    close = nearest(key, known) or nearest(key, operators)
    where = f"[{dotted(path)}]" if path else "a guide's file"
    advice = f"did you mean `{close}`?" if close else f"its keys are {', '.join(sorted(known))}"
    return document.mistake(f"{where} has no key `{_written(key)}`", (*path, key), advice)


def _key(kind: object, key: str, at: KeyPath, document: Document) -> None:
    """Raise for a free key that can't be a name."""
    if names(kind) is not None:
        return
    if not key.strip() or not key.isprintable():
        raise document.mistake(
            f"{shown(key)} is no name in [{dotted(at[:-1])}]", at, "give it a readable name"
        )
    mapping = get_args(plain(kind)) if entry_of(kind) is None else ()
    if mapping and isinstance(mapping[0], type) and issubclass(mapping[0], StrEnum):
        _choice(mapping[0], key, at, document)


def _value(expected: object, value: Any, at: KeyPath, document: Document) -> None:  # noqa: ANN401 - any TOML value
    """Raise when a value is not of the expected type."""
    inner = plain(expected)
    if entry_of(expected) is not None or get_origin(inner) is Mapping or is_struct(inner):
        _expect(isinstance(value, Mapping), "a table", value, at, document)
        _table(expected if not is_struct(inner) else inner, value, at, document)
    elif (kind := element(expected)) is not None:
        wanted = "a list of tables" if is_struct(kind) else "a list"
        _expect(isinstance(value, list), wanted, value, at, document)
        for position, item in enumerate(value):
            _value(kind, item, (*at, position), document)
    elif isinstance(inner, type) and issubclass(inner, StrEnum):
        _choice(inner, value, at, document)
    else:
        _scalar(expected, value, at, document)


def _expect(is_right: bool, wanted: str, value: object, at: KeyPath, document: Document) -> None:  # noqa: FBT001 - an assertion
    if not is_right:
        raise _mistyped(wanted, value, at, document)


def _mistyped(wanted: str, value: object, at: KeyPath, document: Document) -> Exception:
    message = f"`{dotted(at)}` is {wanted}, not {_called(value)} {shown(value)}"
    example = f"[[{dotted(at)}]]" if wanted == "a list of tables" else _EXAMPLES[wanted]
    return document.mistake(message, at, f"write {example}")


_EXAMPLES = {
    "a date": "a date such as 2026-02-20, without quotes",
    "a number": f"a number from 0 to {LARGEST:,}",
    "a whole number": f"a whole number from 0 to {LARGEST:,}",
    "a list": 'a list such as ["one", "two"]',
    "a table": "a table: its keys under a header in brackets",
    "a text": "it in quotes",
    "true or false": "true or false, without quotes",
}


# In the order of asking: a truth value is also a number, a time also a date.
_NAMES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "the truth value"),
    ((int, float), "the number"),
    (str, "the text"),
    (list, "the list"),
    (Mapping, "the table"),
    (datetime, "the time"),
)


def _called(value: object) -> str:
    """Return what people call the type of a TOML value."""
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "the value")


def _choice(choices: type[StrEnum], value: object, at: KeyPath, document: Document) -> None:
    if isinstance(value, str) and value in [choice.value for choice in choices]:
        return
    close = nearest(value, list(choices)) if isinstance(value, str) else None
    listed = ", ".join(choices)
    advice = f'did you mean "{close}"?' if close else f"it is one of: {listed}"
    raise document.mistake(
        f"`{dotted(at)}` is one of {listed}, not {_called(value)} {shown(value)}", at, advice
    )


def _scalar(expected: object, value: Any, at: KeyPath, document: Document) -> None:  # noqa: ANN401 - any TOML value
    inner = plain(expected)
    if inner is bool:
        _expect(isinstance(value, bool), "true or false", value, at, document)
    elif inner is int:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        _expect(is_int and 0 <= value <= LARGEST, "a whole number", value, at, document)
    elif inner is float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_sane = is_number and math.isfinite(value) and 0 <= value <= LARGEST
        _expect(is_sane, "a number", value, at, document)
    elif inner is date:
        _expect(_is_date(value), "a date", value, at, document)
    else:
        _expect(isinstance(value, str), "a text", value, at, document)
        _pattern(expected, value, at, document)


def _is_date(value: object) -> bool:
    """Tell whether it is a day, written as TOML's date or as text."""
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return len(value) == len("2026-02-20")
    return isinstance(value, date) and not isinstance(value, datetime)


def _pattern(expected: object, value: str, at: KeyPath, document: Document) -> None:
    """Raise for a pattern that can't fit anything."""
    options = get_args(expected) if get_origin(expected) is not Annotated else ()
    is_path = expected is PathPattern or PathPattern in options
    if not is_path and expected is not Pattern and Pattern not in options:
        return
    if not value.strip() or not value.isprintable() or value != value.strip():
        message = f"`{dotted(at)}` holds a pattern that fits nothing: {shown(value)}"
        raise document.mistake(message, at, "write a name; `*` is any text, `?` one character")
    if is_path and (value.startswith("/") or "\\" in value or ".." in value.split("/")):
        message = f"`{dotted(at)}` is no path inside the repository: {shown(value)}"
        advice = "write it from the repository's root, with / and without .. or a leading /"
        raise document.mistake(message, at, advice)
