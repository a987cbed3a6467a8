"""Splits a Dockerfile's text into words and takes quotes and escapes off."""

from collections.abc import Iterator


def split(text: str, escape: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text as written, each with its position."""
    start = -1
    quote = ""
    skip = False
    for at, mark in enumerate(text):
        if skip:
            skip = False
            continue
        if start < 0 and not mark.isspace():
            start = at
        if quote:
            skip = mark == escape and quote == '"'
            quote = "" if mark == quote else quote
        elif mark == escape:
            skip = True
        elif mark in "\"'":
            quote = mark
        elif mark.isspace() and start >= 0:
            yield start, text[start:at]
            start = -1
    if start >= 0:
        yield start, text[start:]


def unquoted(text: str, escape: str) -> str:
    """Return a word without its quotes and escapes."""
    if escape not in text and '"' not in text and "'" not in text:
        return text
    found = []
    quote = ""
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == escape and quote != "'" and at + 1 < len(text):
            found.append(text[at + 1])
            at += 1
        elif quote:
            if mark == quote:
                quote = ""
            else:
                found.append(mark)
        elif mark in "\"'":
            quote = mark
        else:
            found.append(mark)
        at += 1
    return "".join(found)
