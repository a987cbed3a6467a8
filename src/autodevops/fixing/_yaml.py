"""Changes YAML text and nothing around it: comments, quotes, indentation and line ends stay.

The first choice are insertions and replacements of whole lines at the marks of the parser
(`insert_key`, `append_item`, `replace_scalar`, `remove_key`). For anything else `round_trip` lets
ruamel.yaml write the changed document and takes over only the lines that the change is about.
Each returns the new text, or a refusal when the outcome would not mean exactly what was asked.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from autodevops.facts import _yaml as reading
from autodevops.facts._yaml import Mapping, Node, Scalar
from autodevops.fixing import _lines
from autodevops.fixing._api import Refusal

Steps: TypeAlias = Sequence[str | int]
"""Leads to a node from the document's root: keys and 0-based positions in lists."""

_ODD = Refusal("the YAML is written in a way that can't be changed line by line")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}


def find(text: str, path: Steps) -> Node | None:
    """Return the node of the first document that keys and positions lead to."""
    node: Node | None = reading.parse(text).root
    for step in path:
        match node, step:
            case Mapping(), str():
                node = node.get(step)
            case reading.Sequence(), int() if -len(node.items) <= step < len(node.items):
                node = node.items[step]
            case _:
                return None
    return node


def insert_key(
    text: str, path: Steps, *lines: str, after: str | None = None, before: str | None = None
) -> str | Refusal:
    """Return the text with a further key in the mapping at `path`.

    `lines` are YAML as it would stand at the margin: `"permissions:"`, `"  contents: read"`; empty
    ones make space. They go below the key `after` (with all its lines), above the key `before`
    and the comment lines on top of it, or to the mapping's end.
    """
    mapping = find(text, path)
    if not isinstance(mapping, Mapping) or not mapping.pairs or _is_flow(text, mapping):
        return _ODD
    anchor = before if before is not None else after
    if anchor is not None and anchor not in mapping.index:
        return _ODD
    if before is not None:
        at = _above(text, mapping.index[before].key.line, mapping.column)
        if at is None:
            return _ODD
    elif after is not None:
        at = _last_line(text, *mapping.index[after])
    else:
        at = _end(text, mapping)
    if before is None:
        # What ends with a block of text ends with its last line, not with the blank ones below.
        at = _lines.last_filled(text, at)
    new = _lines.inserted(text, at, *_indented(lines, mapping.column - 1))
    added = reading.parse("\n".join(lines) + "\n").root
    if not isinstance(added, Mapping):
        return _ODD
    wanted = _plain(mapping)
    wanted.update(_plain(added))
    return _proven(text, new, path, wanted)


def append_item(text: str, path: Steps, *lines: str) -> str | Refusal:
    """Return the text with a further item in the list at `path`; block and flow style.

    `lines` are the item as it would stand at the margin, without its dash.
    """
    found = find(text, path)
    if not isinstance(found, reading.Sequence) or not found.items:
        return _ODD
    added = reading.parse("\n".join(lines) + "\n").root
    if added is None:
        return _ODD
    last = found.items[-1]
    if _is_flow(text, found):
        if len(lines) != 1 or not isinstance(last, Scalar) or last.line != last.end_line:
            return _ODD
        new = _after_scalar(text, last, f", {lines[0]}")
    else:
        dashed = [("- " if not at else "  ") + line for at, line in enumerate(lines)]
        indent = _dash(text, found)
        if indent is None:
            return _ODD
        new = _lines.inserted(text, _end(text, last), *_indented(dashed, indent))
    return _proven(text, new, path, [*_plain(found), _plain(added)])


def replace_scalar(text: str, path: Steps, value: str) -> str | Refusal:
    """Return the text with the one-line scalar at `path` written as `value`, quotes included."""
    found = find(text, path)
    added = reading.parse(value + "\n").root
    if not isinstance(found, Scalar) or found.line != found.end_line or added is None:
        return _ODD
    line = text.split("\n")[found.line - 1]
    start, end = found.column - 1, scalar_end(line, found)
    if end is None:
        return _ODD
    new = _lines.replaced(text, found.line, found.line, line[:start] + value + line[end:])
    return _proven(text, new, path, _plain(added))


