"""Groups of options that several commands share, and what each group says."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from autodevops.cli.options import (
    GuideOption,
    NoColor,
    Offline,
    Quiet,
    Selectors,
    selectors,
)
from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest

if TYPE_CHECKING:
    from autodevops.cli.judging import Verdicts
    from autodevops.cli.reports import Destination
    from autodevops.guide.settings import Threshold
    from autodevops.render.interface import RenderOptions
    from autodevops.request import Request


class DepthOptions(NamedTuple):
    """How far an audit looks: into old versions, and beyond this machine."""

    no_history: Annotated[
        bool,
        typer.Option(
            "--no-history",
            help="Don't look for secrets in old versions of files.",
            rich_help_panel="What is audited",
        ),
    ] = False
    history_since: Annotated[
        str | None,
        typer.Option(
            "--history-since",
            metavar="DATE",
            help="Look for secrets only in commits from that day on, such as 2026-02-20.",
            rich_help_panel="What is audited",
        ),
    ] = None
    offline: Offline = False

    def since(self) -> datetime | None:
        """Return the start of that day, UTC, or that moment; raises UsageError."""
        if self.history_since is None:
            return None
        try:
            moment = datetime.fromisoformat(self.history_since)
            # In other zones, the first and the last day of the calendar begin outside it.
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise UsageError(
                f"{self.history_since!r} is no date", advice="write it as 2026-02-20"
            ) from None


class RuleOptions(NamedTuple):
    """Which rules judge."""

    select: Selectors = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="RULES", help="Leave these rules out.", rich_help_panel="Rules"
        ),
    ] = None


class GuideOptions(NamedTuple):
    """By which guide."""

    guide: GuideOption = None
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="PATH",
            help="Read this configuration instead of the repository's own.",
            rich_help_panel="Guide",
        ),
    ] = None


class VerdictOptions(NamedTuple):
    """What the exit code tells."""

    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="Exit with 1 from this severity on: info, low, medium, high, critical or never. "
            "[default: medium, or what the configuration says]",
            rich_help_panel="Verdict",
        ),
    ] = None
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 4 when anything stayed unknown or incomplete.",
            rich_help_panel="Verdict",
        ),
    ] = False
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero",
            help="Exit with 0 instead of 1 when there are findings.",
            rich_help_panel="Verdict",
        ),
    ] = False

    def verdicts(self) -> "Verdicts":
        """Return what decides on the exit code; raises UsageError for an unknown severity."""
        from autodevops.cli.judging import Verdicts

        fail_on = None if self.fail_on is None else _threshold(self.fail_on)
        return Verdicts(fail_on=fail_on, strict=self.strict, exit_zero=self.exit_zero)


class ReportOptions(NamedTuple):
    """Which reports are written, and where to; the order of the command line pairs them."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="Format of the report; repeat it, each with its --output, for several reports.",
            rich_help_panel="Report",
        ),
    ] = None
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Write the report of the --format before it here; `-` is standard output.",
            rich_help_panel="Report",
        ),
    ] = None

    def destinations(self, ctx: typer.Context) -> "tuple[Destination, ...]":
        """Return the reports asked for; raises UsageError when they get in each other's way."""
        from autodevops.cli.ordered import given_order
        from autodevops.cli.reports import destinations

        return destinations(given_order(ctx))


class KeepingOptions(NamedTuple):
    """What becomes of an audit afterwards."""

    no_store: Annotated[
        bool,
        typer.Option(
            "--no-store",
            help="Keep nothing of it in the history of this machine.",
            rich_help_panel="Report",
        ),
    ] = False
    sync: Annotated[
        bool,
        typer.Option(
            "--sync",
            help="Push the history's audits to the team's backend afterwards; the exit code stays.",
            rich_help_panel="Report",
        ),
    ] = False

    def check(self, *, staged: bool) -> None:
        """Raise UsageError when what shall be pushed is not stored."""
        if self.sync and self.no_store:
            raise UsageError(
                "--sync and --no-store don't go together",
                advice="what is pushed comes from the history: leave one of them out",
            )
        if self.sync and staged:
            raise UsageError(
                "--sync and --staged don't go together",
                advice="what is staged is no state of a repository yet: leave one of them out",
            )


class ScreenOptions(NamedTuple):
    """How reports look."""

    quiet: Quiet = False
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Every place, evidence and time.", rich_help_panel="Report"
        ),
    ] = False
    no_color: NoColor = False

    def options(self, *, brief: bool = False, path_prefix: str = "") -> "RenderOptions":
        """Return how reports are shown on standard output."""
        from autodevops.cli.screen import screen

        return screen(no_color=self.no_color).options(
            verbose=self.verbose, quiet=self.quiet, brief=brief, path_prefix=path_prefix
        )


def narrowed(request: "Request", rules: RuleOptions, guide: GuideOptions) -> "Request":
    """Return a request that keeps to the rules and the guide of these options."""
    from msgspec.structs import replace

    return replace(
        request,
        select=selectors(rules.select),
        ignore=selectors(rules.ignore),
        guide=guide.guide,
        config=guide.config,
    )


def _threshold(value: str) -> "Threshold":
    from autodevops.guide.settings import Threshold

    try:
        return Threshold(value)
    except ValueError:
        names = ", ".join(Threshold)
        close = nearest(value, Threshold)
        advice = f"did you mean {close}?" if close else f"it takes one of: {names}"
        raise UsageError(f"--fail-on takes no {value!r}", advice=advice) from None
