"""REST: classic protection, rulesets and CODEOWNERS errors."""

from typing import Any

from tests.support.github.access import may
from tests.support.github.parts import Rule, Ruleset
from tests.support.github.rest import Asked, RefusedError, Shown, route
from tests.support.github.rulesets import applies_to_default, shown
from tests.support.github.world import Repository

_REPO = "/repos/{owner}/{repo}"


@route(f"{_REPO}/branches/{{branch}}/protection", needs="administration")
def protection(asked: Asked) -> Shown:
    one = asked.repository.protection
    if one is None or asked.parameters["branch"] != asked.repository.default_branch:
        raise RefusedError(404, "Branch not protected")
    url = f"{asked.root}/repos/{asked.repository.full_name}/branches/main/protection"
    body: dict[str, Any] = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": one.admins},
        "required_linear_history": {"enabled": one.linear},
        "allow_force_pushes": {"enabled": one.force_pushes},
        "allow_deletions": {"enabled": one.deletions},
        "required_conversation_resolution": {"enabled": one.conversations},
        "lock_branch": {"enabled": one.locked},
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": one.signatures},
    }
    if one.approvals is not None:
        body["required_pull_request_reviews"] = {
            "dismiss_stale_reviews": one.dismiss_stale,
            "require_code_owner_reviews": one.code_owners,
            "required_approving_review_count": one.approvals,
        }
    if one.checks is not None:
        body["required_status_checks"] = {
            "strict": one.strict,
            "contexts": list(one.checks),
            "checks": [{"context": name, "app_id": None} for name in one.checks],
        }
    return Shown(body=body)


@route(f"{_REPO}/rules/branches/{{branch}}", needs="metadata")
def rules(asked: Asked) -> Shown:
    one = asked.repository
    if asked.parameters["branch"] != one.default_branch:
        return Shown(items=[])
    items = [
        {
            **shown(rule),
            "ruleset_source_type": kind,
            "ruleset_source": _source(one, kind),
            "ruleset_id": ruleset.id,
        }
        for ruleset, kind in asked.world.rulesets_of(one)
        if applies_to_default(ruleset, one)
        for rule in ruleset.rules
    ]
    return Shown(items=items)


@route(f"{_REPO}/rulesets", needs="metadata")
def rulesets(asked: Asked) -> Shown:
    one = asked.repository
    return Shown(
        items=[_ruleset(one, *each) for each in asked.world.rulesets_of(one)],
    )


@route(f"{_REPO}/rulesets/{{ruleset_id}}", needs="metadata")
def ruleset(asked: Asked) -> Shown:
    one = asked.repository
    for each, kind in asked.world.rulesets_of(one):
        if str(each.id) == asked.parameters["ruleset_id"]:
            return Shown(body=_whole(asked, each, kind))
    raise RefusedError(404, "Not Found")


@route(f"{_REPO}/rulesets", needs="administration", method="POST", level="write")
def make_ruleset(asked: Asked) -> Shown:
    made = Ruleset(asked.body["name"])
    _fill(made, asked)
    asked.repository.rulesets.append(made)
    return Shown(body=_whole(asked, made, "Repository"), status=201)


@route(f"{_REPO}/rulesets/{{ruleset_id}}", needs="administration", method="PUT", level="write")
def change_ruleset(asked: Asked) -> Shown:
    for each in asked.repository.rulesets:
        if str(each.id) == asked.parameters["ruleset_id"]:
            _fill(each, asked)
            return Shown(body=_whole(asked, each, "Repository"))
    raise RefusedError(404, "Not Found")


@route(f"{_REPO}/codeowners/errors", needs="contents")
def codeowners_errors(asked: Asked) -> Shown:
    errors = [
        {
            "line": one.line,
            "column": one.column,
            "kind": one.kind,
            "source": one.source,
            "suggestion": one.suggestion,
            "message": f"{one.kind} on line {one.line}",
            "path": one.path,
        }
        for one in asked.repository.codeowners_errors
    ]
    return Shown(body={"errors": errors})


def _fill(each: Ruleset, asked: Asked) -> None:
    said, names = asked.body, asked.body["conditions"]["ref_name"]
    each.name, each.target, each.enforcement = said["name"], said["target"], said["enforcement"]
    each.include, each.exclude = names["include"], names["exclude"]
    each.bypass = said["bypass_actors"]
    each.rules = [Rule(one["type"], one.get("parameters")) for one in said["rules"]]


def _whole(asked: Asked, each: Ruleset, kind: str) -> dict[str, Any]:
    body = _ruleset(asked.repository, each, kind)
    body["conditions"] = {
        "ref_name": {"include": list(each.include), "exclude": list(each.exclude)}
    }
    body["rules"] = [shown(rule) for rule in each.rules]
    if may(asked.token, asked.repository, "administration"):
        body["bypass_actors"] = each.bypass
    return body


def _ruleset(one: Repository, each: Ruleset, kind: str) -> dict[str, Any]:
    at = each.updated_at.isoformat()
    return {
        "id": each.id,
        "name": each.name,
        "target": each.target,
        "source_type": kind,
        "source": _source(one, kind),
        "enforcement": each.enforcement,
        "node_id": f"RRS_{each.id}",
        "created_at": at,
        "updated_at": at,
    }


def _source(one: Repository, kind: str) -> str:
    return one.full_name if kind == "Repository" else one.owner
