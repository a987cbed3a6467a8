"""A table for people, made from facts: an inventory, not a judgement."""

from msgspec import Struct


class Table(Struct, frozen=True, kw_only=True):
    """What a view shows."""

    title: str
    """What it lists."""
    columns: tuple[str, ...]
    """Headings."""
    rows: tuple[tuple[str, ...], ...]
    """Cells as text, one for each column; empty where there is nothing."""
    notes: tuple[str, ...] = ()
    """What could not be known, each a sentence."""
