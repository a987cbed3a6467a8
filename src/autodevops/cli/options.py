"""Options that several commands share."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest

if TYPE_CHECKING:
    from autodevops.guide.settings import Threshold

Selectors = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULES",
        help="Only these: ids, families or slugs, repeated or comma-separated. The longest match "
        "of --select and --ignore wins.",
        rich_help_panel="Rules",
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore", metavar="RULES", help="Leave these rules out.", rich_help_panel="Rules"
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        help="Exit with 1 from this severity on: info, low, medium, high, critical or never. "
        "[default: medium, or what the configuration says]",
        rich_help_panel="Verdict",
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit with 4 when anything stayed unknown or incomplete.",
        rich_help_panel="Verdict",
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero",
        help="Exit with 0 instead of 1 when there are findings.",
        rich_help_panel="Verdict",
    ),
]
GuideOption = Annotated[
    str | None,
    typer.Option(
        "--guide",
        metavar="PATH|NAME",
        help="Judge by this guide instead of the built-in one.",
        rich_help_panel="Guide",
    ),
]
ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help="Read this configuration instead of the repository's own.",
        rich_help_panel="Guide",
    ),
]
BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="PATH",
        help="Accept the findings that this file lists.",
        rich_help_panel="Guide",
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="Format of the report; repeat it, each with its --output, for several reports.",
        rich_help_panel="Report",
    ),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Write the report of the --format before it here; `-` is standard output.",
        rich_help_panel="Report",
    ),
]
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
Offline = Annotated[
    bool, typer.Option("--offline", help="Contact nobody.", rich_help_panel="What is audited")
]
Sync = Annotated[
    bool,
    typer.Option(
        "--sync",
        help="Push the history's audits to the team's backend afterwards; the exit code stays.",
        rich_help_panel="Report",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Only the summary.", rich_help_panel="Report"),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="Every place, evidence and time.", rich_help_panel="Report"
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.", rich_help_panel="Report")]
NoStore = Annotated[
    bool,
    typer.Option(
        "--no-store",
        help="Keep nothing of it in the history of this machine.",
        rich_help_panel="Report",
    ),
]
ListFormat = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")]


def selectors(values: Iterable[str] | None) -> tuple[str, ...]:
    """Return the selectors of a repeated, comma-separated option."""
    return tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )


def threshold(value: str | None) -> "Threshold | None":
    """Return from which severity on findings fail a run, None when not said.

    Raises UsageError for another word.
    """
    if value is None:
        return None
    from autodevops.guide.settings import Threshold

    try:
        return Threshold(value)
    except ValueError:
        names = ", ".join(Threshold)
        close = nearest(value, Threshold)
        advice = f"did you mean {close}?" if close else f"it takes one of: {names}"
        raise UsageError(f"--fail-on takes no {value!r}", advice=advice) from None


def list_format(value: str) -> str:
    """Return `text` or `json`; raises UsageError for another format."""
    if value in {"text", "json"}:
        return value
    raise UsageError(f"this command has no format {value!r}", advice="it has: text, json")


def day(value: str | None) -> datetime | None:
    """Return the start of a day, UTC, or a moment; None when not said; raises UsageError."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{value!r} is no date", advice="write it as 2026-02-20") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
