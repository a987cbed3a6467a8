"""Writes any document as JSON that every reader takes and that harms no terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from autodevops.model.finding import Plain
from autodevops.render.escape import json_text, utf8


def encode(document: object, *, indent: int = 2) -> str:
    r"""Return a document as JSON with a line end.

    What is not UTF-8 reads as `\xff`; what could drive a terminal is escaped; numbers that JSON
    doesn't know are null. An indent of 0 leaves all white space out.
    """
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(document)))
    if indent:
        encoded = msgspec.json.format(encoded, indent=indent)
    return json_text(encoded.decode()) + "\n"


def plain(value: Plain) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return evidence in the types that JSON knows, whichever mapping or sequence held it."""
    match value:
        case str() | int() | float() | None:
            return value
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case Sequence():
            return [plain(each) for each in value]


def _encodable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case str():
            return utf8(value)
        case dict():
            return {utf8(key): _encodable(each) for key, each in value.items()}
        case list() | tuple():
            return [_encodable(each) for each in value]
        case _:
            return value
