"""REST: classic protection, rulesets and CODEOWNERS errors."""

from typing import Any

from tests.support.github.access import may
from tests.support.github.parts import Ruleset
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
            body = _ruleset(one, each, kind)
            body["conditions"] = {
                "ref_name": {"include": list(each.include), "exclude": list(each.exclude)}
            }
            body["rules"] = [shown(rule) for rule in each.rules]
            if may(asked.token, one, "administration"):
                body["bypass_actors"] = each.bypass
            return Shown(body=body)
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
