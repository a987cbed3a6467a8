"""When runbooks and the services that they describe were last changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.refs import Refs
from autodevops.facts.runbooks import RunbookText, RunbookTexts
from autodevops.facts.services import Services
from autodevops.guide.model import RunbookPolicy, Service
from autodevops.model.finding import NotApplicable
from autodevops.model.history import History
from autodevops.model.snapshot import Snapshot, Unavailable


class AgedRunbook(NamedTuple):
    """A runbook that is much older than what it describes."""

    path: str
    """The runbook."""
    changed: datetime
    """Its last change."""
    service: str
    """Folder of the service that was changed last among those it describes."""
    service_changed: datetime
    """Last change of that service."""
    commit: str
    """The commit that made it."""

    @property
    def lag(self) -> timedelta:
        """Return how much older the runbook is."""
        return self.service_changed - self.changed


class RunbookAges(Struct, frozen=True, kw_only=True):
    """Runbooks held against the services' last changes."""

    stale: tuple[AgedRunbook, ...]
    """Runbooks that are older by more than the policy allows, by path."""


@fact
def runbook_ages(
    snapshot: Snapshot,
    refs: Refs,
    texts: RunbookTexts,
    services: Services,
    policy: RunbookPolicy,
) -> RunbookAges | Unavailable | NotApplicable:
    """Date the runbooks first; services are only dated where a runbook is old enough to lag."""
    folders = {service.folder: service for service in services.of_code if service.folder}
    if not folders:
        return NotApplicable(reason="no service is there that a runbook could describe")
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    if history.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    allowed = timedelta(days=policy.stale_days)
    tips = refs.default.tips
    fresh = _last_changes(
        history, tips, [one.path for one in texts.found], since=snapshot.now - allowed
    )
    if isinstance(fresh, Unavailable):
        return fresh
    old = [one for one in texts.found if one.path not in fresh]
    paths = [*(one.path for one in old), *folders]
    changed = _last_changes(history, tips, paths) if old else {}
    if isinstance(changed, Unavailable):
        return changed
    newest = dict(_newest(folders, changed))
    every = (_aged(one, changed, newest, _described(one, folders)) for one in old)
    return RunbookAges(stale=tuple(aged for aged in every if aged and aged.lag > allowed))


_Change = tuple[int, str]
"""When and by which commit."""


def _newest(
    folders: Iterable[str], changed: Mapping[str, _Change]
) -> Iterator[tuple[str, _Change]]:
    """Yield each folder with the newest change below it, if there is one."""
    for folder in folders:
        own = [one for path, one in changed.items() if path.startswith(f"{folder}/")]
        if own:
            yield folder, max(own, key=_moment)


def _moment(change: _Change) -> int:
    return change[0]


def _aged(
    runbook: RunbookText,
    changed: Mapping[str, _Change],
    newest: Mapping[str, _Change],
    described: Iterable[str],
) -> AgedRunbook | None:
    """Return a runbook with the newest change among the services that it describes."""
    own = changed.get(runbook.path)
    known = [folder for folder in described if folder in newest]
    if own is None or not known:
        return None
    folder = max(known, key=lambda one: _moment(newest[one]))
    moment, commit = newest[folder]
    return AgedRunbook(
        path=runbook.path,
        changed=datetime.fromtimestamp(_moment(own), UTC),
        service=folder,
        service_changed=datetime.fromtimestamp(moment, UTC),
        commit=commit,
    )


def _described(runbook: RunbookText, services: Mapping[str, Service]) -> tuple[str, ...]:
    """Return the services that a runbook names in its path, headings or paths; else all."""
    titles = " ".join([runbook.path, *(one.text for one in runbook.markdown.headings)]).lower()
    named = tuple(
        folder
        for folder, service in services.items()
        if re.search(rf"\b{re.escape(service.name.rstrip('s'))}s?\b", titles)
        or re.search(rf"(?<![\w/]){re.escape(folder)}/", runbook.text)
    )
    return named or tuple(services)


def _last_changes(
    history: History, tips: Iterable[str], paths: Iterable[str], since: datetime | None = None
) -> dict[str, _Change] | Unavailable:
    """Return the time and commit of each path's last change."""
    seconds = None if since is None else int(since.timestamp())
    changes = history.changes(tips, since=seconds, paths=paths)
    if isinstance(changes, Unavailable):
        return changes
    found: dict[str, _Change] = {}
    for commit in changes:
        for change in commit.changes:
            found.setdefault(change.path, (commit.committed_at, commit.oid))
    return found
