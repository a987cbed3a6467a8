"""Turns bytes into what a parser nearly expects: so the fuzzer gets past the door."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

SEPARATOR = b"\x1e"
"""Stands between the parts of an input: files of a repository, records of git, answers."""
STRANGE: Sequence[Any] = (
    None,
    True,
    "",
    -1,
    2**63,
    1.5,
    [],
    {},
    [None],
    {"": None},
    [[[[]]]],
    "\x1b[31m\u202e::error::x",
    "\ud800\udcff\0\n",
    "../../x",
    "F1",
    "2026-02-20T10:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "refs/heads/**/[a",
    "x" * 2_000,
)
"""Values that stand where others are expected."""
_MOST = 500
"""Places from which on nothing is doubled any more: doubled lists double what they hold."""


def text(data: bytes) -> str:
    """Return bytes as text, whatever they are."""
    return data.decode("utf-8", "surrogateescape")


def parts(data: bytes) -> list[bytes]:
    """Return the parts of an input."""
    return data.split(SEPARATOR)


def joined(*pieces: bytes) -> bytes:
    """Return the input with these parts."""
    return SEPARATOR.join(pieces)


def altered(document: Any, data: bytes) -> Any:
    """Return a JSON document in which four bytes each put something else at one place.

    Two bytes name the place, one says whether a value goes, doubles or is another one, and the last
    which one. So every document that is one change away is four bytes away.
    """
    whole = [_copy(document)]
    for at in range(0, len(data) - 3, 4):
        places = list(_places(whole))
        holder, key = places[int.from_bytes(data[at : at + 2], "big") % len(places)]
        match data[at + 2] % 4:
            case 0 if holder is not whole:
                del holder[key]
            case 1 if isinstance(holder, list) and holder is not whole and len(places) < _MOST:
                holder.append(_copy(holder[key]))
            case 2 if isinstance(holder[key], str):
                holder[key] += cast("str", STRANGE[data[at + 3] % 7 + 11])
            case _:
                holder[key] = _copy(STRANGE[data[at + 3] % len(STRANGE)])
    return whole[0]


def encoded(document: Any) -> bytes:
    """Return a document as JSON, text that is no Unicode escaped."""
    return json.dumps(document).encode()


def document_or_raw(document: Any, data: bytes) -> bytes:
    """Return a document with changes, or the bytes themselves when they begin with a blank."""
    return data[1:] if data.startswith(b" ") else encoded(altered(document, data))


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place inside a list or mapping: what holds it, and its key."""
    keys: Iterable[Any] = ()
    match value:
        case Mapping():
            keys = list(value)
        case list():
            keys = range(len(value))
    for key in keys:
        yield value, key
        yield from _places(value[key])
