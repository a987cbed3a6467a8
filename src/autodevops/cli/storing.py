"""Keeps what a command audited in the history; says once when that fails, and goes on."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from autodevops.cli.console import remark
from autodevops.cli.reports import Destination
from autodevops.model.report import Result
from autodevops.render.interface import Format, RenderOptions
from autodevops.request import Request


def keep(results: Sequence[Result], request: Request) -> None:
    """Store the audits; the exit code and the reports are the same when that fails."""
    from autodevops.recording import remember

    problem = remember(results, request)
    if problem is not None:
        remark(f"warning: the audit was not stored: {problem.message}")
        remark(f"  {problem.advice}; --no-store audits without storing")


def with_trend(
    options: RenderOptions,
    results: Sequence[Result],
    wanted: Iterable[Destination],
    request: Request,
) -> RenderOptions:
    """Return the options with the stored trend if a report asked for can show it."""
    if all(report.format is not Format.HTML for report in wanted):
        return options
    from autodevops.recording import trend_with

    return replace(options, trend=trend_with(results, request))
