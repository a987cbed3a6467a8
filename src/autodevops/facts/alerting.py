"""Where alerts are defined, where they go and which runbook they name."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._alert_files import Alarm, Alert, Receiver, read_alarm
from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts._placeholders import is_slot
from autodevops.facts._secrets.words import is_reference
from autodevops.facts._yaml import parse
from autodevops.facts.path_index import PathIndex
from autodevops.guide.model import SloPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_KEYS = regex(
    r"^[ \t-]*(?:alert|record|receivers|contactPoints|policies|condition)[ \t]*:", re.MULTILINE
)
_GROUPS = regex(r"^[ \t]*(?:groups|receivers|contactPoints|policies|route)[ \t]*:", re.MULTILINE)
_TEMPLATED = regex(r"^[ \t]*\{\{-?\s*(?:if|range|with|end|define|include)\b", re.MULTILINE)
_MAX_CHARACTERS = 400_000
_OWN_FILE = regex(r"https?://[^/]+/([^/]+/[^/]+)/(?:blob|tree|raw)/[^/]+/([^?#]+)")


class FaultyAlert(NamedTuple):
    """An alert whose reader is not led to a runbook."""

    alert: Alert
    """The alert."""
    why: str
    """What is wrong with its link."""


class AlertFile(NamedTuple):
    """One file that defines alerts."""

    path: str
    """The file."""
    alerts: int
    """How many alerts it defines."""
    faulty: tuple[FaultyAlert, ...]
    """Those without a runbook that is there."""


class RouteFile(NamedTuple):
    """One file that says where alerts go."""

    path: str
    """The file."""
    line: int
    """1-based line of its routes, or of its receivers."""
    receivers: tuple[Receiver, ...]
    """Its receivers."""
    why: str | None
    """Why it calls nobody; None when it does."""


class Alerting(Struct, frozen=True, kw_only=True):
    """What the repository defines about alerts."""

    alerts: tuple[AlertFile, ...]
    """Files with alerts, by path."""
    routes: tuple[RouteFile, ...]
    """Files with receivers, by path."""
    recorded: frozenset[str]
    """Metrics that recording rules make."""


@fact
def alerting(snapshot: Snapshot, index: PathIndex, policy: SloPolicy) -> Alerting | NotApplicable:
    """Read every YAML file that has the keys of alert rules or receivers."""
    files = tuple(_files(snapshot, policy.alert_routes))
    alerts, routes, recorded = [], [], set[str]()
    for path, alarm in files:
        recorded.update(alarm.recorded)
        if alarm.alerts:
            faulty = tuple(_faulty(path, alarm, snapshot, index))
            alerts.append(AlertFile(path, len(alarm.alerts), faulty))
    # Receivers and routes of one provisioning stand in files of one folder.
    for path, alarm in files:
        if alarm.receivers:
            beside = [one for other, one in files if dirname(other) == dirname(path)]
            routes.append(_routes(path, alarm, beside, policy.alert_routes))
    if not (alerts or routes or recorded):
        return NotApplicable(reason="no alerts are defined here")
    return Alerting(alerts=tuple(alerts), routes=tuple(routes), recorded=frozenset(recorded))


def _files(snapshot: Snapshot, products: tuple[str, ...]) -> Iterator[tuple[str, Alarm]]:
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE or not path.endswith((".yml", ".yaml")):
            continue
        if path.startswith(".github/") or is_vendored(path) or is_fixture(path):
            continue
        if is_test(path) or is_documentation(path):
            continue
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is None or not (_KEYS.search(text) and _GROUPS.search(text)):
            continue
        if _TEMPLATED.search(text):
            continue
        if len(text) > _MAX_CHARACTERS:
            snapshot.note_gap(path, f"{path} is too long to be searched for alerts")
            continue
        parsed = parse(text)
        alarm = read_alarm(parsed.documents, products)
        if parsed.problem is not None and ("prometheus" in path or "alert" in path):
            line, reason = parsed.problem
            snapshot.note_gap(path, f"{path} does not parse at line {line}: {reason}")
        if alarm.alerts or alarm.recorded or alarm.receivers:
            yield path, alarm


def _faulty(path: str, alarm: Alarm, snapshot: Snapshot, index: PathIndex) -> Iterator[FaultyAlert]:
    for alert in alarm.alerts:
        if alert.runbook is None:
            yield FaultyAlert(alert, "no runbook link")
        elif is_slot(alert.runbook) or re.search(r"example\.(?:com|org)|<[^<>]+>", alert.runbook):
            yield FaultyAlert(alert, f"its runbook is a placeholder: {alert.runbook[:100]}")
        elif (missing := _missing(alert.runbook, path, snapshot, index)) is not None:
            yield FaultyAlert(alert, f"its runbook {missing} is not there")


def _missing(runbook: str, path: str, snapshot: Snapshot, index: PathIndex) -> str | None:
    """Return the path of this repository that a runbook link names, if it is not there."""
    own = _OWN_FILE.match(runbook)
    if own is not None:
        if own[1].lower() != snapshot.target.name.lower():
            return None
        wanted = own[2]
    elif "://" in runbook or is_reference(runbook) or "{{" in runbook or " " in runbook.strip():
        return None
    else:
        wanted = runbook.partition("#")[0].strip().lstrip("/")
        if "/" not in wanted and not wanted.endswith(".md"):
            return None
    for base in ("", dirname(path)):
        if index.holds(normpath(join(base, wanted))):
            return None
    return wanted


def _routes(path: str, alarm: Alarm, beside: list[Alarm], products: tuple[str, ...]) -> RouteFile:
    routed: set[str] = set()
    has_routes = False
    for one in beside:
        has_routes |= one.routed is not None
        routed |= one.routed or frozenset()
    good = [one for one in alarm.receivers if one.product and not one.fault]
    why = None
    if not any(one.name in routed or not has_routes for one in good):
        faulty = [one for one in alarm.receivers if one.fault]
        if good:
            why = f"no route leads to {good[0].name}"
        elif faulty:
            why = f"{faulty[0].name} goes to {faulty[0].product}, but {faulty[0].fault}"
        else:
            why = f"no receiver is one of {' or '.join(products)}"
    line = alarm.routes_line if alarm.routed is not None else alarm.receivers[0].line
    return RouteFile(path, line, alarm.receivers, why)
