"""Which REST addresses are asked about one repository, and in which order they matter.

GraphQL tells most of it; what it doesn't is asked here. The first round is what every repository
costs; the second depends on what the first one and GraphQL showed, most important first, and is
cut where the budget of calls ends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from autodevops.model.settings import CiLimit, CiRuns
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import environments, runs, secret_names
from autodevops.sources.github.answers import Answer, Listing
from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.protection import is_open
from autodevops.sources.github.seen import Seen

CLASSIC = "classic"
"""Key of classic protection."""
ABOUT = "about"
"""Key of the repository itself."""
RUNS = "runs"
"""Key of the runs of CI."""
JOBS = "jobs"
"""Key of the jobs of the slowest run that counts."""
SECRETS = "secrets"
"""Key of secrets, before the place."""
VARIABLES = "variables"
"""Key of variables, before the place."""
POLICY = "policy"
"""Key of the branches that an environment takes, before its name."""
_MOST_PAGES = 3

Key = tuple[str, ...]
"""What an address tells, and of what."""


class Ask(NamedTuple):
    """One address to ask."""

    key: Key
    """What for."""
    call: Callable[[], Answer | Listing]
    """Asks it."""


@dataclass(slots=True)
class Answers:
    """What REST answered about one repository."""

    by_key: dict[Key, Answer | Listing] = field(default_factory=dict)
    """The answers; what was not asked is missing."""

    def one(self, *key: str) -> Answer | None:
        """Return a single answer."""
        found = self.by_key.get(key)
        return found if isinstance(found, Answer) else None

    def list(self, *key: str) -> Listing | None:
        """Return a list."""
        found = self.by_key.get(key)
        return found if isinstance(found, Listing) else None


def first_round(
    client: GitHub, name: RepositoryName, seen: Seen, groups: frozenset[Group]
) -> Iterator[Ask]:
    """Yield what is asked of a repository in any case, for these groups."""
    repository = ("repos", name.owner, name.name)
    branch = seen.branch
    if isinstance(branch, str):
        if Group.PROTECTION in groups and is_open(seen, client.rights):
            where = path(*repository, "branches", branch, "protection")
            yield Ask((CLASSIC,), lambda: client.get(where))
        if Group.CI_RUNS in groups:
            yield Ask((RUNS,), lambda: ask_runs(client, name, branch))
    if Group.SECRETS in groups and seen.may_write:
        yield _secrets(client, secret_names.REPOSITORY, *repository, "actions", "secrets")
    if Group.SECRET_SCANNING in groups and seen.may_administer:
        yield Ask((ABOUT,), lambda: client.get(path(*repository)))


def second_round(
    client: GitHub,
    name: RepositoryName,
    seen: Seen,
    groups: frozenset[Group],
    answers: Answers,
    slow: CiLimit,
) -> Iterator[Ask]:
    """Yield what else is worth asking, most important first."""
    repository = ("repos", name.owner, name.name)
    yield from _jobs(client, repository, answers, slow)
    asks_secrets = Group.SECRETS in groups and sees_secrets(answers)
    asks_owner = asks_secrets and seen.about.is_in_organization
    if asks_owner and answers.list(SECRETS, secret_names.ORGANIZATION) is None:
        shared = (*repository, "actions", "organization-secrets")
        yield _secrets(client, secret_names.ORGANIZATION, *shared)
    limited = environments.with_policy(seen.environments) if Group.ENVIRONMENTS in groups else ()
    for each in limited[:1]:
        yield _policy(client, repository, each)
    named = environments.names_of(seen.environments) if asks_secrets else ()
    for each in named:
        place = secret_names.environment(each)
        yield _secrets(client, place, *repository, "environments", each, "secrets")
    for each in limited[1:]:
        yield _policy(client, repository, each)
    if asks_secrets:
        yield _variables(client, secret_names.REPOSITORY, *repository, "actions", "variables")
    for each in named:
        place = secret_names.environment(each)
        yield _variables(client, place, *repository, "environments", each, "variables")
    if asks_owner and answers.list(VARIABLES, secret_names.ORGANIZATION) is None:
        shared = (*repository, "actions", "organization-variables")
        yield _variables(client, secret_names.ORGANIZATION, *shared)


def sees_secrets(answers: Answers) -> bool:
    """Tell whether the token was shown the repository's own secrets."""
    own = answers.list(SECRETS, secret_names.REPOSITORY)
    return own is not None and own.unavailable is None


def ask_runs(client: GitHub, name: RepositoryName, branch: str) -> Answer:
    """Return the last hundred runs that passed on the default branch."""
    where = path("repos", name.owner, name.name, "actions", "runs")
    return client.get(where, {**runs.query(branch), "per_page": 100})


def _jobs(
    client: GitHub, repository: tuple[str, ...], answers: Answers, slow: CiLimit
) -> Iterator[Ask]:
    said = answers.one(RUNS)
    listed = None if said is None else runs.ci_runs(said)
    found = listed.slow(slow) if isinstance(listed, CiRuns) else None
    if found is not None:
        where = path(*repository, "actions", "runs", found.id, "jobs")
        yield Ask((JOBS,), lambda: client.get(where, {"per_page": 100}))


def _secrets(client: GitHub, place: str, *segments: str) -> Ask:
    return _names(client, (SECRETS, place), "secrets", *segments)


def _variables(client: GitHub, place: str, *segments: str) -> Ask:
    return _names(client, (VARIABLES, place), "variables", *segments)


def _policy(client: GitHub, repository: tuple[str, ...], name: str) -> Ask:
    where = (*repository, "environments", name, "deployment-branch-policies")
    return _names(client, (POLICY, name), "branch_policies", *where)


def _names(client: GitHub, key: Key, within: str, *segments: str) -> Ask:
    return Ask(key, lambda: _listing(client, within, segments))


def _listing(client: GitHub, within: str, segments: tuple[str, ...]) -> Listing:
    try:
        where = path(*segments)
    except ValueError:  # an environment may be called `..`
        unavailable = Unavailable("its name can't be asked for", "another name")
        return Listing(status=0, items=(), unavailable=unavailable)
    return client.listing(where, key=within, most=_MOST_PAGES)
