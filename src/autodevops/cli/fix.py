"""`autodevops fix`: shows what would repair the findings, and makes it so on request."""

from typing import Annotated

import typer

from autodevops.cli.options import (
    BaselineOption,
    ConfigOption,
    ExitZero,
    FailOn,
    GuideOption,
    Ignored,
    ListFormat,
    NoColor,
    Offline,
    Quiet,
    Selectors,
    Strict,
    list_format,
    selectors,
    threshold,
)

_REPAIRS = "Repairs"


def fix(
    target: Annotated[
        str, typer.Argument(metavar="[TARGET]", help="A folder; by default this one.")
    ] = ".",
    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Write the repairs to the working tree.", rich_help_panel=_REPAIRS
        ),
    ] = False,
    unsafe: Annotated[
        bool,
        typer.Option(
            "--unsafe",
            help="Also what needs a person's look; with --apply also delete branches.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="Repair only these: ids, families or slugs, repeated or comma-separated. All "
            "rules still judge the outcome.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="Commit the repairs on a new branch from HEAD; the working tree stays as it is.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None,
    pr: Annotated[
        bool,
        typer.Option(
            "--pr",
            help="Push that branch (fix/structure-guide unless named) and open a pull request, or "
            "update it.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False,
    settings: Annotated[
        bool,
        typer.Option(
            "--settings",
            help="With --apply, also send the settings that GitHub should have.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="FILE",
            help="Read GitHub's token for --pr and --settings from this file; `-` is standard "
            "input.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None,
    offline: Offline = False,
    select: Selectors = None,
    ignore: Ignored = None,
    format: ListFormat = "text",  # noqa: A002 - the option's name
    fail_on: FailOn = None,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    guide: GuideOption = None,
    config: ConfigOption = None,
    baseline: BaselineOption = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Show the repairs of findings as a difference; with --apply, make them.

    Every repair is audited before it is offered: the finding is gone, nothing new came. Exits like
    `audit` does, by what is left: after --apply, --branch or --pr by the repaired state, otherwise
    by the state as it is.

    Examples: `autodevops fix`, `autodevops fix --apply --rule SE`, `autodevops fix --unsafe --pr`
    """
    from autodevops.cli.console import progress
    from autodevops.cli.judging import Verdicts
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.mending import Wish, mend
    from autodevops.request import Request

    form = list_format(format)
    limits = Verdicts(fail_on=threshold(fail_on), strict=strict, exit_zero=exit_zero)
    request = Request(
        target=target,
        offline=offline,
        select=selectors(select),
        ignore=selectors(ignore),
        guide=guide,
        config=config,
        baseline=baseline,
    )
    wish = Wish(
        apply=apply,
        unsafe=unsafe,
        rules=selectors(rule),
        branch=branch,
        pull_request=pr,
        settings=settings,
        token=token,
    )
    with progress(quiet=quiet) as shown:
        mended = mend(request, wish, shown.step)
    if form == "json":
        from autodevops.cli.fix_json import as_json

        write(as_json(mended), None)
    else:
        from autodevops.cli.fix_text import as_text

        write(as_text(mended, screen(no_color=no_color), quiet=quiet), None)
    return limits.code(mended.audited)
