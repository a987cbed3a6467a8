"""What may stand where in a guide's file, read from the types of its sections."""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

import msgspec

from autodevops.guide.model import Guide
from autodevops.guide.sections.base import Entry
from autodevops.guide.settings import APART, HIDDEN, LockTable

EXTEND = "extend-"
"""Before a collection's key: these come on top of what the extended guide says."""
REMOVE = "remove-"
"""Before a collection's key: these are taken out of what the extended guide says."""


@cache
def fields(kind: type[Entry]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """Return the fields of a struct by their TOML keys."""
    hidden = HIDDEN.get(kind, "name")
    infos = msgspec.structs.fields(kind)
    return {info.encode_name: info for info in infos if info.name != hidden}


@cache
def plain(annotation: object) -> object:
    """Return `T` for `T | None` and for `T` with annotations."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


@cache
def entry_of(annotation: object) -> type[Entry] | None:
    """Return the struct of a collection that TOML writes as tables by name, else None.

    That is every tuple of structs with a `name`: `[branches.x]`, not `[[branches]]`, so that a team
    can change one entry without repeating the others.
    """
    kind = element(annotation)
    if not is_struct(kind):
        return None
    return kind if "name" in kind.__struct_fields__ else None


@cache
def element(annotation: object) -> object | None:
    """Return the type of a list's elements; None for other types."""
    listed = plain(annotation)
    return get_args(listed)[0] if get_origin(listed) is tuple else None


def is_struct(annotation: object) -> TypeGuard[type[Entry]]:
    """Tell whether it is a table with fixed keys."""
    return isinstance(annotation, type) and issubclass(annotation, Entry)


def is_collection(annotation: object) -> bool:
    """Tell whether it holds any number of things, so that one can add to them."""
    return get_origin(plain(annotation)) in (tuple, Mapping)


@cache
def names(annotation: object) -> tuple[str, ...] | None:
    """Return the keys that a table may have; None when they are free, () for what is no table."""
    if entry_of(annotation) is not None or get_origin(plain(annotation)) is Mapping:
        return None
    return tuple(fields(annotation)) if is_struct(annotation) else ()


def member(annotation: object, key: str) -> object | None:
    """Return the type of what stands under a key; None when there is no such key."""
    if (entry := entry_of(annotation)) is not None:
        return entry
    if get_origin(plain(annotation)) is Mapping:
        return get_args(plain(annotation))[1]  # type: ignore[no-any-return]
    known = fields(annotation) if is_struct(annotation) else {}
    return known[key].type if key in known else None


def split(annotation: object, key: str) -> tuple[str, str]:
    """Return the operator before a key (`extend-`, `remove-` or none) and the key itself."""
    known = names(annotation)
    for operator in (EXTEND, REMOVE):
        bare = key.removeprefix(operator)
        may_add = annotation is not LockTable and bare not in APART
        if known and key not in known and bare != key and may_add:
            kind = member(annotation, bare)
            if kind is not None and is_collection(kind):
                return operator, bare
    return "", key


def build(tables: Mapping[str, Any]) -> Guide:
    """Return the guide; raises msgspec.ValidationError for what the checks should have caught."""
    known = {key: value for key, value in tables.items() if key in fields(Guide)}
    return msgspec.convert(_tables(Guide, known), Guide)


def _tables(kind: object, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with what is written by name turned into lists."""
    return {key: _value(member(kind, key), value) for key, value in table.items()}


def _value(annotation: object, value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Return a value as msgspec expects it for that type."""
    entry = entry_of(annotation)
    if entry is not None and isinstance(value, Mapping):
        return [{"name": name, **_tables(entry, part)} for name, part in value.items()]
    return _tables(annotation, value) if is_struct(annotation) else value
