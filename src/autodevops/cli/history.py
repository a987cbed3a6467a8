"""`autodevops history`: past audits, what changed between them, how things came along."""

from typing import Annotated

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import ReportOptions, ScreenOptions
from autodevops.cli.options import ListFormat, NoColor
from autodevops.cli.ordered import OrderedCommand
from autodevops.cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="history",
    cls=PlainGroup,
    help="See past audits on this machine, what changed between them, and the trend.",
    no_args_is_help=True,
)

Target = Annotated[
    str,
    typer.Argument(metavar="[TARGET]", help="A folder, a name such as acme/shop, or an address."),
]
Audit = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="An audit's id, or how it begins.")
]
Everything = Annotated[bool, typer.Option("--all", help="Every target, not just one.")]
Branch = Annotated[
    str | None,
    typer.Option("--branch", metavar="NAME", help="This branch. [default: the newest audit's]"),
]


@app.command("list", cls=PlainCommand)
def list_(
    target: Target = ".",
    everything: Everything = False,
    branch: Annotated[
        str | None, typer.Option("--branch", metavar="NAME", help="Only this branch.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="How many, the newest first.")
    ] = 20,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """List past audits, the newest first.

    Example: `autodevops history list --limit 5`
    """
    from autodevops.cli.history_data import audits_as_json
    from autodevops.cli.history_text import audits_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.past import list_audits

    found = list_audits(None if everything else target, branch=branch, limit=limit)
    options = screen(no_color=no_color).options()
    write(audits_as_json(found) if form == "json" else audits_as_text(found, options), None)


@app.command(cls=OrderedCommand)
@grouped
def show(
    ctx: typer.Context, audit: Audit = None, *, reports: ReportOptions, screen: ScreenOptions
) -> None:
    """Show the whole report of a past audit, by default this folder's newest, in any format.

    Example: `autodevops history show 3f2a91bc --format markdown`
    """
    from autodevops.cli.reports import publish
    from autodevops.past import load_report

    wanted = reports.destinations(ctx)
    publish([load_report(audit, ".")], wanted, screen.options())


@app.command(cls=PlainCommand)
def diff(
    earlier: Annotated[
        str | None, typer.Argument(metavar="[EARLIER]", help="An audit's id, or how it begins.")
    ] = None,
    later: Annotated[
        str | None, typer.Argument(metavar="[LATER]", help="Another of the same target.")
    ] = None,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """Show which findings are new, fixed and still open between two audits.

    Without the second the newest audit of the same branch is meant; without both, the two newest
    of this folder.

    Example: `autodevops history diff 3f2a91bc 77d0b14e`
    """
    from autodevops.cli.history_data import comparison_as_json
    from autodevops.cli.history_text import comparison_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.past import compare

    found = compare(earlier, later, ".")
    options = screen(no_color=no_color).options()
    write(comparison_as_json(found) if form == "json" else comparison_as_text(found, options), None)


@app.command(cls=PlainCommand)
def findings(
    target: Target = ".",
    fixed: Annotated[
        bool, typer.Option("--fixed", help="Those that are gone, instead of those that are there.")
    ] = False,
    branch: Branch = None,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """List a branch's findings: since when each is there, or which commit fixed it.

    Example: `autodevops history findings --fixed`
    """
    from autodevops.cli.history_data import findings_as_json
    from autodevops.cli.history_text import findings_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.past import list_findings

    found = list_findings(target, branch=branch, fixed=fixed)
    options = screen(no_color=no_color).options()
    write(
        findings_as_json(found)
        if form == "json"
        else findings_as_text(found, options, fixed=fixed),
        None,
    )


@app.command(cls=PlainCommand)
def trend(
    target: Target = ".",
    branch: Branch = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="Only so many of the newest states."),
    ] = None,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """Draw conformance and open findings over time, for one branch.

    Of several audits of one commit under one guide the last counts; audits of a commit of choice
    (--rev) or of a part of the rules don't.

    Example: `autodevops history trend --branch main`
    """
    from autodevops.cli.history_data import trend_as_json
    from autodevops.cli.history_text import trend_as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.past import load_trend

    found = load_trend(target, branch=branch, limit=limit)
    options = screen(no_color=no_color).options()
    write(trend_as_json(found) if form == "json" else trend_as_text(found, options), None)


@app.command(cls=PlainCommand)
def prune(
    target: Target = ".",
    everything: Everything = False,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=0, metavar="N", help="The newest N stay, however old."),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", min=0, metavar="DAYS", help="Younger ones stay."),
    ] = None,
    unsent: Annotated[
        bool,
        typer.Option("--unsent", help="Also what the team's backend has yet to be sent."),
    ] = False,
    form: ListFormat = "text",
) -> None:
    """Forget old audits, and the findings of branches that have none left.

    Example: `autodevops history prune --all --older-than 365 --keep 10`
    """
    from autodevops.cli.history_data import pruned_as_json
    from autodevops.cli.history_text import pruned_as_text
    from autodevops.cli.reports import write
    from autodevops.errors import UsageError
    from autodevops.past import forget

    if keep is None and older_than is None:
        raise UsageError("nothing says what to forget", advice="give --keep N, --older-than DAYS")
    pruned = forget(None if everything else target, keep=keep or 0, days=older_than, unsent=unsent)
    write(pruned_as_json(pruned) if form == "json" else pruned_as_text(pruned), None)
