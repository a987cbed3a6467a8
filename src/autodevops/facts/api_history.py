"""When versions of the API appeared in the default branch's code, and when they went."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts.refs import Refs
from autodevops.facts.routes import Routes
from autodevops.model.finding import NotApplicable
from autodevops.model.history import CommitChanges, History
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot, Unavailable, decode

MAX_BLOBS = 6_000
"""Most contents of modules that are looked at."""
_LIMIT = 1 << 19
# Where code gives routes their version; requests to other people's APIs are none of these.
_VERSION = regex(
    r"(?:\b(?:prefix|root_path|path)\s{0,3}=\s{0,3}|\bmount\(\s{0,20}"
    r"|\b[A-Z_]{0,30}API_?V\d{1,3}\w{0,20}\s{0,3}(?::\s{0,3}\w{1,20}\s{0,3})?=\s{0,3}"
    r"|@[\w.]{1,60}\.(?:get|post|put|patch|delete|api_route|websocket)\(\s{0,20}"
    r"|\badd_api_route\(\s{0,20})f?[\"'][^\"'\n]{0,60}?/v(\d{1,3})(?=[\"'/])"
)


class VersionLife(NamedTuple):
    """One version of the API."""

    number: int
    """The version."""
    appeared: datetime
    """When it came to the default branch."""
    appeared_in: str
    """The commit."""
    removed: datetime | None
    """When it went; None while it is there."""
    removed_in: str | None
    """The commit."""


class ApiHistory(Struct, frozen=True, kw_only=True):
    """Every version that the default branch has had."""

    versions: tuple[VersionLife, ...]
    """By number."""

    def successor(self, number: int) -> VersionLife | None:
        """Return the version after one."""
        return next((life for life in self.versions if life.number > number), None)


@fact
def api_history(  # noqa: PLR0911 - each a reason why it can't be told
    snapshot: Snapshot, routes: Routes, refs: Refs
) -> ApiHistory | Unavailable | NotApplicable:
    """Read the modules of the API along the first-parent line.

    Nothing is read while every version up to the newest is still served.
    """
    if not routes.versions or routes.versions[-1] < 2:  # noqa: PLR2004 - v1 succeeds nothing
        return NotApplicable(reason="the API has had one version only")
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    if history.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    tops = sorted({path.partition("/")[0] for path in routes.files})
    changes = history.changes(refs.default.tips[:1], paths=tops)
    if isinstance(changes, Unavailable):
        return changes
    oldest_first = [_of_modules(commit) for commit in reversed(changes)]
    oids = {change.new_oid for commit in oldest_first for change in commit.changes}
    if len(oids) > MAX_BLOBS:
        return Unavailable(f"the API's modules have had more than {MAX_BLOBS} contents")
    versions = _versions(history, {oid for oid in oids if oid.strip("0")})
    if isinstance(versions, Unavailable):
        return versions
    return ApiHistory(versions=_lives(oldest_first, versions, routes.versions))


def _of_modules(commit: CommitChanges) -> CommitChanges:
    """Return a commit with its changes of the API's own modules only."""
    return commit._replace(
        changes=tuple(
            change
            for change in commit.changes
            if change.path.endswith(".py") and is_own_source(change.path)
        )
    )


def _versions(history: History, oids: Iterable[str]) -> Mapping[str, frozenset[int]] | Unavailable:
    """Return which versions each content serves."""
    found = {}
    for oid, content in history.blobs(sorted(oids), _LIMIT):
        if isinstance(content, Unavailable):
            return content
        text = decode(content) or ""
        found[oid] = frozenset(int(match[1]) for match in _VERSION.finditer(text))
    return found


def _lives(
    commits: Iterable[CommitChanges], versions: Mapping[str, frozenset[int]], live: tuple[int, ...]
) -> tuple[VersionLife, ...]:
    served: Counter[int] = Counter()
    files: dict[str, frozenset[int]] = {}
    lives: dict[int, VersionLife] = {}
    for commit in commits:
        moment = datetime.fromtimestamp(commit.committed_at, UTC)
        for change in commit.changes:
            served.subtract(files.pop(change.path, ()))
            if change.status != "D":
                files[change.path] = versions.get(change.new_oid, frozenset())
                served.update(files[change.path])
        for number in [number for number, files_with in served.items() if files_with > 0]:
            life = lives.setdefault(number, VersionLife(number, moment, commit.oid, None, None))
            lives[number] = life._replace(removed=None, removed_in=None)
        for number, life in lives.items():
            if served[number] <= 0 and life.removed is None and number not in live:
                lives[number] = life._replace(removed=moment, removed_in=commit.oid)
    return tuple(lives[number] for number in sorted(lives))
