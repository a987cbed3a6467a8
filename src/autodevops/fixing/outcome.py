"""What edits make of a repository, told from the reports before and after them."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from autodevops.model.finding import Finding, FindingStatus, Severity
from autodevops.model.report import Report
from autodevops.model.verdict import Status, Verdict

_JUDGED = frozenset({Status.PASS, Status.FAIL})
_SHOWN = 160


class Objection(Struct, frozen=True, kw_only=True):
    """Why edits are not taken."""

    text: str
    """In words that fit after "not verified: "."""
    paths: frozenset[str] = frozenset()
    """Files that it is about, as far as that can be told."""
    finding: str | None = None
    """Fingerprint of the finding that was to go, when it is about that one."""


def outcome_objections(
    before: Report, after: Report, repaired: Iterable[Finding], *, strict: bool
) -> Iterator[Objection]:
    """Yield what is not as it should be after edits.

    A finding that was to go must be gone: not waived, not baselined. Nothing new may be there at
    low or above, and nothing may be worse. What rules could judge they must still judge; `strict`
    counts "not applicable" as lost, too, since whoever deletes a subject repairs nothing.
    """
    wanted = {one.id: one for one in repaired}
    yield from _still_there(after, wanted)
    yield from _new(before, after, wanted)
    yield from _lost(before, after, strict=strict)
    for note in dict.fromkeys(after.notes):
        if note not in before.notes:
            yield Objection(text=f"something can't be read any more: {note[:_SHOWN]}")


def _still_there(after: Report, repaired: Mapping[str, Finding]) -> Iterator[Objection]:
    for finding in after.findings:
        if finding.id in repaired:
            how = (
                "the finding is still there"
                if finding.status is FindingStatus.OPEN
                else f"the finding would only be {finding.status.value}"
            )
            yield Objection(text=how, finding=finding.id)


def _new(before: Report, after: Report, repaired: Mapping[str, Finding]) -> Iterator[Objection]:
    known = {finding.id: finding for finding in before.findings}
    for finding in after.findings:
        if finding.status is not FindingStatus.OPEN or finding.severity is Severity.INFO:
            continue
        old = known.get(finding.id)
        if old is not None and finding.id not in repaired and _is_worse(old, finding):
            yield _about(finding, "would get worse")
        elif old is None:
            yield _about(finding, "would be new")


def _is_worse(old: Finding, new: Finding) -> bool:
    return new.severity.rank > old.severity.rank or len(new.locations) > len(old.locations)


def _about(finding: Finding, what: str) -> Objection:
    paths = frozenset(place.path for place in finding.locations if place.path is not None)
    text = f"{finding.rule} {finding.slug} {what}: {finding.message[:_SHOWN]}"
    return Objection(text=text, paths=paths)


def _lost(before: Report, after: Report, *, strict: bool) -> Iterator[Objection]:
    verdicts = {verdict.id: verdict for verdict in after.rules}
    for old in before.rules:
        new = verdicts.get(old.id)
        if new is None or old.status not in _JUDGED or new.status in _JUDGED:
            continue
        if new.status is Status.NOT_APPLICABLE and not strict:
            continue
        if new.status is Status.UNKNOWN and old.reason == new.reason:
            continue
        yield Objection(text=f"{old.id} {old.slug} would read {_told(new)}")


def _told(verdict: Verdict) -> str:
    status = verdict.status.value.replace("_", " ")
    return f"{status}: {verdict.reason[:_SHOWN]}" if verdict.reason else status
