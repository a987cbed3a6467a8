"""Takes single items out of lists in YAML text, in block and in flow style."""

from autodevops.facts._yaml import Scalar, Sequence
from autodevops.fixing import _lines, _yaml
from autodevops.fixing._api import Refusal

_ODD = Refusal("the list is written in a way that can't be changed line by line")


def remove_item(text: str, path: _yaml.Steps, at: int) -> str | Refusal:
    """Return the text without the one-line text at a 0-based position; the list keeps others."""
    found = _yaml.find(text, path)
    if not isinstance(found, Sequence) or len(found.items) < 2:  # noqa: PLR2004 - one must be left
        return _ODD
    item = found.items[at]
    if not isinstance(item, Scalar) or item.line != item.end_line:
        return _ODD
    row = text.split("\n")[item.line - 1]
    if row[: item.column - 1].strip() == "-":
        new = _lines.replaced(text, item.line, item.line)
    else:
        span = _span(row, found, at)
        if span is None:
            return _ODD
        new = _lines.replaced(text, item.line, item.line, row[: span[0]] + row[span[1] :])
    kept = tuple(one.as_text for place, one in enumerate(found.items) if place != at)
    left = _yaml.find(new, path)
    same = isinstance(left, Sequence) and tuple(one.as_text for one in left.items) == kept
    return new if same else _ODD


def _span(row: str, found: Sequence, at: int) -> tuple[int, int] | None:
    """Return what to cut out of a line: the item and the comma on one side of it."""
    item = found.items[at]
    others = (found.items[at - 1] if at else None, found.items[at + 1 : at + 2])
    if others[1] and others[1][0].line == item.line:
        return item.column - 1, others[1][0].column - 1
    before = others[0]
    if before is None or before.line != item.line or not isinstance(item, Scalar):
        return None
    comma = row.rfind(",", 0, item.column - 1)
    end = _yaml.scalar_end(row, item)
    return None if comma < 0 or end is None else (comma, end)
