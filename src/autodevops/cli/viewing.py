"""What pages show beside findings: `--view` tables, and what stands behind an HTML report."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from autodevops.auditing import Audited
from autodevops.cli.options import selectors
from autodevops.cli.reports import Destination
from autodevops.errors import UsageError
from autodevops.render.interface import Format, RenderOptions


def views_in(wanted: Iterable[Destination], given: list[str] | None) -> tuple[str, ...]:
    """Return the names of the views asked for; raises UsageError when nothing could hold them."""
    names = selectors(given)
    if not names:
        return ()
    from autodevops.views.catalog import require_known

    require_known(names)
    if all(report.format is not Format.MARKDOWN for report in wanted):
        raise UsageError("--view makes Markdown tables", advice="add --format markdown")
    return names


def views_of(audited: Iterable[Audited]) -> str | None:
    """Return the tables of all targets; None when no view was asked for."""
    shown = [one for one in audited if one.tables]
    if not shown:
        return None
    from autodevops.render.tables import render_tables

    return "\n".join(render_tables(one.report, one.tables) for one in shown)


def shows_background(wanted: Iterable[Destination]) -> bool:
    """Tell whether a report asked for shows more of a repository than its findings."""
    return any(report.format is Format.HTML for report in wanted)


def with_background(options: RenderOptions, audited: Sequence[Audited]) -> RenderOptions:
    """Return the options with what stands behind the only report."""
    return replace(options, background=audited[0].background) if len(audited) == 1 else options
