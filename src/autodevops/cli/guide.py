"""`autodevops guide`: the guide in force, and whether a file of one is valid."""

from typing import Annotated

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import GuideOptions
from autodevops.cli.options import Folder, ListFormat, NoColor
from autodevops.cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="guide",
    cls=PlainGroup,
    help="Show the guide in force, or check a guide's or a team's file.",
    no_args_is_help=True,
)


@app.command(cls=PlainCommand)
@grouped
def show(
    target: Folder = ".",
    *,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what differs from the built-in guide.")
    ] = False,
    guide: GuideOptions,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """Show every value of the guide in force and where it comes from.

    Example: `autodevops guide show --changed`
    """
    from autodevops.cli.guide_text import rows_as_json, rows_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.guide.show import is_changed, rows
    from autodevops.policy import guide_for
    from autodevops.request import Request

    in_force = guide_for(Request(target=target, guide=guide.guide, config=guide.config))
    shown = [row for row in rows(in_force) if not changed or is_changed(row)]
    write(
        rows_as_json(in_force, shown)
        if form == "json"
        else rows_as_text(in_force, shown, screen(no_color=no_color)),
        None,
    )


@app.command(cls=PlainCommand)
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A guide's or a team's file.")],
) -> None:
    """Check a guide's or a team's file; a mistake is shown with its line.

    Example: `autodevops guide check autodevops.toml`
    """
    from autodevops.cli.reports import write
    from autodevops.guide.files import config_at
    from autodevops.guide.load import load_guide
    from autodevops.guide.show import is_changed, rows
    from autodevops.policy import rule_names

    in_force = load_guide(rule_names(), config=config_at(file))
    changed = sum(is_changed(row) for row in rows(in_force))
    values = "1 value" if changed == 1 else f"{changed} values"
    write(f"{file} is valid: it sets {values} ({' < '.join(in_force.chain)})\n", None)
