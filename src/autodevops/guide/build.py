"""Turns a guide's tables into its typed sections."""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from autodevops.guide.model import Guide
from autodevops.guide.sections.base import Entry


@cache
def fields(kind: type[Entry]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """Return the fields of a struct by their TOML keys."""
    return {info.encode_name: info for info in msgspec.structs.fields(kind)}


def keyed(annotation: object) -> type[Entry] | None:
    """Return the struct of a collection that TOML writes as tables by name, else None.

    That is every tuple of structs with a `name`: `[branches.x]`, not `[[branches]]`, so that a team
    can change one entry without repeating the others.
    """
    entry = element(annotation)
    is_named = isinstance(entry, type) and issubclass(entry, Entry) and "name" in fields(entry)
    return entry if is_named else None  # type: ignore[return-value]


def element(annotation: object) -> object | None:
    """Return the type of a tuple's elements, also of an optional tuple; None for other types."""
    plain = without_none(annotation)
    return get_args(plain)[0] if get_origin(plain) is tuple else None


def without_none(annotation: object) -> object:
    """Return `T` for `T | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def build(tables: Mapping[str, Any]) -> Guide:
    """Return the guide; raises msgspec.ValidationError for what the checks should have caught."""
    return msgspec.convert(_entry(Guide, tables), Guide)


def _entry(kind: type[Entry], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a struct's table with keyed tables turned into lists."""
    known = fields(kind)
    return {
        key: _value(known[key].type, value) if key in known else value
        for key, value in table.items()
    }


def _value(annotation: object, value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Return a value as msgspec expects it for that type."""
    entry = keyed(annotation)
    if entry is not None and isinstance(value, Mapping):
        return [{"name": name, **_entry(entry, part)} for name, part in value.items()]
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return _entry(annotation, value)
    return value
