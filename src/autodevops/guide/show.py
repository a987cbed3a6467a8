"""The guide in force as rows: every value, and where it comes from."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from autodevops.guide.check import dotted
from autodevops.guide.layers import leaves
from autodevops.guide.load import BUILT_IN, GuideInForce

_HEADING = "section"


class Row(NamedTuple):
    """One value of the guide."""

    table: str
    """Top-level key: `branches`."""
    key: str
    """Dotted key inside it: `types.feature`; empty for a value at the top."""
    value: str
    """As TOML writes it."""
    section: str | None
    """Heading of the guide that the value belongs to; None for settings."""
    sources: tuple[str, ...]
    """Where it was written: the built-in guide's name or `file:line`; a list may have several."""


def rows(in_force: GuideInForce) -> Iterator[Row]:
    """Yield every value in force, in the guide's order, settings after the policy."""
    tables = in_force.merged.tables
    for leaf in leaves(tables):
        top, *inner = leaf.path
        table = tables[str(top)]
        heading = table.get(_HEADING) if isinstance(table, dict) else None
        if inner == [_HEADING]:
            continue
        origins = in_force.merged.origins_of(leaf.path, leaf.value)
        yield Row(
            table=str(top),
            key=dotted(tuple(inner)),
            value=written(leaf.value),
            section=heading,
            sources=tuple(dict.fromkeys(origin.text for origin in origins)),
        )
    yield from _apart(in_force)


def _apart(in_force: GuideInForce) -> Iterator[Row]:
    """Yield the settings that add up over the files."""
    for layer in in_force.layers:
        document = layer.document
        for key in ("severity", "lock"):
            for leaf in leaves({key: document.tables.get(key, {})}):
                source = f"{document.path}:{document.line(leaf.path)}"
                yield Row(key, dotted(leaf.path[1:]), written(leaf.value), None, (source,))
    for waiver in in_force.configuration.waivers:
        text = f"{waiver.rule} {waiver.subject} until {waiver.expires}"
        yield Row("waivers", waiver.rule, text, None, (waiver.source,))


def is_changed(row: Row) -> bool:
    """Tell whether a row says something else than the built-in guides alone."""
    return any(source not in BUILT_IN for source in row.sources)


def written(value: Any) -> str:  # noqa: ANN401 - any TOML value
    """Return a value as TOML writes it, in full."""
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
