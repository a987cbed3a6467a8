"""`autodevops fix`: shows what would repair the findings, and makes it so on request."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import GuideOptions, RuleOptions, VerdictOptions, narrowed
from autodevops.cli.options import (
    BaselineOption,
    Folder,
    ListFormat,
    NoColor,
    Offline,
    Quiet,
    selectors,
)

if TYPE_CHECKING:
    from autodevops.mending import Wish

_REPAIRS = "Repairs"


class RepairOptions(NamedTuple):
    """Which repairs, and what becomes of them."""

    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Write the repairs to the working tree.", rich_help_panel=_REPAIRS
        ),
    ] = False
    unsafe: Annotated[
        bool,
        typer.Option(
            "--unsafe",
            help="Also what needs a person's look; with --apply also delete branches.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="Repair only these: ids, families or slugs, repeated or comma-separated. All "
            "rules still judge the outcome.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="Commit the repairs on a new branch from HEAD; the working tree stays as it is.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None
    pr: Annotated[
        bool,
        typer.Option(
            "--pr",
            help="Push that branch (fix/structure-guide unless named) and open a pull request, or "
            "update it.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False
    settings: Annotated[
        bool,
        typer.Option(
            "--settings",
            help="With --apply, also send the settings that GitHub should have.",
            rich_help_panel=_REPAIRS,
        ),
    ] = False
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="FILE",
            help="Read GitHub's token for --pr and --settings from this file; `-` is standard "
            "input.",
            rich_help_panel=_REPAIRS,
        ),
    ] = None

    def wish(self) -> "Wish":
        """Return what is to be repaired, and how."""
        from autodevops.mending import Wish

        return Wish(
            apply=self.apply,
            unsafe=self.unsafe,
            rules=selectors(self.rule),
            branch=self.branch,
            pull_request=self.pr,
            settings=self.settings,
            token=self.token,
        )


@grouped
def fix(
    target: Folder = ".",
    *,
    repairs: RepairOptions,
    offline: Offline = False,
    rules: RuleOptions,
    form: ListFormat = "text",
    verdict: VerdictOptions,
    guide: GuideOptions,
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
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.mending import mend
    from autodevops.request import Request

    limits = verdict.verdicts()
    asked = Request(target=target, offline=offline, baseline=baseline)
    with progress(quiet=quiet) as shown:
        mended = mend(narrowed(asked, rules, guide), repairs.wish(), shown.step)
    if form == "json":
        from autodevops.cli.fix_json import as_json

        write(as_json(mended), None)
    else:
        from autodevops.cli.fix_text import as_text

        write(as_text(mended, screen(no_color=no_color), quiet=quiet), None)
    return limits.code(mended.audited)
