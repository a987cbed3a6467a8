"""What documents state about the guide's service level objectives, with line and figure."""

import re
from collections.abc import Iterator
from math import isclose
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._markdown import parse
from autodevops.facts._path_kinds import is_fixture, is_test, is_vendored
from autodevops.facts._prose import is_document, is_history
from autodevops.facts._slo_context import Clause, Theme, clauses_of
from autodevops.facts._slo_figures import figures
from autodevops.facts._words import words
from autodevops.facts.metrics import Metrics
from autodevops.facts.service_indicators import service_folder
from autodevops.facts.services import Services
from autodevops.guide.model import Objective, SloPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_CANDIDATE = regex(
    r"\bp ?\(?\d\d\)?\b|percentile|\b\d\dth\b|\d\d ?% of|availab|uptime|success rate", re.IGNORECASE
)
_FIGURE = regex(r"9\d(?:\.\d+)? ?%|\d ?(?:ms|s|sec|m|min|millis|seconds|minutes)\b", re.IGNORECASE)
_OTHER_FOLDERS = words(
    "adr adrs decisions archive archived rfc rfcs proposals research blog postmortems incidents "
    "post-mortems examples example templates load-tests benchmarks vendor node_modules i18n"
)
_OTHER_NAMES = regex(r"post[-_]?mortem|benchmark|load[-_]?test|template|migration|proposal")
_MAX_LINES = 40_000


class Statement(NamedTuple):
    """One figure that a document states for an objective."""

    objective: str
    """Key of the objective."""
    path: str
    """The document."""
    line: int
    """1-based line."""
    text: str
    """The figure as written."""
    value: float
    """Seconds, or percent."""


class ObjectiveStatements(NamedTuple):
    """What documents state about one objective."""

    objective: Objective
    """The guide's objective."""
    agreeing: tuple[Statement, ...]
    """Statements of the guide's figure."""
    conflicting: tuple[Statement, ...]
    """Statements of another one."""


class SloStatements(Struct, frozen=True, kw_only=True):
    """What documents state about the objectives of the services that are there."""

    found: tuple[ObjectiveStatements, ...]
    """In the guide's order."""
    documents: int
    """How many documents were looked at."""


@fact
def slo_statements(
    snapshot: Snapshot, services: Services, metrics: Metrics, policy: SloPolicy
) -> SloStatements | NotApplicable:
    """Read the documents that speak of percentiles or availability."""
    objectives = tuple(
        one
        for one in policy.objectives
        if service_folder(one.service, services, metrics) is not None
    )
    if not objectives:
        return NotApplicable(reason="no service is there that has an objective")
    stated: list[Statement] = []
    documents = lines = 0
    for entry in snapshot.entries:
        if not _is_judged(entry.path):
            continue
        documents += 1
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        if text is None or not (_CANDIDATE.search(text) and _FIGURE.search(text)):
            continue
        lines += text.count("\n")
        if lines > _MAX_LINES:
            reason = f"{entry.path} and what follows it are not searched for objectives"
            snapshot.note_gap(entry.path, reason)
            break
        theme = Theme(objectives, entry.path)
        for clause in clauses_of(parse(text)):
            stated += _statements(clause, theme, entry.path)
    return SloStatements(
        found=tuple(_sorted_out(one, stated) for one in objectives), documents=documents
    )


def _is_judged(path: str) -> bool:
    if not is_document(path) or is_history(path):
        return False
    *folders, name = path.lower().split("/")
    if not _OTHER_FOLDERS.isdisjoint(folders) or _OTHER_NAMES.search(name):
        return False
    return not (is_vendored(path) or is_fixture(path) or is_test(path))


def _statements(clause: Clause, theme: Theme, path: str) -> Iterator[Statement]:
    for figure in figures(clause.text):
        objective = theme.objective(clause, figure)
        if objective is not None:
            line = clause.line + clause.text.count("\n", 0, figure.at)
            yield Statement(objective.name, path, line, figure.text, figure.value)


def _sorted_out(objective: Objective, stated: list[Statement]) -> ObjectiveStatements:
    own = [one for one in stated if one.objective == objective.name]
    agreeing = [one for one in own if _agrees(objective, one)]
    return ObjectiveStatements(
        objective, tuple(agreeing), tuple(one for one in own if one not in agreeing)
    )


def _agrees(objective: Objective, stated: Statement) -> bool:
    """Tell whether a figure is the guide's, whatever its unit."""
    wanted = objective.value if objective.seconds is None else objective.seconds
    return isclose(stated.value, wanted, rel_tol=1e-9)
