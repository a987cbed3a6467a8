"""The guide in force as text and JSON."""

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from autodevops.cli.screen import Screen
from autodevops.guide.load import GuideInForce
from autodevops.guide.show import Row, is_changed
from autodevops.render.escape import terminal
from autodevops.render.json_text import encode

if TYPE_CHECKING:
    from rich.text import Text

SCHEMA = "autodevops/guide/v1"
"""What the JSON form of the guide says about itself."""


def rows_as_json(in_force: GuideInForce, rows: Iterable[Row]) -> str:
    """Return the values as one JSON object."""
    guide = in_force.guide
    listed = [
        {
            "key": ".".join(part for part in (row.table, row.key) if part),
            "value": row.value,
            "guide_section": row.section,
            "sources": list(row.sources),
        }
        for row in rows
    ]
    stamp = {"name": guide.name, "version": guide.version, "digest": guide.digest}
    chain = list(in_force.chain)
    return encode({"schema": SCHEMA, "guide": stamp, "chain": chain, "values": listed})


def rows_as_text(in_force: GuideInForce, rows: Iterable[Row], screen: Screen) -> str:
    """Return the values by table, what differs from the built-in guide marked."""
    from rich.text import Text

    guide = in_force.guide
    console = screen.console()
    with console.capture() as capture:
        console.print(Text(f"{guide.name} {guide.version}", style="bold"), soft_wrap=True)
        console.print(Text(" < ".join(in_force.chain), style="dim"), soft_wrap=True)
        for table, members in groupby(rows, lambda row: row.table):
            listed = list(members)
            section = listed[0].section
            console.print()
            heading = Text(f"[{table}]", style="bold")
            console.print(heading + Text(f"  {section}" if section else "", style="dim"))
            for row in listed:
                console.print(_line(row), soft_wrap=True)
    return capture.get()


def _line(row: Row) -> "Text":
    from rich.text import Text

    changed = is_changed(row)
    name = f"{row.key or row.table} = "
    line = Text(terminal(name), style="green" if changed else "")
    line.append(terminal(row.value))
    if changed:
        line.append(f"  # {terminal(', '.join(row.sources))}", style="green")
    return line
