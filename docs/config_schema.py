"""The JSON Schema of a team's or organisation's file, for editors: completion and mistakes."""

import inspect
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_origin

from autodevops.guide.check import LARGEST
from autodevops.guide.sections.base import Entry
from autodevops.guide.settings import APART, GuideFile, LockTable, WaiverTable
from autodevops.guide.shape import (
    EXTEND,
    REMOVE,
    element,
    entry_of,
    fields,
    is_collection,
    is_struct,
    plain,
)
from docs.guide_values import meanings

Schema = dict[str, Any]
"""A part of a JSON Schema."""

_SERVICES = "services"
_NAMES: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
_SCALARS: Mapping[object, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0, "maximum": LARGEST},
    float: {"type": "number", "minimum": 0, "maximum": LARGEST},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
}


def schema_page() -> str:
    """Return the schema as JSON."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "autodevops.toml",
        "description": "A guide for autodevops, or what a team changes of one.",
        **_table(GuideFile),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _table(kind: type[Entry]) -> Schema:
    """Return the schema of a table with fixed keys; each may be left to the guide below."""
    keys: dict[str, Schema] = {}
    for key, field in fields(kind).items():
        inner = plain(field.type)
        meaning = inspect.getdoc(inner) if is_struct(inner) else meanings(kind)[field.name]
        said = {"description": meaning}
        keys[key] = {**_value(field.type), **said}
        if kind is not LockTable and key not in APART and is_collection(field.type):
            keys[EXTEND + key] = {**_value(field.type), "description": f"On top of `{key}`."}
            keys[REMOVE + key] = {**_NAMES, "description": f"Taken out of `{key}`."}
    if kind is GuideFile:
        keys[_SERVICES] = _short_services(keys[_SERVICES])
    table: Schema = {"type": "object", "properties": keys, "additionalProperties": False}
    if kind is WaiverTable:
        table["required"] = [key for key, field in fields(kind).items() if field.required]
    return table


def _short_services(table: Schema) -> Schema:
    """Return the schema of `services`, which may also be a list of names or of tables."""
    known = table["properties"]["known"]["additionalProperties"]
    named = {**known, "properties": {"name": {"type": "string"}, **known["properties"]}}
    items = {"anyOf": [{"type": "string", "minLength": 1}, {**named, "required": ["name"]}]}
    said = {"description": table.pop("description")}
    return {"anyOf": [{"type": "array", "items": items}, table], **said}


def _value(annotation: object) -> Schema:
    """Return the schema of what stands under a key."""
    inner = plain(annotation)
    entry = entry_of(annotation)
    if entry is not None:
        return {"type": "object", "additionalProperties": _table(entry)}
    if get_origin(inner) is Mapping:
        names, values = get_args(inner)
        table = {"type": "object", "additionalProperties": _value(values)}
        return {**table, "propertyNames": _value(names)} if names is not str else table
    if is_struct(inner):
        return _table(inner)
    kind = element(annotation)
    if kind is not None:
        return {"type": "array", "items": _value(kind)}
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return {"enum": [choice.value for choice in inner]}
    return dict(_SCALARS[inner])
