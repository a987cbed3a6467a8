"""Waivers: findings that a team lives with until a day, for a reason that it wrote down."""

from collections.abc import Collection, Iterable
from datetime import date

from msgspec import Struct

from autodevops.guide.sections.base import matches
from autodevops.model.finding import AppliedWaiver


class Waiver(Struct, frozen=True, kw_only=True):
    """One `[[waivers]]` table."""

    rule: str
    """Rule id, also where the file writes the slug."""
    subject: str
    """Exact subject, or a pattern: `*` is any text (`/` included), `?` one character."""
    reason: str
    """Why the team lives with it; empty when the file does not say."""
    expires: date
    """The last day (UTC) on which it holds."""
    path: str | None = None
    """Pattern, as for the subject, that all of a finding's paths must fit."""
    approved_by: str | None = None
    """Who said so."""
    file: str
    """The file that holds it."""
    line: int
    """1-based line of its table."""
    inherited: bool = False
    """Comes from a guide that other repositories share, so it may well match nothing here."""

    @property
    def source(self) -> str:
        """Return the place that holds it, as `file:line`."""
        return f"{self.file}:{self.line}"

    def covers(self, rule_id: str, subject: str, paths: Collection[str]) -> bool:
        """Tell whether it is about that finding, whatever the day.

        A waiver with a path only covers findings all of whose places in files fit it.
        """
        if rule_id != self.rule or not matches(self.subject, subject):
            return False
        if self.path is None:
            return True
        return bool(paths) and all(matches(self.path, path) for path in paths)

    def holds(self, today: date) -> bool:
        """Tell whether it sets findings aside on that day: explained and not past."""
        return bool(self.reason) and today <= self.expires


class WaiverUse(Struct, frozen=True, kw_only=True):
    """What became of the waivers in one audit; each stands in at most one list."""

    today: date
    """The day of the audit, UTC."""
    count: int
    """How many waivers there are."""
    past: tuple[Waiver, ...] = ()
    """Past their day: what they covered counts again."""
    unexplained: tuple[Waiver, ...] = ()
    """Without a reason: they set nothing aside."""
    unused: tuple[Waiver, ...] = ()
    """Matched nothing although their rule was judged."""


class WaiverLedger:
    """Hands out waivers during an audit and remembers which were needed."""

    def __init__(self, waivers: Iterable[Waiver], today: date) -> None:
        """Keep the waivers in the order of their files."""
        self._waivers = tuple(waivers)
        self._today = today
        self._matched: set[int] = set()

    def waive(self, rule_id: str, subject: str, paths: Collection[str]) -> AppliedWaiver | None:
        """Return the first waiver that sets a finding aside, None when none does."""
        applied: AppliedWaiver | None = None
        for position, waiver in enumerate(self._waivers):
            if not waiver.covers(rule_id, subject, paths):
                continue
            self._matched.add(position)
            if applied is None and waiver.holds(self._today):
                applied = AppliedWaiver(
                    reason=waiver.reason,
                    expires=waiver.expires.isoformat(),
                    approved_by=waiver.approved_by,
                    source=waiver.source,
                )
        return applied

    def use(self, judged: Collection[str]) -> WaiverUse:
        """Return what became of the waivers; `judged` are the ids of rules that passed or failed.

        Of a rule that was disabled or stayed unknown nobody can say that its waiver is unused.
        """
        past: list[Waiver] = []
        unexplained: list[Waiver] = []
        unused: list[Waiver] = []
        for position, waiver in enumerate(self._waivers):
            if self._today > waiver.expires:
                past.append(waiver)
            elif not waiver.reason:
                unexplained.append(waiver)
            elif position not in self._matched and waiver.rule in judged and not waiver.inherited:
                unused.append(waiver)
        return WaiverUse(
            today=self._today,
            count=len(self._waivers),
            past=tuple(past),
            unexplained=tuple(unexplained),
            unused=tuple(unused),
        )
