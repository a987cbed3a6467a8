"""GraphQL: the described world as a tree that graphql-core walks along GitHub's schema."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate

from tests.support.github.access import may, sees
from tests.support.github.graph_protection import classic, ruleset, update_rule
from tests.support.github.graph_support import Info, connection
from tests.support.github.parts import Environment, PullRequest
from tests.support.github.published import schema
from tests.support.github.world import Commit, Repository, Token, World

COST = 1
"""Points of each query."""


@dataclass(frozen=True, kw_only=True)
class Graphed:
    """The answer to a query."""

    body: dict[str, Any]
    mistake: str | None = None
    """Why GitHub would not run the query at all."""


def answer(world: World, token: Token, posted: dict[str, Any], remaining: int) -> Graphed:
    """Execute a query as a token may see the world."""
    document, wrong = _understood(posted["query"])
    if document is None or wrong:
        return _invalid(*wrong)
    root = _Root(world=world, token=token, remaining=remaining).tree()
    done = execute_sync(schema(), document, root, variable_values=posted.get("variables"))
    body: dict[str, Any] = {"data": done.data}
    if done.errors:
        body["errors"] = [_shown(error) for error in done.errors]
    return Graphed(body=body, mistake=_drift(done.errors))


@lru_cache(maxsize=64)
def _understood(query: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """Return a query parsed, and what is wrong with it; the same few are asked again and again."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(schema(), document))


def _invalid(*errors: GraphQLError) -> Graphed:
    body = {"errors": [{"message": error.message} for error in errors]}
    return Graphed(body=body, mistake=errors[0].message)


def _shown(error: GraphQLError) -> dict[str, Any]:
    kind = (error.extensions or {}).get("type")
    shown: dict[str, Any] = {"message": error.message, "path": error.path}
    return {"type": kind, **shown} if kind else shown


def _drift(errors: Sequence[GraphQLError] | None) -> str | None:
    """Return the first error that is the stand-in's own: its tree doesn't fit the schema."""
    for error in errors or ():
        if not (error.extensions or {}).get("type"):
            return f"{error.path}: {error.message}"
    return None


def refused(kind: str, message: str) -> GraphQLError:
    """Return an error of GitHub's."""
    return GraphQLError(message, extensions={"type": kind})


