"""What is asked of GitHub before the audits: settings of several repositories at once, and refs.

All of it is asked by the process that runs the batch, so that there is one budget, one memory of
answers, and an end to it when a limit is spent. Workers only clone.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from autodevops.batch.listing import Listed
from autodevops.batch.reuse import State, state_of
from autodevops.batch.signature import Signature
from autodevops.errors import AutodevopsError
from autodevops.fetching import shape_wanted
from autodevops.guide.load import GuideInForce
from autodevops.inquiries import Foretold, groups_wanted, slow, window
from autodevops.model.snapshot import Unavailable
from autodevops.policy import asked
from autodevops.request import Request
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.scratch import scratch_folder
from autodevops.targets import github_token

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import TypeAlias

    from autodevops.sources.github.budget import Usage
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.shared_secrets import SharedSecrets

    _Found: TypeAlias = "dict[RepositoryName, Foretold] | Unavailable | AutodevopsError | None"
    _Refs: TypeAlias = "Future[str | AutodevopsError] | None"

TOGETHER = 5
"""Repositories that are looked at together: as many as share a query."""


class Looked(Struct, frozen=True, kw_only=True):
    """A target that was looked at."""

    number: int
    """Its place in the list."""
    listed: Listed
    """The target."""
    settings: Foretold | Unavailable | None = None
    """What GitHub said; None when it was not asked."""
    state: State | None = None
    """By which a later batch knows it again; None for folders."""
    problem: AutodevopsError | None = None
    """Why it can't be audited."""


@dataclass(slots=True, kw_only=True)
class Asker:
    """Looks at targets, several at once."""

    request: Request
    """What is to be audited and how."""
    in_force: GuideInForce
    """The guide outside of the repositories."""
    signature: Signature
    """What reports depend on besides the repositories."""
    now: datetime
    """The clock of the batch."""
    client: "GitHub | None" = None
    """Who asks; None when no rule or nobody may."""
    several: bool = True
    """Whether the batch has more than one repository on GitHub: then they share."""
    _shared: "SharedSecrets | None" = None
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @property
    def usage(self) -> "Usage | None":
        """Return what was spent, and what is left."""
        return None if self.client is None else self.client.usage()

    def look(self, targets: Sequence[tuple[int, Listed]]) -> list[Looked]:
        """Return what there is to know of these targets before their audits."""
        if self.client is not None and self.client.limited is not None:
            spent = self.client.limited.error
            return [Looked(number=number, listed=one, problem=spent) for number, one in targets]
        names = {number: one.name for number, one in targets if one.name is not None}
        with ThreadPoolExecutor(TOGETHER, thread_name_prefix="looking") as pool:
            refs = {number: pool.submit(self._refs, name) for number, name in names.items()}
            found = self._settings(tuple(names.values()))
            return [self._looked(number, one, found, refs.get(number)) for number, one in targets]

    def _looked(self, number: int, one: Listed, found: "_Found", refs: "_Refs") -> Looked:
        if one.name is None or refs is None:
            return Looked(number=number, listed=one)
        told = refs.result()
        if isinstance(told, AutodevopsError):
            return Looked(number=number, listed=one, problem=told)
        if isinstance(found, AutodevopsError):
            return Looked(number=number, listed=one, problem=found)
        settings = found.get(one.name) if isinstance(found, dict) else found
        state = state_of(one.name, told, settings, self.signature)
        return Looked(number=number, listed=one, settings=settings, state=state)

    def _settings(self, names: tuple[RepositoryName, ...]) -> "_Found":
        groups = groups_wanted(asked(self.request, self.in_force))
        if self.client is None or not groups or not names:
            return None
        guide = self.in_force.guide
        since, long = window(guide), slow(guide)
        from autodevops.sources.github.settings import read_settings

        try:
            # One after the other: what organisations share is kept between the calls.
            with self._one_at_a_time:
                read = read_settings(
                    self.client,
                    names,
                    groups,
                    now=self.now,
                    window=since,
                    slow=long,
                    shared=self._sharing(),
                )
                # Now: a moment later it may be the next call's limit.
                limited = self.client.limited
        except AutodevopsError as error:
            # As in an audit of one: the files can be judged without GitHub.
            return Unavailable(error.message, error.advice)
        if limited is not None:
            return limited.error
        return {
            name: Foretold(settings=settings, groups=groups, window=since, slow=long)
            for name, settings in read.items()
        }

    def _sharing(self) -> "SharedSecrets | None":
        if self.client is None or not self.several:
            return None
        from autodevops.sources.github.shared_secrets import SharedSecrets

        if self._shared is None:
            self._shared = SharedSecrets(self.client)
        return self._shared

    def _refs(self, name: RepositoryName) -> str | AutodevopsError:
        """Return a digest of branches, tags and, where they are read, pull requests."""
        from autodevops.sources.github.clone import refs_digest

        wanted = shape_wanted(self.request, self.in_force)
        try:
            with scratch_folder("refs") as folder:
                return refs_digest(
                    name, token=github_token(), into=folder, proposals=wanted.proposals
                )
        except AutodevopsError as error:
            return error
