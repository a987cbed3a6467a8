"""Turns what a model would change into whole new files, or says why it can't be meant."""

from collections.abc import Mapping, Sequence

from autodevops.advice.interface import Patch
from autodevops.advice.prompt import Question
from autodevops.model.snapshot import decode

_MARK = b"\xef\xbb\xbf"


class UnfitError(Exception):
    """A patch does not fit; its text says why, with the path at its beginning."""


def patched(
    patches: Sequence[Patch], asked: Question, contents: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Return the new content of each file that patches change.

    `contents` has the files that were shown, as they are by now. Raises UnfitError for the first
    patch that is about another file, or whose text does not stand there exactly once.
    """
    new: dict[str, bytes] = {}
    for one in patches:
        named = one.path.encode("unicode_escape").decode() or "an empty path"
        before = contents.get(one.path) if one.path in asked.shown else None
        if before is None:
            raise UnfitError(f"{named} is not a file that the model was shown")
        if one.search is None and one.path not in asked.whole:
            raise UnfitError(f"{named} would be replaced as a whole, and only a part was shown")
        new[one.path] = _applied(one, new.get(one.path, before), named)
    for path, content in new.items():
        if content == contents[path]:
            raise UnfitError(f"{path} would stay as it is")
    return new


def _applied(patch: Patch, before: bytes, named: str) -> bytes:
    text = decode(before)
    if text is None or _encoded(text, before) != before:
        raise UnfitError(f"{named} is no text that could be changed and stay as it is elsewhere")
    replacement = patch.replace.replace("\r\n", "\n")
    if patch.search is None:
        after = replacement
    else:
        search = patch.search.replace("\r\n", "\n")
        count = text.count(search) if search else 0
        if count != 1:
            how = "does not stand there" if not count else f"stands there {count} times"
            raise UnfitError(f"{named}: the text to replace {how}")
        after = text.replace(search, replacement)
    return _encoded(after, before)


def _encoded(text: str, like: bytes) -> bytes:
    """Return text with the byte order mark and the line ends of a file."""
    mark = _MARK if like.startswith(_MARK) else b""
    ends = "\r\n" if b"\r\n" in like else "\n"
    return mark + text.replace("\n", ends).encode("utf-8", "replace")
