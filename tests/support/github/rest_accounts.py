"""REST: accounts and their repositories."""

from typing import Any

from tests.support.github.access import may, sees
from tests.support.github.published import example
from tests.support.github.rest import Asked, RefusedError, Shown, route
from tests.support.github.world import Repository


@route("/user")
def viewer(asked: Asked) -> Shown:
    if asked.token is None:
        raise RefusedError(401, "Requires authentication")
    return Shown(body={**example("public user"), "login": asked.token.login})


@route("/users/{username}")
def user(asked: Asked) -> Shown:
    login = asked.parameters["username"]
    kind = "Organization" if login in asked.world.organizations else "User"
    return Shown(body={**example("public user"), "login": login, "type": kind})


@route("/orgs/{org}")
def organization(asked: Asked) -> Shown:
    login = asked.parameters["org"]
    if login not in asked.world.organizations:
        raise RefusedError(404, "Not Found")
    body = {**example("organization"), "login": login, "archived_at": None}
    return Shown(body=body)


@route("/orgs/{org}/repos")
def of_organization(asked: Asked) -> Shown:
    organization(asked)
    return Shown(items=_listed(asked, asked.parameters["org"]))


@route("/users/{username}/repos")
def of_user(asked: Asked) -> Shown:
    return Shown(items=_listed(asked, asked.parameters["username"]))


@route("/user/repos")
def of_viewer(asked: Asked) -> Shown:
    viewer(asked)
    seen = [one for one in asked.world.repositories.values() if sees(asked.token, one)]
    return Shown(items=[_listed_one(asked, one) for one in seen])


@route("/repos/{owner}/{repo}")
def repository(asked: Asked) -> Shown:
    one = asked.repository
    body = {"language": None, **example("repository"), **_about(asked, one)}
    for name in ("parent", "source", "template_repository", "organization"):
        body.pop(name, None)
    if not may(asked.token, one, "administration"):
        for name in ("security_and_analysis", "delete_branch_on_merge"):
            body.pop(name, None)
        return Shown(body=body)
    body["delete_branch_on_merge"] = one.delete_branch_on_merge
    body["security_and_analysis"] = {
        "secret_scanning": {"status": one.secret_scanning},
        "secret_scanning_push_protection": {"status": one.push_protection},
    }
    return Shown(body=body)


@route("/repos/{owner}/{repo}", needs="administration", method="PATCH", level="write")
def change_repository(asked: Asked) -> Shown:
    one = asked.repository
    one.delete_branch_on_merge = asked.body.get("delete_branch_on_merge", False)
    return repository(asked)


def _listed(asked: Asked, owner: str) -> list[Any]:
    seen = [one for one in asked.world.of(owner) if sees(asked.token, one)]
    return [_listed_one(asked, one) for one in seen]


def _listed_one(asked: Asked, one: Repository) -> dict[str, Any]:
    counts = {"forks": 0, "open_issues": 0, "watchers": 0, "license": None}
    return {**example("listed repository")[0], **counts, **_about(asked, one)}


def _about(asked: Asked, one: Repository) -> dict[str, Any]:
    server = asked.root.removesuffix("/api/v3")
    at = one.pushed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {
        "id": one.id,
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "archived": one.archived,
        "fork": one.fork,
        "disabled": False,
        "default_branch": one.default_branch,
        "pushed_at": at,
        "html_url": f"{server}/{one.full_name}",
        "clone_url": f"{server}/{one.full_name}.git",
        "url": f"{asked.root}/repos/{one.full_name}",
        "size": 0 if not one.trunk() else 10,
    }
    owner = {**example("listed repository")[0]["owner"], "login": one.owner}
    owner["type"] = "Organization" if one.owner in asked.world.organizations else "User"
    return {**body, "owner": owner, "permissions": _held(asked)}


def _held(asked: Asked) -> dict[str, bool]:
    """Return the rights that the role of the token's owner holds."""
    rights = ("pull", "triage", "push", "maintain", "admin")
    roles = ("READ", "TRIAGE", "WRITE", "MAINTAIN", "ADMIN")
    rank = -1 if asked.token is None else roles.index(asked.token.role)
    return {right: at <= max(rank, 0) for at, right in enumerate(rights)}
