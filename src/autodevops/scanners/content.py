"""Prepares a file's bytes for the engine: one encoding, and nothing that can't hold text."""

from enum import StrEnum

LIMIT = 32 << 20
"""Largest file that is searched, in bytes."""
_SAMPLE = 4096
_WIDE = 0.7

_ARCHIVES = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x04\x22\x4d\x18", b"\x1f\x9d", b"LZIP", b"MSCF",
    b"\xed\xab\xee\xdb", b"!<arch>\n",
)  # fmt: skip
_MEDIA = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x00\x00\x01\x00", b"OggS", b"fLaC",
    b"ID3", b"\x00\x01\x00\x00\x00", b"OTTO", b"wOFF", b"wOF2", b"\x7fELF", b"MZ\x90\x00",
    b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\x1aE\xdf\xa3", b"\x00asm", b"II*\x00", b"MM\x00*",
)  # fmt: skip
_TAR = (257, b"ustar")
_MP4 = (4, b"ftyp")


class Unread(StrEnum):
    """Why a file's content is not searched."""

    ARCHIVE = "archive"
    MEDIA = "media"


def readable(content: bytes) -> bytes | Unread:
    """Return the content as UTF-8 with Unix line ends, or what it is instead of text.

    UTF-16 and UTF-32 are recognised by their mark or their zeros. Archives and compressed files
    are not opened; pictures, fonts and programs are not read.
    """
    if content.startswith(_ARCHIVES) or _has(content, _TAR):
        return Unread.ARCHIVE
    if content.startswith(_MEDIA) or _has(content, _MP4):
        return Unread.MEDIA
    encoding = _wide_encoding(content)
    if encoding is not None:
        content = content.decode(encoding, "replace").encode("utf-8", "replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return content


def _has(content: bytes, mark: tuple[int, bytes]) -> bool:
    place, text = mark
    return content[place : place + len(text)] == text


def _wide_encoding(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = content[:_SAMPLE]
    if b"\0" not in sample:
        return None
    half = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _WIDE and even < 1 - _WIDE:
        return "utf-16-le"
    if even > _WIDE and odd < 1 - _WIDE:
        return "utf-16-be"
    return None
