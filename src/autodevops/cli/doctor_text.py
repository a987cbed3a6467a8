"""What `doctor` saw, as text and JSON."""

from collections.abc import Iterable

from autodevops.cli.screen import Screen
from autodevops.diagnosis import Diagnosis, Health
from autodevops.render.escape import terminal
from autodevops.render.json_text import encode

SCHEMA = "autodevops/doctor/v1"
"""What the JSON form says about itself."""

_STYLES = {Health.OK: "green", Health.WARNING: "yellow", Health.BROKEN: "bold red"}


def as_json(found: Iterable[Diagnosis]) -> str:
    """Return what was seen as one JSON object."""
    parts = [
        {"part": one.part, "health": one.health, "detail": one.detail, "advice": one.advice}
        for one in found
    ]
    return encode({"schema": SCHEMA, "parts": parts})


def as_text(found: Iterable[Diagnosis], screen: Screen) -> str:
    """Return what was seen, a line a part, with advice below where something is to be done."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in found:
        detail = Text(terminal(one.detail))
        if one.advice:
            detail.append(f"\n{terminal(one.advice)}", style="bold")
        table.add_row(Text(one.health, style=_STYLES[one.health]), one.part, detail)
    console = screen.console()
    with console.capture() as capture:
        console.print(table)
    return capture.get()
