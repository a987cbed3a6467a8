"""What the analyser saw in workflows and actions."""

from autodevops.facts._api import fact
from autodevops.model.analysis import Analysis
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot, Unavailable


@fact
def analysis(snapshot: Snapshot) -> Analysis | Unavailable | NotApplicable:
    """Return the analyser's observations; not applicable without workflows and actions."""
    if isinstance(snapshot.analyser, Unavailable):
        return snapshot.analyser
    seen = snapshot.analyser.analyse(snapshot)
    if isinstance(seen, Unavailable):
        return seen
    for path in seen.skipped:
        snapshot.note_gap(path, f"{path} could not be analysed: it is no valid workflow or action")
    if not seen.paths and not seen.skipped:
        return NotApplicable(reason="there are no workflows and no actions")
    return seen
