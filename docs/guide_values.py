"""The values of the built-in guide as a page: keys, meanings from the source, values."""

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise

from autodevops.guide.load import built_in_guide
from autodevops.guide.model import Guide
from autodevops.guide.sections.base import Entry, Section
from autodevops.guide.shape import entry_of, fields

INTRODUCTION = """\
# Guide values

Every value that a rule uses, with what the built-in guide says. A team's or an organisation's file
changes one by writing the same table and key; [Configuration](configuration.md) tells how.
`autodevops guide show` prints the values in force and where each comes from.

A table whose key ends in `NAME` stands once for each name; a further name adds an entry."""

SHOWN = 3
"""How many entries of a long list are shown."""


def guide_page() -> str:
    """Return the whole page."""
    guide = built_in_guide()
    parts = [INTRODUCTION]
    for key, field in fields(Guide).items():
        value = getattr(guide, field.name)
        if isinstance(value, Section):
            parts += _section(key, value)
    return "\n\n".join(parts) + "\n"


def _section(key: str, section: Section) -> Iterator[str]:
    """Yield a section's heading, purpose and tables."""
    yield f"## {key}"
    yield f"{inspect.getdoc(type(section))} Guide section: *{section.section}*."
    plain: list[str] = []
    nested: list[str] = []
    for name, field in fields(type(section)).items():
        value = getattr(section, field.name)
        meaning = meanings(type(section))[field.name]
        entry = entry_of(field.type)
        if name == "section":
            continue
        if entry is None:
            plain.append(f"| `{name}` | {meaning} | {_shown(value)} |")
        else:
            nested += [f"`[{key}.{name}.NAME]` {meaning}", _entry(entry, value)]
    if plain:
        yield f"`[{key}]`\n\n| key | holds | built-in value |\n|---|---|---|\n" + "\n".join(plain)
    yield from nested


def _entry(kind: type[Entry], entries: tuple[Entry, ...]) -> str:
    """Return the table of what stands under each name."""
    told = meanings(kind)
    rows = [f"| `{key}` | {told[field.name]} |" for key, field in fields(kind).items()]
    names = ", ".join(f"`{getattr(entry, 'name')}`" for entry in entries)  # noqa: B009
    return "\n".join(["| key | holds |", "|---|---|", *rows, "", f"Built in: {names or 'none'}."])


@cache
def meanings(kind: type[Entry]) -> Mapping[str, str]:
    """Return what the source says below each field of a struct and of those it inherits from."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, Entry) and base is not Entry:
            found |= _below_fields(base)
    return found


def _below_fields(kind: type[Entry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement, below in pairwise(ast.walk(ast.parse(inspect.getsource(kind)))):
        match statement, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def _shown(value: object) -> str:
    """Return a value as TOML writes it, long lists cut short."""
    match value:
        case None:
            return "not set"
        case tuple() if len(value) > SHOWN + 1:
            return f"{_shown(value[:SHOWN])[:-2]}, ...]` ({len(value)})"
        case Mapping():
            return ", ".join(f"`{key} = {json.dumps(each)}`" for key, each in value.items())
        case date():
            return f"`{value.isoformat()}`"
        case _:
            return f"`{json.dumps(value, ensure_ascii=False)}`"
