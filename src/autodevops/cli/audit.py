"""`autodevops audit`: the main job."""

from typing import Annotated

import typer

from autodevops.cli.options import (
    BaselineOption,
    ConfigOption,
    ExitZero,
    FailOn,
    Formats,
    GuideOption,
    Ignored,
    NoColor,
    NoStore,
    Offline,
    Outputs,
    Quiet,
    Selectors,
    Strict,
    Sync,
    Verbose,
    Views,
    day,
    selectors,
    threshold,
)


def audit(
    ctx: typer.Context,
    target: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="A folder (by default this one), `owner/repo` on GitHub, or its URL.",
        ),
    ] = None,
    staged: Annotated[
        bool,
        typer.Option(
            "--staged",
            help="What is staged, not the working tree: for hooks.",
            rich_help_panel="What is audited",
        ),
    ] = False,
    rev: Annotated[
        str | None,
        typer.Option(
            "--rev",
            metavar="REV",
            help="A commit, not the working tree.",
            rich_help_panel="What is audited",
        ),
    ] = None,
    no_history: Annotated[
        bool,
        typer.Option(
            "--no-history",
            help="Don't look for secrets in old versions of files.",
            rich_help_panel="What is audited",
        ),
    ] = False,
    history_since: Annotated[
        str | None,
        typer.Option(
            "--history-since",
            metavar="DATE",
            help="Look for secrets only in commits from that day on, such as 2026-02-20.",
            rich_help_panel="What is audited",
        ),
    ] = None,
    offline: Offline = False,
    select: Selectors = None,
    ignore: Ignored = None,
    format: Formats = None,  # noqa: A002 - the option's name
    output: Outputs = None,
    view: Views = None,
    fail_on: FailOn = None,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    guide: GuideOption = None,
    config: ConfigOption = None,
    baseline: BaselineOption = None,
    no_store: NoStore = False,
    sync: Sync = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> int:
    """Audit a repository and say, rule by rule, where it stands.

    Exits with 0 when nothing reaches --fail-on, 1 when something does, 2 for wrong usage or
    configuration, 3 when it could not audit, 4 when --strict and something stayed unknown.

    Examples: `autodevops audit`, `autodevops audit --select SE,CI --fail-on high`,
    `autodevops audit acme/shop`, `autodevops audit -f text -f sarif -o report.sarif`
    """
    from autodevops.cli.console import progress
    from autodevops.cli.judging import Verdicts, audit_all
    from autodevops.cli.ordered import given_order
    from autodevops.cli.reports import destinations, publish
    from autodevops.cli.screen import screen
    from autodevops.cli.storing import keep, with_trend
    from autodevops.cli.syncing import goes_with, push_afterwards
    from autodevops.cli.viewing import shows_background, views_in, views_of, with_background
    from autodevops.request import Request

    del format, output  # their order counts, see OrderedCommand
    if sync:
        goes_with(stored=not no_store, staged=staged)
    wanted = destinations(given_order(ctx))
    request = Request(
        staged=staged,
        rev=rev,
        history=not no_history,
        history_since=day(history_since),
        offline=offline,
        select=selectors(select),
        ignore=selectors(ignore),
        guide=guide,
        config=config,
        baseline=baseline,
        views=views_in(wanted, view),
        background=shows_background(wanted),
    )
    limits = Verdicts(fail_on=threshold(fail_on), strict=strict, exit_zero=exit_zero)
    with progress(quiet=quiet) as shown:
        audited = audit_all(target or ["."], request, limits, shown.step)
    options = screen(no_color=no_color).options(
        verbose=verbose,
        quiet=quiet,
        brief=staged and not verbose,
        path_prefix=audited.path_prefix,
    )
    if not no_store:
        options = with_trend(options, audited.results, wanted, request)
    options = with_background(options, audited.audited)
    publish(audited.results, wanted, options, views=views_of(audited.audited))
    if not no_store:
        keep(audited.results, request)
    if sync:
        push_afterwards(quiet=quiet, offline=offline)
    if verbose:
        audited.tell_times()
    return audited.exit_code
