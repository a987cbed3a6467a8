"""Runbooks & Incident Postmortems: what people read at night is there, written and right."""

from collections.abc import Iterator

from autodevops.facts.postmortems import Postmortems
from autodevops.facts.runbook_ages import RunbookAges
from autodevops.facts.runbook_commands import RunbookCommands
from autodevops.facts.runbooks import RequiredRunbooks, RunbookTexts
from autodevops.facts.services import Services
from autodevops.guide.model import RunbookPolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, lasting, listed

_SECTION = "Runbooks & Incident Postmortems"
_MOST_PLACES = 100
"""Most places that one finding lists."""


@rule(
    "OP001",
    "runbook-missing",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
    defers_to=("SL006",),
)
def runbook_missing(
    required: RequiredRunbooks, services: Services
) -> Iterator[Violation | NotApplicable]:
    """Each runbook of the guide is in `ops/`.

    In an incident nobody searches: the general runbook, the on-call playbook, the verification of
    a deployment and the scaling procedure are where everybody knows them to be. The spelling of
    the name does not matter: `auto_scaler.md` is `auto-scaler.md`.

    Remedy: Write the missing runbook, or move the document that holds it today to `ops/`.

    Example:
        before   ops/runbook.md, docs/verification.md
        after    ops/runbook.md, ops/oncall_playbook.md, ops/verification.md, ops/auto-scaler.md
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    for runbook, elsewhere in required.missing:
        hint = f"; {elsewhere} may be it" if elsewhere else ""
        yield Violation(
            subject=runbook.path,
            message=f"{runbook.path} is missing ({runbook.purpose}){hint}",
            at=in_file(runbook.path),
            evidence={
                "expected": runbook.path,
                "there": list(required.found),
                "elsewhere": elsewhere,
            },
        )


@rule("OP002", "runbook-stub", section=_SECTION, severity=Severity.MEDIUM)
def runbook_stub(texts: RunbookTexts) -> Iterator[Violation]:
    """No runbook is a placeholder.

    A slot such as `[Configure ...]`, a TODO or a heading without text is found by the one person
    who has no time to fill it. Task boxes, links, quoted message templates and code are not meant.

    Remedy: Write what belongs there, or remove the heading until somebody can.

    Example:
        before   ## Escalation
                 [Configure the escalation contacts]
        after    ## Escalation
                 Page the platform team through PagerDuty: `pd trigger platform`.
    """
    for runbook in texts.found:
        if runbook.stub is not None:
            yield Violation(
                subject=runbook.path,
                message=f"{runbook.path} {runbook.stub}; write the runbook",
                at=in_file(runbook.path, 1),
                evidence={"reason": runbook.stub},
            )
        elif runbook.unwritten:
            places = runbook.unwritten
            shown = listed([f"{one.text} (line {one.line})" for one in places])
            yield Violation(
                subject=runbook.path,
                message=f"{runbook.path} has {counted(len(places), 'place')} still to be "
                f"written: {shown}",
                at=tuple(in_file(runbook.path, one.line) for one in places[:_MOST_PLACES]),
                evidence={"unwritten": {str(one.line): one.text for one in places[:20]}},
            )


@rule(
    "OP003",
    "postmortem-sections",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def postmortem_sections(postmortems: Postmortems, policy: RunbookPolicy) -> Iterator[Violation]:
    """Postmortems have a timeline, the root cause, the impact, action items and documentation.

    What happened when, why, to whom, what prevents it next time and which runbook says so now:
    without one of the five an incident teaches less than it cost. The template counts as well. A
    part may be a heading, a bold lead, an item of a list or the first cell of a table's row.

    Remedy: Add the missing parts to the document, and to the template that it was made from.

    Example:
        before   # Redis outage / ## Timeline / ## Root cause
        after    # Redis outage / ## Timeline / ## Root cause / ## Impact / ## Action items
                 / ## Documentation
    """
    wanted = [section.name for section in policy.postmortem_sections]
    for path, missing, headings in postmortems.found:
        if not missing:
            continue
        parts = listed([f"{one.name.replace('-', ' ')} ({one.purpose})" for one in missing], 5)
        yield Violation(
            subject=path,
            message=f"{path} lacks {parts}",
            at=in_file(path, 1),
            evidence={
                "expected": wanted,
                "missing": [section.name for section in missing],
                "headings": list(headings[:20]),
            },
        )


@rule("OP005", "dangling-command", section=_SECTION, severity=Severity.HIGH)
def dangling_command(commands: RunbookCommands) -> Iterator[Violation]:
    """What runbooks tell people to run exists.

    A command whose script, compose file, make target or package script is gone fails in the middle
    of an incident. Commands are followed as they are written: `cd`, files that an earlier command
    makes, shells in containers and on other machines; placeholders and absolute paths say nothing.

    Remedy: Correct the path, bring the script back, or take the step out of the runbook.

    Example:
        before   ./scripts/rollback.sh v1.2.0      (the script is named scripts/roll_back.sh)
        after    ./scripts/roll_back.sh v1.2.0
    """
    for path, dangling in commands.dangling:
        shown = listed([f"`{one.command}` (line {one.line}): {one.why}" for one in dangling])
        yield Violation(
            subject=path,
            message=f"{path} tells people to run what is not there: {shown}",
            at=tuple(in_file(path, one.line) for one in dangling[:_MOST_PLACES]),
            evidence={
                "commands": [
                    {"line": one.line, "command": one.command, "missing": one.why}
                    for one in dangling[:20]
                ]
            },
        )


@rule("OP006", "stale-runbook", section=_SECTION, severity=Severity.INFO, tier="H")
def stale_runbook(ages: RunbookAges, policy: RunbookPolicy) -> Iterator[Violation]:
    """No runbook is more than a year older than the last change of what it describes.

    A service changes every week; a runbook that nobody has touched for a year longer describes
    another one. A runbook describes the services that its name, headings and paths name, or all.

    Remedy: Walk through the runbook against the service as it is, correct it and commit that.

    Example:
        before   ops/auto-scaler.md of 2024-03-01, workers/ of 2026-02-11
        after    ops/auto-scaler.md of 2026-02-12, workers/ of 2026-02-11
    """
    for aged in ages.stale:
        yield Violation(
            subject=aged.path,
            message=f"{aged.path} was last changed {lasting(aged.lag)} before {aged.service}/, "
            f"which it describes; the limit is {policy.stale_days} days",
            at=in_file(aged.path),
            evidence={
                "runbook_changed": aged.changed.date().isoformat(),
                "service": aged.service,
                "service_changed": aged.service_changed.date().isoformat(),
                "commit": aged.commit,
                "limit_days": policy.stale_days,
            },
        )
