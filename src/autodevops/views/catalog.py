"""Every view, by the name that `--view` takes."""

from collections.abc import Callable, Iterable

from autodevops.engine.resolve import parameters
from autodevops.engine.run import Lookup
from autodevops.errors import UsageError
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.model.suggestion import nearest
from autodevops.model.table import Table
from autodevops.views.branches import branches_view
from autodevops.views.checks import checks_view
from autodevops.views.governance import governance_view
from autodevops.views.owners import owners_view
from autodevops.views.secrets import secrets_view
from autodevops.views.workflows import events_view, workflows_view

VIEWS: dict[str, tuple[Callable[..., Table], ...]] = {
    "branches": (branches_view,),
    "workflows": (workflows_view, events_view),
    "checks": (checks_view,),
    "secrets": (secrets_view,),
    "owners": (owners_view,),
    "governance": (governance_view,),
}
"""The tables of each view; their parameters name facts and sections of the guide, as rules' do."""


def require_known(names: Iterable[str]) -> None:
    """Raise UsageError for a name that is no view's."""
    for name in names:
        if name not in VIEWS:
            close = nearest(name, VIEWS)
            hint = f"did you mean {close}?" if close else f"there are {', '.join(VIEWS)}"
            raise UsageError(f"there is no view {name!r}", advice=hint)


def tables(name: str, snapshot: Snapshot, lookup: Lookup) -> tuple[Table, ...]:
    """Return the tables of a view of what was audited."""

    def look_up(kind: type) -> object:
        return snapshot if kind is Snapshot else lookup(kind)

    return tuple(_table(name, view, look_up) for view in VIEWS[name])


def _table(title: str, view: Callable[..., Table], lookup: Lookup) -> Table:
    """Return a table, without rows when a fact that it can't do without is missing."""
    values: dict[str, object] = {}
    for parameter in parameters(view):
        value = lookup(parameter.wanted)
        if value is None:
            value = Unavailable("what it shows could not be made out")
        if isinstance(value, Unavailable | NotApplicable) and not isinstance(
            value, parameter.accepts
        ):
            return Table(title=title.capitalize(), columns=(), rows=(), notes=(value.reason,))
        values[parameter.name] = value
    return view(**values)
