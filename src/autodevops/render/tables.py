"""Views as Markdown: one table after the other, each with the commit and the day it tells of."""

from collections.abc import Iterable, Iterator

from autodevops.model.report import Report
from autodevops.model.table import Table
from autodevops.render.escape import markdown, utf8

_SHORT_ID = 12


def render_tables(report: Report, tables: Iterable[Table]) -> str:
    """Return all tables of one target, uncut."""
    lines = [line for table in tables for line in _table(report, table)]
    return utf8("\n".join(lines))


def _table(report: Report, table: Table) -> Iterator[str]:
    target = report.target
    commit = f" at `{target.commit[:_SHORT_ID]}`" if target.commit else ""
    dirty = ", with uncommitted changes" if target.dirty else ""
    yield f"## {markdown(table.title)} of {markdown(target.name)}"
    yield ""
    yield f"{markdown(target.branch or 'detached')}{commit}{dirty}, {report.started_at[:10]}"
    yield ""
    if table.columns:
        yield _line(table.columns)
        yield "|" + "---|" * len(table.columns)
        yield from map(_line, table.rows)
        yield ""
    for note in table.notes:
        yield f"- Not known: {markdown(note)}"
    if table.notes:
        yield ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(markdown, cells))} |"
