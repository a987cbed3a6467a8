"""Proves a model's edits at the gate, one finding after the other, each on top of the last."""

from collections.abc import Sequence

from msgspec import Struct

from autodevops.advice.interface import Patch
from autodevops.advice.patching import UnfitError, patched
from autodevops.advice.prompt import Question
from autodevops.advice.suspicions import suspicions
from autodevops.auditing import Opened
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding
from autodevops.model.report import Report
from autodevops.redaction import REMOVED
from autodevops.repairs import NotVerified, Origin, verify


class Proof(Struct, frozen=True, kw_only=True):
    """What became of a model's edits for one finding."""

    paths: tuple[str, ...]
    """The files that it would change, as it named them."""
    reasons: tuple[str, ...]
    """Why they were not verified; empty when they were."""

    @property
    def is_verified(self) -> bool:
        """Tell whether an audit with the edits finds the finding gone and nothing new."""
        return not self.reasons


class Prover:
    """Keeps what was verified, so that what is offered was verified together."""

    def __init__(self, target: Opened, before: Report, *, governance: bool) -> None:
        """Prove on a target whose audit gave `before`."""
        self._target = target
        self._before = before
        self._governance = governance
        self._contents: dict[str, bytes] = {}
        self._findings: list[Finding] = []
        self.report: Report | None = None
        """What an audit says with all that was verified; None as long as nothing was."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Return what becomes of each file with all that was verified."""
        return _edits(self._contents)

    def prove(self, asked: Question, patches: Sequence[Patch]) -> Proof:
        """Return whether patches are verified; what is joins what was verified before."""
        paths = tuple(dict.fromkeys(one.path for one in patches))
        if any(REMOVED in text for one in patches for text in (one.replace, one.search or "")):
            return Proof(paths=paths, reasons=("it would write a secret",))
        view = self._target.snapshot.view()
        now = {
            path: self._contents[path] if path in self._contents else view.data(path)
            for path in asked.shown
        }
        there = {path: content for path, content in now.items() if content is not None}
        reasons = tuple(suspicions(patches, there))
        if reasons:
            return Proof(paths=paths, reasons=reasons)
        try:
            contents = self._contents | dict(patched(patches, asked, there))
        except UnfitError as problem:
            return Proof(paths=paths, reasons=(str(problem),))
        findings = [*self._findings, asked.finding]
        answer = verify(
            self._target,
            self._before,
            _edits(contents),
            findings,
            origin=Origin.MODEL,
            governance=self._governance,
        )
        if isinstance(answer, NotVerified):
            return Proof(paths=paths, reasons=answer.reasons)
        self._contents, self._findings, self.report = contents, findings, answer.report
        return Proof(paths=paths, reasons=())


def _edits(contents: dict[str, bytes]) -> tuple[Edit, ...]:
    return tuple(Edit(path=path, content=content) for path, content in sorted(contents.items()))
