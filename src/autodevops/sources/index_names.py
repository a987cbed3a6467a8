"""The names in an index file, looked at before git does: it follows them wherever they lead."""

from collections.abc import Iterator

HEADER = 12
_STAT = 40
_LONG = 0xFFF
_EXTENDED = 0x4000
_COMPRESSED = 4


def stray_name(index: bytes, id_size: int) -> bytes | None:
    """Return the first name that is no path inside a repository; None when all are.

    Git takes an index at its word: it compares even `../other/file` with its entry. A damaged
    file may raise `IndexError`.
    """
    for name, _ in names(index, id_size):
        if name.startswith(b"/") or (b".." in name and b".." in name.split(b"/")):
            return name
    return None


def names(index: bytes, id_size: int) -> Iterator[tuple[bytes, int]]:
    """Yield each name, and where its entry ends."""
    version = int.from_bytes(index[4:8], "big")
    flags_at = _STAT + id_size
    at, name = HEADER, b""
    for _ in range(int.from_bytes(index[8:12], "big")):
        begin = at + flags_at
        flags = index[begin] << 8 | index[begin + 1]
        begin += 4 if flags & _EXTENDED else 2
        if version == _COMPRESSED:
            dropped, begin = _number(index, begin)
            end = index.index(0, begin)
            name = name[: len(name) - dropped] + index[begin:end]
            at = end + 1
        else:
            length = flags & _LONG
            end = begin + length if length < _LONG else index.index(0, begin)
            name = index[begin:end]
            at += (end - at + 8) & ~7
        yield name, at


def _number(index: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and where it ends."""
    byte = index[at]
    number = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = index[at]
        number = (number + 1) << 7 | byte & 0x7F
    return number, at + 1
