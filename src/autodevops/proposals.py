"""What `fix` offers: the repairs that pass the gate together, and for the others why they don't."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from autodevops.auditing import Opened
from autodevops.fixing.outcome import Objection
from autodevops.fixing.plan import Choice, Declined, Plan, make_plan
from autodevops.fixing.site import Site
from autodevops.model.edit import Edit, Repair
from autodevops.model.finding import Finding
from autodevops.model.report import Report
from autodevops.repairs import NotVerified, Verified, verify

MOST_TRIALS = 12
"""So many audits are spent on telling good repairs from bad ones."""
_ROUNDS = 3
"""Repairs may make room for others; after so many rounds the rest is left to a second run."""


class Proposal(Struct, frozen=True, kw_only=True):
    """What `fix` offers for a target."""

    before: Report
    """The report without any edit."""
    after: Report
    """The report with all of them."""
    repairs: tuple[Repair, ...]
    """What passed the gate."""
    declined: tuple[Declined, ...]
    """What did not, or its fixer refuses."""
    held_back: tuple[Finding, ...]
    """What only an unsafe fix repairs, which nobody asked for."""
    edits: tuple[Edit, ...]
    """What becomes of each file."""


def propose(target: Opened, before: Report, choice: Choice) -> Proposal:
    """Return the repairs that pass the gate together; what fails is named with the reason.

    A second run on the outcome proposes nothing more: what repairs make room for is repaired too.
    """
    sieve = _Sieve(target, before, choice)
    plan, verified = sieve.sifted()
    repairs, declined = [*plan.repairs], {one.finding.id: one for one in plan.declined}
    for _ in range(_ROUNDS - 1):
        if verified is None:
            break
        further = make_plan(
            verified.report.findings,
            Site(verified.trial.snapshot, verified.trial.lookup),
            replace(choice, without=frozenset(sieve.rejected)),
        )
        declined |= {one.finding.id: one for one in further.declined}
        if not any(one.edits for one in further.repairs):
            break
        together = _joined(verified.edits, further.edits)
        found = [one.finding for one in (*repairs, *further.repairs)]
        outcome = verify(target, before, together, found)
        if isinstance(outcome, NotVerified):
            sieve.reject(further.repairs, outcome.reasons)
            break
        repairs, verified = [*repairs, *further.repairs], outcome
    return Proposal(
        before=before,
        after=before if verified is None else verified.report,
        repairs=tuple(repairs),
        declined=(*declined.values(), *sieve.rejected.values()),
        held_back=plan.held_back,
        edits=() if verified is None else verified.edits,
    )


class _Sieve:
    """Tells good repairs from bad ones with few audits: by blame first, else by halves."""

    def __init__(self, target: Opened, before: Report, choice: Choice) -> None:
        self._target = target
        self._before = before
        self._choice = choice
        self._trials = MOST_TRIALS
        self.rejected: dict[str, Declined] = {}

    def sifted(self) -> tuple[Plan, Verified | None]:
        """Return the largest plan found that passes, and how it passed."""
        while True:
            plan = self._plan([one.id for one in self._before.findings])
            if not plan.repairs:
                return plan, None
            outcome = self._verify(plan)
            if isinstance(outcome, Verified):
                return plan, outcome
            self._blame(plan, outcome)

    def reject(self, repairs: Iterable[Repair], reasons: tuple[str, ...]) -> None:
        """Leave these repairs out from now on."""
        for one in repairs:
            declined = Declined(finding=one.finding, title=one.title, reasons=reasons)
            self.rejected.setdefault(one.finding.id, declined)

    def _plan(self, only: Iterable[str]) -> Plan:
        wanted = frozenset(only)
        findings = [one for one in self._before.findings if one.id in wanted]
        site = Site(self._target.snapshot, self._target.lookup)
        return make_plan(findings, site, replace(self._choice, without=frozenset(self.rejected)))

    def _verify(self, plan: Plan) -> Verified | NotVerified:
        self._trials -= 1
        if self._trials < 0:
            # Whatever is left was not proven, so it is not offered.
            reason = f"could not be told from a bad repair within {MOST_TRIALS} audits"
            self.reject(plan.repairs, (reason,))
            return NotVerified(objections=(Objection(text=reason),))
        found = [one.finding for one in plan.repairs]
        return verify(self._target, self._before, plan.edits, found)

    def _blame(self, plan: Plan, outcome: NotVerified) -> None:
        """Reject at least one of the repairs: those that the objections point to."""
        count = len(self.rejected)
        suspects: dict[str, Repair] = {}
        for objection in outcome.objections:
            at_fault = [one for one in plan.repairs if _is_at_fault(one, objection)]
            if objection.finding is not None or len(at_fault) == 1:
                self.reject(at_fault, (objection.text,))
            suspects |= {one.finding.id: one for one in at_fault}
        if len(self.rejected) == count and self._trials >= 0:
            self._halve(tuple(suspects.values()) or plan.repairs, outcome)

    def _halve(self, repairs: Sequence[Repair], outcome: NotVerified) -> None:
        """Reject what fails by itself among repairs that nothing tells apart."""
        count, middle = len(self.rejected), len(repairs) // 2
        for half in (repairs[:middle], repairs[middle:]) if middle else ():
            plan = self._plan(one.finding.id for one in half)
            result = self._verify(plan) if plan.repairs else None
            if isinstance(result, NotVerified):
                self._blame(plan, result)
        if len(self.rejected) == count:
            # Each half passes alone and both don't together: the second one goes.
            self.reject(repairs[middle:], outcome.reasons)


def _is_at_fault(repair: Repair, objection: Objection) -> bool:
    if objection.finding is not None:
        return objection.finding == repair.finding.id
    return any(edit.path in objection.paths for edit in repair.edits)


def _joined(first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return what becomes of each file after two rounds."""
    final = {edit.path: edit for edit in first}
    for edit in second:
        earlier = final.get(edit.path)
        kept = (
            edit.executable
            if earlier is None or edit.executable is not None
            else (earlier.executable)
        )
        final[edit.path] = replace(edit, executable=kept)
    return tuple(final.values())
