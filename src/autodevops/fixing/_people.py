"""Writes people into MAINTAINERS the way the document lists them."""

import re
from collections.abc import Iterable

from autodevops.facts.codeowners import Codeowners
from autodevops.fixing import _lines

_ROW = re.compile(r"\s*\|.*@.*\|\s*")
_ITEM = re.compile(r"\s*([-*+])\s.*@\w")
_MOST = 6
"""Paths that one entry names."""


def introduced(text: str | None, codeowners: Codeowners, names: Iterable[str]) -> str:
    """Return the document with an entry for each name; a new one when there is none."""
    there = (text or "").lower()
    names = [name for name in names if name.lower() not in there]
    if not names:
        return text or ""
    if not text or not text.strip():
        rows = [f"| {name} | {_owned(codeowners, name)} |" for name in names]
        head = ("# Maintainers", "", "| who | looks after |", "|---|---|")
        return "".join(f"{row}\n" for row in (*head, *rows))
    lines = text.split("\n")
    last_row = max((at for at, row in enumerate(lines, 1) if _ROW.fullmatch(row)), default=0)
    if last_row:
        columns = len(re.findall(r"(?<!\\)\|", lines[last_row - 1])) - 1
        rows = [_row(name, _owned(codeowners, name), columns) for name in names]
        return _lines.inserted(text, last_row, *rows)
    last_item = max((at for at, row in enumerate(lines, 1) if _ITEM.match(row)), default=0)
    mark = found[1] if (found := _ITEM.match(lines[last_item - 1])) and last_item else "-"
    items = [f"{mark} {name}: {_owned(codeowners, name)}" for name in names]
    if last_item:
        while last_item < len(lines) and lines[last_item].startswith((" ", "\t")):
            last_item += 1  # the item goes on
        return _lines.inserted(text, last_item, *items)
    return _lines.appended(text, *([] if text.endswith("\n\n") else [""]), *items)


def _row(name: str, owned: str, columns: int) -> str:
    cells = [name, owned, *([""] * max(columns - 2, 0))]
    return "| " + " | ".join(cells[: max(columns, 1)]).rstrip() + " |"


def _owned(codeowners: Codeowners, name: str) -> str:
    """Return what somebody owns, in words."""
    lines = [line for line in codeowners.lines if name.lower() in line.owner_keys]
    if any(line.is_default for line in lines):
        return "everything that has no other owner"
    shown = [f"`{line.pattern.lstrip('/')}`" for line in lines[:_MOST]]
    return ", ".join(shown) + (" and more" if len(lines) > _MOST else "")
