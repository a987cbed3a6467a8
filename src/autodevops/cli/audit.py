"""`autodevops audit`: the main job."""

from typing import Annotated, NamedTuple

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import (
    DepthOptions,
    GuideOptions,
    KeepingOptions,
    ReportOptions,
    RuleOptions,
    ScreenOptions,
    VerdictOptions,
    narrowed,
)
from autodevops.cli.options import BaselineOption, Targets


class StateOptions(NamedTuple):
    """Which state of a repository is audited."""

    staged: Annotated[
        bool,
        typer.Option(
            "--staged",
            help="What is staged, not the working tree: for hooks.",
            rich_help_panel="What is audited",
        ),
    ] = False
    rev: Annotated[
        str | None,
        typer.Option(
            "--rev",
            metavar="REV",
            help="A commit, not the working tree.",
            rich_help_panel="What is audited",
        ),
    ] = None


Views = Annotated[
    list[str] | None,
    typer.Option(
        "--view",
        metavar="VIEW",
        help="What Markdown shows instead: branches, workflows, checks, secrets, owners or "
        "governance, as a table with commit and day.",
        rich_help_panel="Report",
    ),
]


@grouped
def audit(
    ctx: typer.Context,
    target: Targets = None,
    *,
    state: StateOptions,
    depth: DepthOptions,
    rules: RuleOptions,
    reports: ReportOptions,
    view: Views = None,
    verdict: VerdictOptions,
    guide: GuideOptions,
    baseline: BaselineOption = None,
    keeping: KeepingOptions,
    screen: ScreenOptions,
) -> int:
    """Audit a repository and say, rule by rule, where it stands.

    Exits with 0 when nothing reaches --fail-on, 1 when something does, 2 for wrong usage or
    configuration, 3 when it could not audit, 4 when --strict and something stayed unknown.

    Examples: `autodevops audit`, `autodevops audit --select SE,CI --fail-on high`,
    `autodevops audit acme/shop`, `autodevops audit -f text -f sarif -o report.sarif`
    """
    from autodevops.cli.console import progress
    from autodevops.cli.judging import audit_all
    from autodevops.cli.reports import publish
    from autodevops.cli.storing import keep, with_trend
    from autodevops.cli.syncing import push_afterwards
    from autodevops.cli.viewing import shows_background, views_in, views_of, with_background
    from autodevops.request import Request

    keeping.check(staged=state.staged)
    wanted = reports.destinations(ctx)
    asked = Request(
        staged=state.staged,
        rev=state.rev,
        history=not depth.no_history,
        history_since=depth.since(),
        offline=depth.offline,
        baseline=baseline,
        views=views_in(wanted, view),
        background=shows_background(wanted),
    )
    request = narrowed(asked, rules, guide)
    limits = verdict.verdicts()
    with progress(quiet=screen.quiet) as shown:
        audited = audit_all(target or ["."], request, limits, shown.step)
    brief = state.staged and not screen.verbose
    options = screen.options(brief=brief, path_prefix=audited.path_prefix)
    if not keeping.no_store:
        options = with_trend(options, audited.results, wanted, request)
    options = with_background(options, audited.audited)
    publish(audited.results, wanted, options, views=views_of(audited.audited))
    if not keeping.no_store:
        keep(audited.results, request)
    if keeping.sync:
        push_afterwards(quiet=screen.quiet, offline=depth.offline)
    if screen.verbose:
        audited.tell_times()
    return audited.exit_code
