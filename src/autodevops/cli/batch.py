"""`autodevops batch`: many repositories."""

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
    day,
    selectors,
    threshold,
)

_TARGETS, _RUN = "What is audited", "How it runs"


def batch(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="One target a line: folders, `owner/repo`, URLs; `#` begins a comment, `-` is "
            "standard input.",
        ),
    ] = None,
    org: Annotated[
        list[str] | None,
        typer.Option(
            "--org",
            metavar="ORG",
            help="All repositories of an organisation on GitHub; may be repeated.",
            rich_help_panel=_TARGETS,
        ),
    ] = None,
    include_archived: Annotated[
        bool,
        typer.Option(
            "--include-archived",
            help="Also what the organisation archived.",
            rich_help_panel=_TARGETS,
        ),
    ] = False,
    include_forks: Annotated[
        bool,
        typer.Option(
            "--include-forks", help="Also what the organisation forked.", rich_help_panel=_TARGETS
        ),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the batch that was interrupted; what is done stays done.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Audit repositories on GitHub again that did not change since the last batch.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            min=1,
            max=256,
            help="Audits that run side by side. [default: two for each core]",
            rich_help_panel=_RUN,
        ),
    ] = None,
    output_dir: Annotated[
        str | None,
        typer.Option(
            "--output-dir",
            metavar="DIR",
            help="Write the JSON report of each target into this folder as soon as it is done.",
            rich_help_panel="Report",
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Audit on the workers of this Dask scheduler, such as tcp://host:8786.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    no_history: Annotated[
        bool,
        typer.Option(
            "--no-history",
            help="Don't look for secrets in old versions of files.",
            rich_help_panel=_TARGETS,
        ),
    ] = False,
    history_since: Annotated[
        str | None,
        typer.Option(
            "--history-since",
            metavar="DATE",
            help="Look for secrets only in commits from that day on, such as 2026-02-20.",
            rich_help_panel=_TARGETS,
        ),
    ] = None,
    offline: Offline = False,
    select: Selectors = None,
    ignore: Ignored = None,
    format: Formats = None,  # noqa: A002 - the option's name
    output: Outputs = None,
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
    """Audit many repositories and say where each stands and what they have in common.

    One that fails doesn't stop the others. Exits like `audit`; 4 when some could not be audited,
    3 when none could.

    Examples: `autodevops batch --org acme`, `autodevops batch repositories.txt -f json -o all.json`
    """
    from autodevops.batch.performing import Wanted
    from autodevops.cli.batching import Batching
    from autodevops.cli.judging import Verdicts
    from autodevops.cli.ordered import given_order
    from autodevops.cli.reports import destinations
    from autodevops.cli.screen import screen
    from autodevops.cli.syncing import goes_with
    from autodevops.request import Request

    del format, output  # their order counts, see OrderedCommand
    if sync:
        goes_with(stored=not no_store, staged=False)
    request = Request(
        history=not no_history,
        history_since=day(history_since),
        offline=offline,
        select=selectors(select),
        ignore=selectors(ignore),
        guide=guide,
        config=config,
        baseline=baseline,
    )
    wanted = Wanted(
        request=request,
        file=file,
        organisations=tuple(org or ()),
        include_archived=include_archived,
        include_forks=include_forks,
        resume=resume,
        force=force,
        jobs=jobs,
        output_dir=output_dir,
        cluster=cluster,
    )
    return Batching(
        wanted=wanted,
        reports=destinations(given_order(ctx)),
        options=screen(no_color=no_color).options(verbose=verbose, quiet=quiet),
        verdicts=Verdicts(fail_on=threshold(fail_on), strict=strict, exit_zero=exit_zero),
        no_color=no_color,
        store=not no_store,
        sync=sync,
    ).run()