def remove_key(text: str, path: Steps) -> str | Refusal:
    """Return the text without the key that `path` ends with; its mapping must keep another."""
    *parent, key = path
    mapping = find(text, parent)
    if not isinstance(mapping, Mapping) or not isinstance(key, str) or key not in mapping.index:
        return _ODD
    pair = mapping.index[key]
    first, last = pair.key.line, _last_line(text, *pair)
    line = text.split("\n")[first - 1]
    alone = line[: pair.key.column - 1].strip() == ""
    if _is_flow(text, mapping) or len(mapping.pairs) == 1 or not alone:
        return _ODD
    wanted = _plain(mapping)
    wanted.pop(key)
    return _proven(text, _lines.replaced(text, first, last), parent, wanted)


def round_trip(text: str, change: Callable[[Any], None]) -> str | Refusal:
    """Return the text after `change` altered its one document as ruamel.yaml holds it.

    ruamel.yaml may write untouched parts differently; only what differs between its text before
    and after the change is taken over, and a change that meets such a part is refused.
    """
    from autodevops.fixing._round_trip import dumped

    shapes = dumped(text, change)
    if shapes is None:
        return _ODD
    before, after = shapes
    new = _lines.transplanted(text, before, after)
    if new is None or _all(new) != _all(after):
        return _ODD
    return new


def _proven(text: str, new: str, path: Steps, wanted: object) -> str | Refusal:
    """Return the new text if it means the old one with that value at the path, else a refusal."""
    before, after = _all(text), _all(new)
    if before is None or after is None:
        return _ODD
    return new if _with(before, (0, *path), wanted) == after else _ODD


def _all(text: str) -> list[Any] | None:
    parsed = reading.parse(text)
    if parsed.problem is not None or parsed.duplicates:
        return None
    return [_plain(document) for document in parsed.documents]


def _with(data: Any, path: Steps, value: object) -> object:  # noqa: ANN401 - plain data of any shape
    """Return plain data with another value at the path."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = _with(copy[path[0]], path[1:], value)
    return copy


def _plain(node: Node) -> Any:  # noqa: ANN401 - plain data of any shape
    match node:
        case Mapping():
            # Keys as they are typed, in pairs where one is no scalar.
            return {_key(pair.key): _plain(pair.value) for pair in node.pairs}
        case reading.Sequence():
            return [_plain(item) for item in node.items]
    return (node.value, node.tag) if node.tag else node.value


def _key(node: Node) -> object:
    return node.text if isinstance(node, Scalar) else repr(_plain(node))


def _is_flow(text: str, node: Mapping | reading.Sequence) -> bool:
    """Tell whether a collection is written with brackets."""
    line = text.split("\n")[node.line - 1]
    return line[node.column - 1 : node.column] in {"{", "[", "&", "!"}


def _last_line(text: str, *nodes: Node) -> int:
    """Return the last line of an entry; a value that is not written ends with its key."""
    return max(_end(text, node) for node in nodes)


def _end(text: str, node: Node) -> int:
    """Return a node's last line; the parser's mark of a block collection stands too far below."""
    if isinstance(node, Scalar) or _is_flow(text, node):
        return node.end_line
    if isinstance(node, Mapping):
        return max((_last_line(text, *pair) for pair in node.pairs), default=node.line)
    return max((_end(text, item) for item in node.items), default=node.line)


def _above(text: str, line: int, column: int) -> int | None:
    """Return after which line something goes that is to stand above a key and its comments."""
    lines = text.split("\n")
    if lines[line - 1][: column - 1].strip():
        return None
    at = line - 1
    while at and lines[at - 1].startswith(" " * (column - 1) + "#"):
        at -= 1
    return at


def _dash(text: str, found: reading.Sequence) -> int | None:
    """Return the 0-based column of a block list's dashes."""
    line = text.split("\n")[found.line - 1]
    if line[found.column - 1 : found.column + 1].strip() == "-":
        return found.column - 1
    before = line[: found.column - 1].rstrip()
    return len(before) - 1 if before.endswith("-") and before[:-1].strip() == "" else None


def scalar_end(line: str, found: Scalar) -> int | None:
    """Return the 0-based position behind a one-line scalar; None when it can't be told."""
    start = found.column - 1
    if found.style in _QUOTED:
        quoted = _QUOTED[found.style].match(line, start)
        return None if quoted is None else quoted.end()
    end = start + len(found.text)
    return end if not found.style and line[start:end] == found.text else None


def _after_scalar(text: str, last: Scalar, addition: str) -> str:
    line = text.split("\n")[last.line - 1]
    end = scalar_end(line, last)
    if end is None:
        return text
    return _lines.replaced(text, last.line, last.line, line[:end] + addition + line[end:])


def _indented(lines: Sequence[str], columns: int) -> list[str]:
    return [" " * columns + line if line else "" for line in lines]
