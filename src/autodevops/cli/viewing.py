"""`--view`: tables instead of the Markdown report."""

from collections.abc import Iterable

from autodevops.auditing import Audited
from autodevops.cli.options import selectors
from autodevops.cli.reports import Destination
from autodevops.errors import UsageError
from autodevops.render.interface import Format


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
