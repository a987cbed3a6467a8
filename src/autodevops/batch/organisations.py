"""The repositories that an organisation owns, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from autodevops.errors import (
    AutodevopsError,
    TargetNotFoundError,
    UnreachableError,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer
from autodevops.sources.github.client import GitHub, path

MOST_PAGES = 1_000
"""Pages of a hundred repositories that are read."""
_NOT_FOUND = 404


class _Repository(msgspec.Struct, frozen=True, kw_only=True):
    full_name: str
    archived: bool = False
    fork: bool = False


@dataclass(slots=True, kw_only=True)
class Owned:
    """What an organisation owns."""

    names: list[str] = field(default_factory=list)
    """`owner/name` of what is audited, in GitHub's order."""
    archived: int = 0
    """Repositories left out because they are archived."""
    forks: int = 0
    """Repositories left out because they are forks."""

    def note(self, login: str) -> str:
        """Return what was found, in a sentence."""
        told = f"{login} owns {len(self.names)} repositories to audit"
        left = [
            f"{count} {kind} ({option})"
            for count, kind, option in (
                (self.archived, "archived", "--include-archived"),
                (self.forks, "forks", "--include-forks"),
            )
            if count
        ]
        return f"{told}; left out: {', '.join(left)}" if left else told


def repositories_of(client: GitHub, login: str, *, archived: bool, forks: bool) -> Owned:
    """Return what an organisation, or a person, owns.

    Raises TargetNotFoundError when GitHub knows nobody of that name, RateLimitError when it tells
    nothing more for now, and UnreachableError when the list can't be read to its end.
    """
    owned = Owned()
    for answer in _pages(client, login):
        if isinstance(answer.unavailable, Unavailable):
            raise _problem(client, login, answer)
        for one in _read(answer):
            if one.archived and not archived:
                owned.archived += 1
            elif one.fork and not forks:
                owned.forks += 1
            else:
                owned.names.append(one.full_name)
    return owned


def _pages(client: GitHub, login: str) -> Iterator[Answer]:
    # Sorted by what no push changes, so that a page that is read meanwhile misses nothing.
    listed = {"type": "all", "sort": "full_name"}
    where = path("orgs", login, "repos")
    for at, answer in enumerate(client.pages(where, listed, most=MOST_PAGES)):
        if not at and answer.status == _NOT_FOUND:
            owned = {"type": "owner", "sort": "full_name"}
            yield from client.pages(path("users", login, "repos"), owned, most=MOST_PAGES)
            return
        yield answer


def _read(answer: Answer) -> tuple[_Repository, ...]:
    found = answer.read(tuple[_Repository, ...])
    if isinstance(found, Unavailable):
        raise UnreachableError(
            "GitHub's list of repositories can't be read", advice="run it again in a while"
        )
    return found


def _problem(client: GitHub, login: str, answer: Answer) -> AutodevopsError:
    if client.limited is not None:
        return client.limited.error
    if answer.status == _NOT_FOUND:
        return TargetNotFoundError(
            f"{client.at.server} knows no organisation {login!r}, or the token may not see it",
            advice="check the name; a token of an organisation with single sign-on needs to be "
            "authorised for it",
        )
    reason = answer.unavailable.reason if answer.unavailable is not None else "no answer"
    return UnreachableError(
        f"the repositories of {login} can't be listed: {reason}", advice="run it again in a while"
    )
