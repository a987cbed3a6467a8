r"""The raw bytes of a text file: what its line ends and byte order mark are, kept in a new text.

Facts and fixers see text with `\n` only and no mark, as `Snapshot.text` gives it; here a changed
text becomes bytes again, and every line that did not change keeps its bytes.
"""

import codecs
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_FEEDS = re.compile("[^\n]*\n|[^\n]+")
_MOST_LINES = 20_000
"""Longer files are only compared from both ends."""


def rewritten(content: bytes, text: str) -> bytes | None:
    """Return a file's content with a new text; None when its bytes can't carry the change.

    The byte order mark and the encoding stay. A line that stays keeps its line end, a new one gets
    the line end of the line before it. Bytes that are not text in the file's encoding give None,
    and so do line ends of several kinds of which two would become one.
    """
    mark, encoding = _encoding(content)
    try:
        raw = content[len(mark) :].decode(encoding)
        body = "".join(_merged(_LINE.findall(raw), _split(text)))
        is_same = body.replace("\r\n", "\n").replace("\r", "\n") == text
        return mark + body.encode(encoding) if is_same else None
    except UnicodeError:
        return None


def moved(before: str, after: str, line: int) -> int | None:
    """Return where a line of one text stands in another; None when it is gone. 1-based."""
    for first, second, size in _common(before.split("\n"), after.split("\n")):
        if first < line <= first + size:
            return second + line - first
    return None


def appended(text: str, *lines: str) -> str:
    """Return a text with further lines at its end."""
    joint = "" if not text or text.endswith("\n") else "\n"
    return text + joint + "".join(f"{line}\n" for line in lines)


def inserted(text: str, after: int, *lines: str) -> str:
    """Return a text with further lines below a 1-based line; 0 puts them at the top."""
    parts = _split(text)
    head = "".join(parts[:after])
    return appended(head, *lines) + "".join(parts[after:])


def last_filled(text: str, at: int) -> int:
    """Return the last 1-based line up to `at` that is not blank; the first when all are."""
    lines = text.split("\n")
    while at > 1 and not lines[at - 1].strip():
        at -= 1
    return at


def replaced(text: str, first: int, last: int, *lines: str) -> str:
    """Return a text with the 1-based lines `first` to `last` replaced, by none to remove them."""
    parts = _split(text)
    new = [f"{line}\n" for line in lines]
    if new and last >= len(parts) and parts and not parts[-1].endswith("\n"):
        new[-1] = lines[-1]
    return "".join([*parts[: first - 1], *new, *parts[last:]])


def _split(text: str) -> list[str]:
    """Return the lines with their ends; only line feeds end one."""
    return _LINE_FEEDS.findall(text)


def _encoding(content: bytes) -> tuple[bytes, str]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return mark, name
    return b"", "utf-8"


def _merged(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the new lines, each with the line end it had or that of the line before it."""
    plain = [line.rstrip("\r\n") for line in old]
    wanted = [line.rstrip("\n") for line in new]
    ends = [line[len(text) :] for line, text in zip(old, plain, strict=True)]
    end = next((one for one in ends if one), "\n")
    blocks = [*_common(plain, wanted), (len(plain), len(wanted), 0)]
    done = 0
    for first, second, size in blocks:
        for at in range(done, second):
            yield wanted[at] + (end if new[at].endswith("\n") else "")
        for offset in range(size):
            end = ends[first + offset] or end
            yield wanted[second + offset] + (end if new[second + offset].endswith("\n") else "")
        done = second + size


def _common(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Return the blocks of lines that both have, in order: 0-based positions and length."""
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    blocks = [(0, 0, head)]
    if middle_old and middle_new and len(middle_old) + len(middle_new) <= _MOST_LINES:
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        blocks += [(one.a + head, one.b + head, one.size) for one in matcher.get_matching_blocks()]
    blocks.append((len(old) - tail, len(new) - tail, tail))
    return [block for block in blocks if block[2]]


def _same(old: list[str], new: list[str]) -> int:
    """Return how many lines both begin with."""
    count = 0
    for first, second in zip(old, new, strict=False):
        if first != second:
            break
        count += 1
    return count


def transplanted(text: str, before: str, after: str) -> str | None:
    """Return a text with the lines changed that differ between two others that resemble it.

    None when such a line is written differently in the text, so that nobody can tell which of its
    own lines is meant.
    """
    own, old, new = text.split("\n"), before.split("\n"), after.split("\n")
    places = {
        first + at: second + at for first, second, size in _common(old, own) for at in range(size)
    }
    result: list[str] = []
    copied = done_old = done_new = 0
    for first, second, size in [*_common(old, new), (len(old), len(new), 0)]:
        if first > done_old or second > done_new:
            start = places.get(done_old - 1, -1) + 1 if done_old else 0
            mapped = [places.get(at) for at in range(done_old, first)]
            if (done_old and done_old - 1 not in places) or mapped != [
                start + at for at in range(first - done_old)
            ]:
                return None
            result += own[copied:start] + new[done_new:second]
            copied = start + first - done_old
        done_old, done_new = first + size, second + size
    return "\n".join(result + own[copied:])
