"""Text that SQLite takes: names and paths of a repository need not be UTF-8."""


def storable(text: str) -> str:
    r"""Return text that encodes to UTF-8: a byte that never was UTF-8 reads `\xff`."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
