"""When services are released: the tags that carry a service's name."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.refs import Refs
from autodevops.facts.services import Services
from autodevops.facts.tags import Tag, Tags
from autodevops.guide.model import Service, TeamPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.moments import days_before
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot, Unavailable

# `api-v1.2.0`, `frontend/1.0`, `@acme/workers@2.1.0`
_COMPONENT = regex(
    r"(?:.*/)?@?(?P<name>[A-Za-z][A-Za-z0-9_-]{0,60})[-@/_]v?[0-9]+\.[0-9][^/]*", re.ASCII
)


class ServiceCadence(Struct, frozen=True, kw_only=True):
    """One service and its own releases."""

    service: Service
    """The service."""
    tags: tuple[str, ...]
    """Names of its tags."""
    commits: frozenset[str]
    """The commits that were released."""


class Cadences(Struct, frozen=True, kw_only=True):
    """How the services are released."""

    services: tuple[ServiceCadence, ...]
    """Those that have tags of their own."""
    changes: Mapping[str, int]
    """Commits of the last weeks by service, where more than one has tags of its own."""
    days: int
    """How many days these weeks are."""

    @property
    def shared(self) -> float:
        """Return the part of released commits at which all these services were released."""
        every = frozenset[str]().union(*(one.commits for one in self.services))
        common = every.intersection(*(one.commits for one in self.services))
        return len(common) / len(every) if every else 1.0


@fact
def cadences(
    snapshot: Snapshot, refs: Refs, tags: Tags, services: Services, team: TeamPolicy
) -> Cadences | Unavailable | NotApplicable:
    """Return the services' own releases."""
    if not services.of_code[1:]:
        return NotApplicable(reason="there are not two services that could be released apart")
    found = tuple(
        ServiceCadence(
            service=service,
            tags=tuple(tag.name for tag in own),
            commits=frozenset(tag.commit for tag in own if tag.commit),
        )
        for service in services.of_code
        if (own := _tags_of(service, tags.rest))
    )
    changes = _changes(snapshot, refs, found, team.window_days) if found[1:] else {}
    if isinstance(changes, Unavailable):
        return changes
    return Cadences(services=found, changes=changes, days=team.window_days)


def _tags_of(service: Service, tags: Iterable[Tag]) -> list[Tag]:
    names = {service.name.lower(), (service.folder or service.name).lower()}
    named = ((tag, _COMPONENT.fullmatch(tag.name)) for tag in tags)
    return [tag for tag, match in named if match and match["name"].lower() in names]


def _changes(
    snapshot: Snapshot, refs: Refs, found: tuple[ServiceCadence, ...], days: int
) -> Mapping[str, int] | Unavailable:
    """Return how many recent commits changed each service."""
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    since = int(days_before(snapshot.now, days).timestamp())
    commits = snapshot.history.changes(refs.default.tips, since=since, first_parent=False)
    if isinstance(commits, Unavailable):
        return commits
    return {
        one.service.name: sum(
            any(change.path.startswith(f"{one.service.folder}/") for change in commit.changes)
            for commit in commits
        )
        for one in found
    }
