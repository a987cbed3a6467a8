"""Whether the code exports what the service level indicators of the objectives need."""

import re
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._words import words
from autodevops.facts.metrics import Metrics, Place
from autodevops.facts.services import Services
from autodevops.guide.model import Objective, SloPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_DURATION_KINDS = words("histogram summary")
_RATE_KINDS = words("counter histogram summary")
_HTTP = regex(r"request|http|response|api|route|endpoint|call|availab|success|error|status")
_SUBJECTS = {
    "api": _HTTP,
    "workers": regex(r"job|task|queue|worker|process|analysis|generat|run"),
    "ai": regex(
        r"(?:^|_)(?:ai|llm|gemini|inference|model|openai|anthropic|claude|prompt|completion"
        r"|generation|embedding|provider|chat)s?(?:_|$)"
    ),
}
_TIMED = regex(r"duration|latency|seconds|time|_ms$|milliseconds|elapsed|processing|wait")
_AI_FOLDER = regex(r"(?:^|/)(?:ai|llm|llms|gemini|inference)(?:/|_|\.)")


class Indicator(NamedTuple):
    """What the code exports for one objective."""

    objective: Objective
    """The guide's objective."""
    shown_by: tuple[str, ...]
    """Metrics or libraries that show it."""


class ServiceIndicators(NamedTuple):
    """What the code exports for one service."""

    service: str
    """Name in the guide: `api`, `workers`, `ai`."""
    folder: str
    """Where its code lies."""
    indicators: tuple[Indicator, ...]
    """One for each objective, in the guide's order."""
    metrics: tuple[str, ...]
    """All metrics that its code makes."""
    elsewhere: tuple[Place, ...]
    """Libraries that may send the figures to another system."""
    computed: tuple[str, ...]
    """Files that compute the names of metrics."""

    @property
    def hidden(self) -> tuple[Objective, ...]:
        """Return the objectives that nothing shows."""
        return tuple(one.objective for one in self.indicators if not one.shown_by)


class Indicators(Struct, frozen=True, kw_only=True):
    """What the code exports for the objectives of the services that are there."""

    found: tuple[ServiceIndicators, ...]
    """In the guide's order of objectives."""


@fact
def indicators(
    services: Services, metrics: Metrics, policy: SloPolicy
) -> Indicators | NotApplicable:
    """Hold the metrics of each service's code against its objectives."""
    found = []
    for name in dict.fromkeys(one.service for one in policy.objectives):
        folder = service_folder(name, services, metrics)
        if folder is not None:
            own = tuple(one for one in policy.objectives if one.service == name)
            found.append(_of_service(name, folder, own, metrics))
    if not found:
        return NotApplicable(reason="no service is there that has an objective")
    return Indicators(found=tuple(found))


def service_folder(name: str, services: Services, metrics: Metrics) -> str | None:
    """Return where the code of a service with objectives lies; None when it is not there.

    AI is no folder of the guide's table: it is there where the services call an AI SDK.
    """
    for service in services.of_code:
        if service.name == name and service.folder:
            return service.folder
    if name == "ai" and metrics.ai:
        return metrics.ai[0].path.rpartition("/")[0]
    return None


def _of_service(
    name: str, folder: str, objectives: tuple[Objective, ...], metrics: Metrics
) -> ServiceIndicators:
    tops = {folder} if name != "ai" else {place.path.partition("/")[0] for place in metrics.ai}
    roots = tuple(f"{top}/" for top in tops)
    own = [metric for metric in metrics.made if metric.path.startswith(roots)]
    return ServiceIndicators(
        service=name,
        folder=folder,
        indicators=tuple(Indicator(one, _shown_by(one, roots, metrics)) for one in objectives),
        metrics=tuple(dict.fromkeys(metric.name for metric in own)),
        elsewhere=tuple(one for one in metrics.providers if one.path.startswith(roots)),
        computed=tuple(path for path in metrics.dynamic if path.startswith(roots)),
    )


def _shown_by(objective: Objective, roots: tuple[str, ...], metrics: Metrics) -> tuple[str, ...]:
    """Return the metrics and libraries that show an objective."""
    found: dict[str, None] = {}
    is_api = objective.service == "api"
    if is_api:
        found |= dict.fromkeys(
            one.name for one in metrics.instrumentors if one.path.startswith(roots)
        )
    timed = objective.percentile is not None
    kinds = _DURATION_KINDS if timed else _RATE_KINDS
    subject = _SUBJECTS.get(objective.service, re.compile(re.escape(objective.service)))
    for metric in metrics.made:
        if metric.kind not in kinds:
            continue
        name = metric.name.lower()
        is_own = metric.path.startswith(roots)
        if objective.service == "ai":
            fits = bool(subject.search(name) or _AI_FOLDER.search(metric.path))
        else:
            ai = _SUBJECTS["ai"].search(name) is not None
            fits = bool(subject.search(name)) and not ai and (is_own or not is_api)
        if fits and (not timed or _TIMED.search(name)):
            found[metric.name] = None
    return tuple(found)
