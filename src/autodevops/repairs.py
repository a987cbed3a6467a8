"""The gate: every edit, ours or a model's, is audited before anybody is offered it.

Edits are laid over the snapshot in memory and the whole audit runs again on that. They are taken
only when the findings that they are for are gone, nothing new or worse came, every edited file
still parses, and nothing is written where nothing may be. See docs/explanation/decisions.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from autodevops.auditing import Opened, Trial
from autodevops.fixing.apply import obstacles
from autodevops.fixing.boundaries import objections as boundary_objections
from autodevops.fixing.hiding import Allowed, hiding_objections
from autodevops.fixing.outcome import Objection, outcome_objections
from autodevops.fixing.parsing import parse_objection
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding
from autodevops.model.report import Report
from autodevops.sources.locating import locate


class Origin(StrEnum):
    """Who made the edits."""

    FIXER = "fixer"
    """A deterministic fixer of ours."""
    MODEL = "model"
    """A model, which may have obeyed what it read; more is refused to it."""


class Verified(Struct, frozen=True, kw_only=True):
    """Edits that passed the gate."""

    edits: tuple[Edit, ...]
    """What becomes of files."""
    trial: Trial
    """What an audit says with them."""

    @property
    def report(self) -> Report:
        """Return the report as it would be."""
        return self.trial.report


class NotVerified(Struct, frozen=True, kw_only=True):
    """Edits that did not pass the gate."""

    objections: tuple[Objection, ...]
    """Why not."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why not, one sentence each."""
        return tuple(dict.fromkeys(one.text for one in self.objections))


def verify(
    target: Opened,
    before: Report,
    edits: Sequence[Edit],
    findings: Sequence[Finding],
    *,
    origin: Origin = Origin.FIXER,
    governance: bool = False,
) -> Verified | NotVerified:
    """Return whether these edits make these findings go and do no harm.

    `target` is open and was audited, which gave `before`. Of a model's edits more is asked: see
    `fixing/hiding.py`; `governance` lets them touch workflows and CODEOWNERS.
    """
    objections = [*_beforehand(target, edits)]
    if origin is Origin.MODEL:
        named = frozenset(
            place.path for one in findings for place in one.locations if place.path is not None
        )
        allowed = Allowed(paths=named, governance=governance)
        hiding = hiding_objections(edits, target.snapshot, allowed)
        objections.extend(_of_path(text, edits) for text in hiding)
    if objections:
        return NotVerified(objections=tuple(objections))
    trial = target.audit_with(edits)
    strict = origin is Origin.MODEL
    objections = [*outcome_objections(before, trial.report, findings, strict=strict)]
    if objections:
        return NotVerified(objections=tuple(objections))
    return Verified(edits=tuple(edits), trial=trial)


def _beforehand(target: Opened, edits: Sequence[Edit]) -> Iterable[Objection]:
    """Yield what speaks against edits before anything is audited."""
    snapshot = target.snapshot
    for text in boundary_objections(edits, snapshot):
        yield _of_path(text, edits)
    top = _working_tree(target)
    if top is not None:
        for text in obstacles(top, edits, snapshot.by_path):
            yield _of_path(text, edits)
    view = snapshot.view()
    for edit in edits:
        if edit.content is not None:
            reason = parse_objection(edit.path, view.data(edit.path), edit.content)
            if reason is not None:
                yield _of_path(f"{edit.path} {reason}", edits)


def _of_path(text: str, edits: Iterable[Edit]) -> Objection:
    """Return an objection that begins with the path it is about."""
    paths = {edit.path for edit in edits if text.startswith(f"{edit.path} ")}
    return Objection(text=text, paths=frozenset(paths))


def _working_tree(target: Opened) -> Path | None:
    """Return the folder that edits would be written to; None for a commit, a bare or remote one."""
    request = target.request
    is_local = target.snapshot.target.path is not None
    if not is_local or request.staged or request.rev is not None:
        return None
    place = locate(request.target)
    return None if place.bare else place.top
