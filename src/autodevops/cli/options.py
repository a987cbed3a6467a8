"""Single options that several commands share, and what their values mean."""

from collections.abc import Iterable
from typing import Annotated

import typer

from autodevops.errors import UsageError

Folder = Annotated[str, typer.Argument(metavar="[TARGET]", help="A folder; by default this one.")]
Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TARGET]...",
        help="A folder (by default this one), `owner/repo` on GitHub, or its URL.",
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Contact nobody.", rich_help_panel="What is audited")
]
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
GuideOption = Annotated[
    str | None,
    typer.Option(
        "--guide",
        metavar="PATH|NAME",
        help="Judge by this guide instead of the built-in one.",
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
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Only the summary.", rich_help_panel="Report"),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.", rich_help_panel="Report")]


def _text_or_json(value: str) -> str:
    if value in {"text", "json"}:
        return value
    raise UsageError(f"this command has no format {value!r}", advice="it has: text, json")


ListFormat = Annotated[
    str,
    typer.Option("--format", "-f", metavar="FORMAT", help="text or json.", callback=_text_or_json),
]


def selectors(values: Iterable[str] | None) -> tuple[str, ...]:
    """Return the selectors of a repeated, comma-separated option."""
    return tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )
