"""Asks GitHub about a repository beside the audit of its files."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

from msgspec import Struct

from autodevops.errors import AutodevopsError
from autodevops.folders import cache_folder
from autodevops.guide.model import Guide, ReviewPolicy, WorkflowPolicy
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.rules._api import Question
from autodevops.sources.github.names import RepositoryName, parse, server_url
from autodevops.targets import github_token

if TYPE_CHECKING:
    from autodevops.model.settings import CiLimit, Settings
    from autodevops.sources.github.budget import Limit
    from autodevops.sources.github.groups import Group

OFFLINE = Unavailable("GitHub was not asked: --offline", "an audit without `--offline`")
"""Why there are no settings when nobody may be contacted."""
NO_TOKEN = Unavailable(
    "GitHub was not asked: there is no token (set GITHUB_TOKEN, or run "
    "`autodevops auth login github`)"
)
"""Why there are no settings of a folder when nobody can say who asks."""
_NOT_WANTED = Unavailable("no selected rule asks GitHub")


class Foretold(Struct, frozen=True, kw_only=True):
    """What GitHub said of a repository before its audit began, together with others."""

    settings: "Settings"
    """The answer."""
    groups: "frozenset[Group]"
    """What was asked."""
    window: timedelta
    """How far back commits were read."""
    slow: "CiLimit"
    """From when on runs of CI were looked into."""

    def answers(self, guide: Guide, questions: Iterable[Question]) -> bool:
        """Tell whether the rules that run need nothing else; the repository's guide may say so."""
        is_same = (self.window, self.slow) == (window(guide), slow(guide))
        return is_same and groups_wanted(questions) <= self.groups


class Inquiry:
    """What GitHub is asked about the repository of one snapshot, in a thread of its own."""

    def __init__(
        self,
        snapshot: Snapshot,
        guide: Guide,
        questions: Iterable[Question],
        say: Callable[[str], None],
    ) -> None:
        """Prepare to ask what these rules need to know; `say` is told about long waits."""
        self.limit: Limit | None = None
        """The limit that kept something back, once there was one."""
        self._snapshot, self._guide, self._say = snapshot, guide, say
        self._questions = tuple(questions)
        self._found: Settings | Unavailable = _NOT_WANTED
        self._crash: Exception | None = None
        self._thread = Thread(target=self._run, name="asking GitHub", daemon=True)
        self._is_begun = False

    def begin(self) -> None:
        """Ask now, if any rule wants to know anything."""
        if groups_wanted(self._questions):
            self._is_begun = True
            self._thread.start()

    def answer(self) -> "Settings | Unavailable":
        """Return what GitHub said, as soon as it is there."""
        if self._is_begun:
            self._thread.join()
        if self._crash is not None:
            raise self._crash
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._asked()
        except AutodevopsError as error:
            # The files can be judged without GitHub; a refused token is no reason not to.
            self._found = Unavailable(error.message, error.advice)
        except Exception as error:  # noqa: BLE001 - raised again where the answer is wanted
            self._crash = error

    def _asked(self) -> "Settings | Unavailable":
        name = hosted_at(self._snapshot)
        if name is None:
            return Unavailable(f"no remote of the repository leads to {server_url()}")
        token = github_token()
        if token is None and self._snapshot.target.kind == "local":
            return NO_TOKEN
        from autodevops.sources.github.client import GitHub
        from autodevops.sources.github.endpoints import endpoints
        from autodevops.sources.github.etags import Etags
        from autodevops.sources.github.settings import read_settings

        etags = Etags(cache_folder())
        with GitHub(token, at=endpoints(), etags=etags, say=self._say) as github:
            found = read_settings(
                github,
                [name],
                groups_wanted(self._questions),
                now=self._snapshot.now,
                window=window(self._guide),
                slow=slow(self._guide),
            )
            self.limit = github.limited
        return found[name]


def hosted_at(snapshot: Snapshot) -> RepositoryName | None:
    """Return the repository on GitHub that a snapshot is of; None when no remote leads there.

    Of a folder's remotes `origin` counts, and if that is elsewhere, the only one on GitHub.
    """
    if snapshot.target.kind == "github":
        return parse(snapshot.target.url or "")
    # A remote without a colon is a folder, whatever its name looks like.
    named = {
        remote: parse(address) for remote, address in snapshot.remotes.items() if ":" in address
    }
    if named.get("origin") is not None:
        return named["origin"]
    found = {name.key: name for name in named.values() if name is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def groups_wanted(questions: Iterable[Question]) -> "frozenset[Group]":
    """Return the groups of settings that rules need."""
    from autodevops.facts.catalog import FACTS
    from autodevops.sources.github.groups import groups_for

    return groups_for(questions, FACTS)


def window(guide: Guide) -> timedelta:
    """Return how far back commits must have come by pull request."""
    return timedelta(days=guide.section(ReviewPolicy).window_days)


def slow(guide: Guide) -> "CiLimit":
    """Return how long a run of CI may take."""
    return guide.section(WorkflowPolicy).ci_limit
