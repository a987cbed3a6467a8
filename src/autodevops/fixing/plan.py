"""Decides which findings are repaired, and how: every fixer in turn, each on top of the others."""

from collections.abc import Iterable

from msgspec import Struct

from autodevops.fixing._api import Fixer, Refusal
from autodevops.fixing.catalog import FIXERS, fixer_for
from autodevops.fixing.site import Site
from autodevops.model.edit import Edit, Repair
from autodevops.model.finding import Finding, FindingStatus, Safety


class Choice(Struct, frozen=True, kw_only=True):
    """Which repairs are wanted."""

    unsafe: bool = False
    """Whether repairs that need a person's look are, too."""
    rules: frozenset[str] | None = None
    """Ids of the rules; None for all."""
    without: frozenset[str] = frozenset()
    """Fingerprints of findings to leave alone."""


class Declined(Struct, frozen=True, kw_only=True):
    """A finding that has a fix and is not repaired."""

    finding: Finding
    """The finding."""
    title: str
    """What the repair would have done."""
    reasons: tuple[str, ...]
    """Why it is not offered, in words that fit after "not fixed: "."""


class Plan(Struct, frozen=True, kw_only=True):
    """What becomes of the findings that have a fix."""

    repairs: tuple[Repair, ...] = ()
    """Repairs, each on top of those before it."""
    declined: tuple[Declined, ...] = ()
    """What its fixer refuses."""
    held_back: tuple[Finding, ...] = ()
    """What only an unsafe fix repairs, which nobody asked for."""
    edits: tuple[Edit, ...] = ()
    """What becomes of each file in the end."""


def make_plan(findings: Iterable[Finding], site: Site, choice: Choice) -> Plan:
    """Return the repairs of the open findings that are wanted; the site ends with all of them."""
    repairs: list[Repair] = []
    declined: list[Declined] = []
    held_back: list[Finding] = []
    for finding, fixer in _in_order(findings):
        if finding.id in choice.without or not _is_wanted(finding, choice):
            continue
        if fixer.safety is Safety.UNSAFE and not choice.unsafe:
            held_back.append(finding)
            continue
        answer = _asked(fixer, finding, site)
        if isinstance(answer, Refusal):
            declined.append(Declined(finding=finding, title=fixer.title, reasons=(answer.reason,)))
            continue
        site.take(answer)
        repairs.append(
            Repair(finding=finding, title=fixer.title, safety=fixer.safety, edits=answer)
        )
    return Plan(
        repairs=tuple(repairs),
        declined=tuple(declined),
        held_back=tuple(held_back),
        edits=site.edits,
    )


def _in_order(findings: Iterable[Finding]) -> list[tuple[Finding, Fixer]]:
    """Return the open findings that have a fixer, in the catalogue's order of fixers."""
    places = {id(fixer): place for place, fixer in enumerate(FIXERS)}
    found = [
        (finding, fixer)
        for finding in findings
        if finding.status is FindingStatus.OPEN and (fixer := fixer_for(finding)) is not None
    ]
    return sorted(found, key=lambda pair: places[id(pair[1])])


def _is_wanted(finding: Finding, choice: Choice) -> bool:
    return choice.rules is None or finding.rule in choice.rules


def _asked(fixer: Fixer, finding: Finding, site: Site) -> tuple[Edit, ...] | Refusal:
    """Return a fixer's answer; a bug in it is a refusal, since the other repairs go on."""
    try:
        return fixer.repair(finding, site)
    except ValueError as error:
        return Refusal(str(error))
    except Exception as error:  # noqa: BLE001 - one fixer's bug must not hide the other repairs
        # Its message may quote the repository, so it stays out.
        return Refusal(f"a bug in autodevops: {type(error).__name__}")
