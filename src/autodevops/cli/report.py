"""`autodevops report`: saved reports in another form."""

from typing import Annotated

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import ReportOptions, ScreenOptions


@grouped
def report(
    ctx: typer.Context,
    file: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="JSON reports; `-` is standard input."),
    ],
    *,
    reports: ReportOptions,
    comment: Annotated[
        str | None,
        typer.Option(
            "--comment",
            metavar="OWNER/NAME#NUMBER",
            help="Write it as the comment on a pull request, or update the one of an earlier run.",
            rich_help_panel="Report",
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="FILE",
            help="Read GitHub's token for --comment from this file; `-` is standard input.",
            rich_help_panel="Report",
        ),
    ] = None,
    screen: ScreenOptions,
) -> None:
    """Show saved JSON reports, one or many, in any format.

    Example: `autodevops report report.json --format markdown`
    """
    from autodevops.cli.reports import publish
    from autodevops.cli.saved import read_all

    wanted = reports.destinations(ctx)
    results = read_all(file)
    publish(results, wanted, screen.options())
    if comment is not None:
        from autodevops.cli.console import remark
        from autodevops.publishing import comment as write_comment
        from autodevops.render.interface import Format, render

        markdown = render(results, Format.MARKDOWN)
        remark(f"commented: {write_comment(comment, markdown, token=token)}")
