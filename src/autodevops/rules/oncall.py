"""SLOs/SLIs & On-Call Routing: where alerts go and who is called."""

from collections.abc import Iterator

from autodevops.facts.alerting import AlertFile, Alerting, RouteFile
from autodevops.facts.oncall import OncallPlaybook
from autodevops.guide.model import SloPolicy
from autodevops.model.finding import (
    Location,
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "SLOs/SLIs & On-Call Routing"
_MOST_PLACES = 100
"""Most places that one finding lists."""


@rule("SL005", "alert-route", section=_SECTION, severity=Severity.MEDIUM)
def alert_route(alerting: Alerting) -> Iterator[Violation | Unknown | NotApplicable]:
    """Alerts go to PagerDuty or Opsgenie and link a runbook.

    An alert that calls nobody is a log line, and one without a runbook costs its reader the first
    quarter of an hour. Keys may be references to secrets, not placeholders; a link to a path of
    this repository has to lead to a file.

    Remedy: Route alerts to a receiver with `pagerduty_configs` or `opsgenie_configs`, and give each
    alert a `runbook_url` annotation.

    Example:
        before   - alert: ApiDown
        after    - alert: ApiDown
                   annotations:
                     runbook_url: ops/runbook.md#api-down
    """
    if not alerting.alerts and not alerting.routes:
        yield NotApplicable(reason="no alerts are defined here")
        return
    yield from map(_without_runbook, (one for one in alerting.alerts if one.faulty))
    yield from map(_calling_nobody, (one for one in alerting.routes if one.why))
    if not alerting.routes:
        yield Unknown(
            reason="no file here says where alerts go",
            needs="the Alertmanager or Grafana configuration in the repository",
        )


def _without_runbook(file: AlertFile) -> Violation:
    names = [f"{one.alert.name} ({one.why})" for one in file.faulty]
    return Violation(
        subject=file.path,
        message=f"{len(file.faulty)} of {counted(file.alerts, 'alert')} in {file.path} lead to no "
        f"runbook: {listed(names)}",
        at=tuple(in_file(file.path, one.alert.line) for one in file.faulty[:_MOST_PLACES]),
        evidence={"alerts": {one.alert.name: one.why for one in file.faulty[:20]}},
    )


def _calling_nobody(file: RouteFile) -> Violation:
    return Violation(
        subject=file.path,
        message=f"alerts routed by {file.path} call nobody: {file.why}",
        at=in_file(file.path, file.line),
        evidence={"receivers": [one.name for one in file.receivers[:20]], "reason": file.why},
    )


@rule("SL006", "oncall-playbook", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def oncall_playbook(playbook: OncallPlaybook, policy: SloPolicy) -> Iterator[Violation]:
    """`ops/oncall_playbook.md` exists and names who is called and how.

    Whoever sees an alert at night needs a name or a rotation and a way to reach it, not a heading.
    A person, team, handle or schedule counts as who; a phone number, channel, address or paging
    product as how. Placeholders count as neither.

    Remedy: Write down the rotation or the people, and how to call them, in that file.

    Example:
        before   Primary: [Name], [Phone]
        after    Primary: PagerDuty schedule `shop-primary`; page with `/pd trigger` in #incidents
    """
    if not playbook.exists:
        yield Violation(
            subject=policy.oncall_playbook,
            message=f"{policy.oncall_playbook} is missing: nothing says who is called and how",
            at=in_file(policy.oncall_playbook),
            evidence={"expected": policy.oncall_playbook},
        )
        return
    lacking = [name for name, said in (("who", playbook.who), ("how", playbook.how)) if not said]
    if playbook.stub is not None:
        why = playbook.stub
    elif lacking:
        why = f"does not say {' and '.join(lacking)} to call" + _slots(playbook)
    else:
        return
    yield Violation(
        subject=policy.oncall_playbook,
        message=f"{playbook.path} {why}",
        at=_places(playbook),
        evidence={
            "who": [text for _, text in playbook.who[:5]],
            "how": [text for _, text in playbook.how[:5]],
            "placeholders": [text for _, text in playbook.slots[:5]],
        },
    )


def _slots(playbook: OncallPlaybook) -> str:
    if not playbook.slots:
        return ""
    line, text = playbook.slots[0]
    return f"; line {line} still holds a placeholder: {text}"


def _places(playbook: OncallPlaybook) -> tuple[Location, ...]:
    lines = [line for line, _ in playbook.slots[:_MOST_PLACES]] or [1]
    return tuple(in_file(playbook.path, line) for line in lines)
