"""What an analyser of workflows may say: which of its audits matched, and exactly where.

The analyser belongs to another layer; whoever builds a snapshot hands one in (`Snapshot.analyser`).
"""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct

from autodevops.model.finding import Confidence, Location, Severity

if TYPE_CHECKING:
    from autodevops.model.snapshot import Snapshot, Unavailable


class Observation(NamedTuple):
    """One match of one of the analyser's audits."""

    audit: str
    """The analyser's id of the audit, such as `template-injection`."""
    summary: str
    """What the audit is about."""
    note: str
    """What it says of this place."""
    severity: Severity
    """How bad the analyser calls it."""
    confidence: Confidence
    """How sure it is."""
    at: Location
    """The place."""
    job: str | None
    """Id of the job, when it is in one."""
    step: int | None
    """0-based position of the step in its job, when it is in one."""


class Analysis(Struct, frozen=True, kw_only=True):
    """What the analyser saw in all workflows and actions of a repository."""

    observations: tuple[Observation, ...]
    """By path, line and audit."""
    paths: tuple[str, ...]
    """Files that it looked at."""
    skipped: tuple[str, ...] = ()
    """Files that it could not read; rules stay unknown about them."""


class WorkflowAnalyser(Protocol):
    """Analyses workflows; picked where the program is put together."""

    def analyse(self, snapshot: "Snapshot") -> "Analysis | Unavailable":
        """Return what stands in the snapshot's workflows and actions; contacts nobody."""
        ...