@dataclass(frozen=True, kw_only=True)
class _Root:
    world: World
    token: Token
    remaining: int

    def tree(self) -> dict[str, Any]:
        return {
            "rateLimit": self._rate_limit,
            "repository": self._repository,
            "organization": self._organization,
            "viewer": lambda _info: {"login": self.token.login, "id": "U_1"},
        }

    def _rate_limit(self, _info: Info, **_named: Any) -> dict[str, Any]:
        reset = datetime.now(UTC).isoformat()
        shown = {"limit": 5000, "cost": COST, "used": 5000 - self.remaining, "nodeCount": 1}
        return {**shown, "remaining": self.remaining, "resetAt": reset}

    def _repository(self, _info: Info, *, owner: str, name: str, **_: Any) -> Any:
        full_name = f"{owner}/{name}"
        found = self.world.find(full_name) or self.world.moved(full_name)
        if found is None or not sees(self.token, found):
            raise refused(
                "NOT_FOUND",
                f"Could not resolve to a Repository with the name '{full_name}'.",
            )
        return _Shown(world=self.world, token=self.token, repository=found).tree()

    def _organization(self, _info: Info, *, login: str) -> Any:
        if login not in self.world.organizations:
            message = f"Could not resolve to an Organization with the login of '{login}'."
            raise refused("NOT_FOUND", message)
        trees = [
            _Shown(world=self.world, token=self.token, repository=one).tree()
            for one in self.world.of(login)
            if sees(self.token, one)
        ]
        return {"login": login, "id": f"O_{login}", "repositories": connection(trees)}


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """One repository as a token sees it."""

    world: World
    token: Token
    repository: Repository

    def tree(self) -> dict[str, Any]:
        one = self.repository
        return {
            "id": f"R_{one.id}",
            "databaseId": one.id,
            "name": one.name,
            "nameWithOwner": one.full_name,
            "url": f"https://github.com/{one.full_name}",
            "isPrivate": one.private,
            "isArchived": one.archived,
            "isFork": one.fork,
            "isEmpty": lambda _info: not one.trunk(),
            "isInOrganization": one.owner in self.world.organizations,
            "pushedAt": one.pushed_at.isoformat(),
            "viewerPermission": self.token.role if self.token.is_classic else None,
            "deleteBranchOnMerge": one.delete_branch_on_merge,
            "defaultBranchRef": self._branch,
            "rulesets": self._guarded("metadata", self._rulesets),
            "environments": self._guarded(
                "actions", lambda: connection([_environment(each) for each in one.environments])
            ),
            "codeowners": self._guarded("contents", self._codeowners),
            "pullRequests": self._guarded(
                "pull_requests", lambda: connection([_pull(each) for each in one.pull_requests])
            ),
        }

    def _guarded(self, permission: str, make: Callable[[], Any]) -> Callable[..., Any]:
        """Return a field that a fine-grained token without the permission may not read."""

        def field(info: Info, **named: Any) -> Any:
            if not may(self.token, self.repository, permission):
                raise refused("FORBIDDEN", "Resource not accessible by personal access token")
            made = make()
            return made(info, **named) if callable(made) else made

        return field

    def _branch(self, _info: Info) -> dict[str, Any] | None:
        commits = self.repository.trunk()
        if not commits:
            return None
        protection = self.repository.protection
        is_admin = may(self.token, self.repository, "administration")
        return {
            "id": f"REF_{self.repository.id}",
            "name": self.repository.default_branch,
            "prefix": "refs/heads/",
            "branchProtectionRule": classic(protection) if protection and is_admin else None,
            "refUpdateRule": update_rule(protection) if protection else None,
            "target": self._commit(commits[0]),
        }

    def _commit(self, commit: Commit) -> dict[str, Any]:
        known = {one.number: one for one in self.repository.pull_requests}
        pulls = [_pull(known.get(n, PullRequest(number=n))) for n in commit.pull_requests]
        return {
            "__typename": "Commit",
            "id": f"C_{commit.oid}",
            "oid": commit.oid,
            "message": commit.message,
            "messageHeadline": commit.message.partition("\n")[0],
            "committedDate": commit.committed_at.isoformat(),
            "parents": connection([{"oid": oid, "id": f"C_{oid}"} for oid in commit.parents]),
            "associatedPullRequests": self._guarded("pull_requests", lambda: connection(pulls)),
            "history": self._history,
        }

    def _history(self, info: Info, *, since: str | None = None, **named: Any) -> dict[str, Any]:
        listed = self.repository.trunk()
        if since is not None:
            begin = datetime.fromisoformat(since)
            listed = [one for one in listed if one.committed_at >= begin]
        page: dict[str, Any] = connection([self._commit(one) for one in listed])(info, **named)
        return page

    def _rulesets(self) -> Callable[..., Any]:
        is_admin = may(self.token, self.repository, "administration")
        trees = [
            ruleset(one, kind, self.repository.full_name, shows_bypass=is_admin)
            for one, kind in self.world.rulesets_of(self.repository)
        ]
        return connection(trees)

    def _codeowners(self) -> dict[str, Any]:
        return {
            "errors": [
                {
                    "path": one.path,
                    "line": one.line,
                    "column": one.column,
                    "kind": one.kind,
                    "source": one.source,
                    "suggestion": one.suggestion,
                    "message": f"{one.kind} on line {one.line}",
                }
                for one in self.repository.codeowners_errors
            ]
        }


def _pull(one: PullRequest) -> dict[str, Any]:
    base = {"id": f"REF_{one.base}", "name": one.base, "prefix": "refs/heads/"}
    shown = {"id": f"PR_{one.number}", "number": one.number, "title": one.title}
    return {**shown, "state": one.state, "baseRef": base, "baseRefName": one.base}


def _environment(one: Environment) -> dict[str, Any]:
    reviewers = [
        {"__typename": "User", "id": f"U_{n}", "login": f"reviewer-{n}"}
        for n in range(one.reviewers)
    ]
    rules = []
    if one.reviewers:
        rules.append(_deployment_rule("REQUIRED_REVIEWERS", reviewers))
    if one.wait_minutes:
        rules.append(_deployment_rule("WAIT_TIMER", [], one.wait_minutes))
    if one.protected_branches or one.policies is not None:
        rules.append(_deployment_rule("BRANCH_POLICY", []))
    shown = {"id": f"EN_{one.id}", "databaseId": one.id, "name": one.name}
    return {**shown, "protectionRules": connection(rules)}


def _deployment_rule(kind: str, reviewers: Sequence[Any], timeout: int = 0) -> dict[str, Any]:
    return {"type": kind, "timeout": timeout, "reviewers": connection(reviewers)}
