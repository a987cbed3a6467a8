"""Base64 around text: finds where it ends, over wrapped lines too, and what it says."""

import re
from base64 import b64decode
from binascii import Error

_FIRST = "CDI-Za-f"
_SECOND = "ACDEFGHQSTUVWXgijklmnwyz0123"
_THIRD = "ABEFIJMNQRUVYZcdghklopstwx014589"
PROBE = rf"(?:^|[^A-Za-z0-9+/_-])((?:[{_FIRST}][{_SECOND}][{_THIRD}][A-Za-z0-9+/_-]){{8}})"
"""Base64 of 24 characters of ASCII: four in a row that can only come from such text, eight times.

A name, a path or a digest of that length passes by chance once in 10^9.
"""
_WHOLE = re.compile(rb"[A-Za-z0-9+/_-]{32,}(?:(?:\\n|\s){1,20}[A-Za-z0-9+/_-]{4,}){0,400}={0,2}")
_SPACE = re.compile(rb"\\n|\s+")
_REACH = 32 << 10
_STANDARD = bytes.maketrans(b"-_", b"+/")
_SURE = 24


def unwrapped(text: bytes, start: int) -> tuple[bytes, int] | None:
    """Return what the Base64 at that offset says, and the offset of its end."""
    found = _WHOLE.match(text, start, start + _REACH)
    if found is None:
        return None
    for whole in (_SPACE.sub(b"", found[0]), _SPACE.split(found[0])[0]):
        plain = whole.rstrip(b"=").translate(_STANDARD)
        try:
            decoded = b64decode(plain[: len(plain) - len(plain) % 4] + _rest(plain))
        except (Error, ValueError):
            continue
        if decoded[:_SURE].isascii():
            return decoded, found.end()
    return None


def _rest(plain: bytes) -> bytes:
    """Return the last, incomplete group with its padding; a single character says nothing."""
    rest = plain[len(plain) - len(plain) % 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
