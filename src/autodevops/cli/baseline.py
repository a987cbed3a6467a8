"""`autodevops baseline`: accepts today's findings, and forgets those that are gone."""

from typing import Annotated

import typer

from autodevops.cli.console import remark
from autodevops.cli.grouped import grouped
from autodevops.cli.groups import GuideOptions, RuleOptions, narrowed
from autodevops.cli.options import Folder
from autodevops.cli.plain import PlainCommand, PlainGroup

DEFAULT = "autodevops-baseline.json"
"""Where a baseline is kept unless told otherwise."""

app = typer.Typer(
    name="baseline",
    cls=PlainGroup,
    help="Accept today's findings, or drop those that are gone.",
    no_args_is_help=True,
)

Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="The baseline's file; name it as `baseline` in the configuration.",
    ),
]


@app.command(cls=PlainCommand)
@grouped
def write(
    target: Folder = ".",
    output: Output = DEFAULT,
    *,
    rules: RuleOptions,
    guide: GuideOptions,
) -> None:
    """Accept all findings that are open now: later audits report only new ones.

    Name the file as `baseline` in the team's file, or give it as `audit --baseline PATH`.
    """
    from autodevops.baselines import accept
    from autodevops.cli.reports import write as write_out
    from autodevops.request import Request

    accepted = accept(narrowed(Request(target=target), rules, guide))
    write_out(accepted.text, output)
    remark(f"{output} accepts {accepted.count} findings")


@app.command(cls=PlainCommand)
@grouped
def prune(target: Folder = ".", output: Output = DEFAULT, *, guide: GuideOptions) -> None:
    """Drop the accepted findings that are gone; what stayed unknown is kept."""
    from autodevops.baselines import prune as pruned
    from autodevops.cli.reports import require_own_place
    from autodevops.cli.reports import write as write_out
    from autodevops.request import Request

    require_own_place(output)
    kept = pruned(Request(target=target, guide=guide.guide, config=guide.config), output)
    write_out(kept.text, output)
    remark(f"{output} keeps {kept.count} findings, {kept.dropped} are gone")
