"""`autodevops guide`: the guide in force, and whether a file of one is valid."""

from typing import Annotated

import typer

from autodevops.cli.options import ConfigOption, GuideOption, ListFormat, NoColor, list_format

app = typer.Typer(
    name="guide",
    help="Show the guide in force, or check a guide's or a team's file.",
    no_args_is_help=True,
)


@app.command()
def show(
    target: Annotated[str, typer.Argument(metavar="[TARGET]", help="A folder.")] = ".",
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what differs from the built-in guide.")
    ] = False,
    guide: GuideOption = None,
    config: ConfigOption = None,
    output_format: ListFormat = "text",
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

    form = list_format(output_format)
    in_force = guide_for(Request(target=target, guide=guide, config=config))
    shown = [row for row in rows(in_force) if not changed or is_changed(row)]
    as_json = form == "json"
    write(
        rows_as_json(in_force, shown)
        if as_json
        else rows_as_text(in_force, shown, screen(no_color=no_color)),
        None,
    )


@app.command()
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
