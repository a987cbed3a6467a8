"""The recent commits of the default branch and who wrote them."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.mailmap import Mailmap, Person
from autodevops.facts.refs import Refs
from autodevops.guide.model import CommitPolicy, TeamPolicy
from autodevops.model.history import Commit
from autodevops.model.moments import days_before
from autodevops.model.snapshot import Snapshot, Unavailable


class DefaultCommits(Struct, frozen=True, kw_only=True):
    """The commits of the default branch as far back as any rule looks."""

    branch: str
    """Name of the default branch."""
    commits: tuple[Commit, ...]
    """Newest first, merges included."""
    reaches_back_to: datetime
    """All commits since then are here."""

    def since(self, moment: datetime) -> tuple[Commit, ...]:
        """Return the commits since then, which must not be before `reaches_back_to`."""
        seconds = int(moment.timestamp())
        return tuple(commit for commit in self.commits if commit.committed_at >= seconds)


class Author(Struct, frozen=True):
    """One human author."""

    person: Person
    """By `.mailmap`."""
    commits: int
    """How many commits within the window."""


class Authors(Struct, frozen=True, kw_only=True):
    """Who has committed to the default branch lately."""

    humans: tuple[Author, ...]
    """Most commits first, then by name; the same name or address is the same person."""
    bots: int
    """How many authors are automation."""
    since: datetime
    """The beginning of the window."""


@fact
def default_commits(
    snapshot: Snapshot, refs: Refs, commit_policy: CommitPolicy, team: TeamPolicy
) -> DefaultCommits | Unavailable:
    """Return the commits since the policy's date, or the team's window if that begins earlier."""
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    if snapshot.history.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    window = days_before(snapshot.now, team.window_days)
    since = min(datetime.combine(commit_policy.since, time(), UTC), window)
    commits = snapshot.history.commits(refs.default.tips, since=int(since.timestamp()))
    if isinstance(commits, Unavailable):
        return commits
    return DefaultCommits(branch=refs.default.name, commits=commits, reaches_back_to=since)


@fact
def authors(
    snapshot: Snapshot, default_commits: DefaultCommits, mailmap: Mailmap, team: TeamPolicy
) -> Authors:
    """Return the authors of the team's window."""
    since = days_before(snapshot.now, team.window_days)
    written = Counter(
        mailmap.resolve(commit.author_name, commit.author_email)
        for commit in default_commits.since(since)
    )
    bots = {person for person in written if team.is_bot(person.name, person.email)}
    humans = {person: count for person, count in written.items() if person not in bots}
    people = [
        Author(max(group, key=lambda one: (humans[one], one.name, one.email)), count)
        for group in _same_people(humans)
        if (count := sum(humans[person] for person in group))
    ]
    people.sort(key=lambda author: (-author.commits, author.person.name))
    return Authors(humans=tuple(people), bots=len(bots), since=since)


def _same_people(people: Iterable[Person]) -> list[set[Person]]:
    """Group people who share a name or an address, letters' case aside."""
    by_key: dict[str, set[Person]] = {}
    for person in people:
        group = {person}
        for key in _keys(person):
            other = by_key.setdefault(key, group)
            if other is not group:
                fewer, group = sorted((group, other), key=len)
                group |= fewer
                by_key |= {key: group for member in fewer for key in _keys(member)}
    return list({id(group): group for group in by_key.values()}.values())


def _keys(person: Person) -> tuple[str, ...]:
    """Return what the same person has in common with others; nothing is in common with nobody."""
    keys = (person.name.casefold(), person.email.casefold())
    return tuple(filter(None, keys)) or ("",)
