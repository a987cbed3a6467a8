"""Classic protection and rulesets in GraphQL's spelling."""

from typing import Any

from tests.support.github.graph_support import connection
from tests.support.github.parts import Classic, Rule, Ruleset
from tests.support.github.rulesets import parameters


def classic(one: Classic) -> dict[str, Any]:
    """Return classic protection as administrators see it."""
    checks = list(one.checks or ())
    return {
        "id": "BPR_1",
        "pattern": "main",
        "allowsForcePushes": one.force_pushes,
        "allowsDeletions": one.deletions,
        "isAdminEnforced": one.admins,
        "lockBranch": one.locked,
        "requiresApprovingReviews": one.approvals is not None,
        "requiredApprovingReviewCount": one.approvals,
        "dismissesStaleReviews": one.dismiss_stale,
        "requiresCodeOwnerReviews": one.code_owners,
        "requiresConversationResolution": one.conversations,
        "requiresCommitSignatures": one.signatures,
        "requiresLinearHistory": one.linear,
        "requiresStatusChecks": one.checks is not None,
        "requiresStrictStatusChecks": one.strict,
        "requiredStatusCheckContexts": checks,
        "requiredStatusChecks": [{"context": name, "app": None} for name in checks],
        "bypassForcePushAllowances": connection(
            [
                {"id": f"A_{login}", "actor": {"__typename": "User", "login": login}}
                for login in one.bypass_force_push
            ]
        ),
    }


def update_rule(one: Classic) -> dict[str, Any]:
    """Return classic protection as readers see it."""
    return {
        "pattern": "main",
        "allowsForcePushes": one.force_pushes,
        "allowsDeletions": one.deletions,
        "blocksCreations": False,
        "requiredApprovingReviewCount": one.approvals,
        "requiredStatusCheckContexts": list(one.checks or ()),
        "requiresCodeOwnerReviews": one.code_owners,
        "requiresConversationResolution": one.conversations,
        "requiresLinearHistory": one.linear,
        "requiresSignatures": one.signatures,
        "viewerAllowedToDismissReviews": True,
        "viewerCanPush": True,
    }


def ruleset(one: Ruleset, kind: str, full_name: str, *, shows_bypass: bool) -> dict[str, Any]:
    """Return a ruleset; only administrators see who may bypass it."""
    names = {"include": list(one.include), "exclude": list(one.exclude)}
    name = full_name if kind == "Repository" else full_name.partition("/")[0]
    return {
        "id": f"RRS_{one.id}",
        "databaseId": one.id,
        "name": one.name,
        "target": one.target.upper(),
        "enforcement": one.enforcement.upper(),
        "createdAt": one.updated_at.isoformat(),
        "updatedAt": one.updated_at.isoformat(),
        "source": {"__typename": kind, "name": name, "login": name, "id": f"S_{name}"},
        "conditions": {"refName": names},
        "rules": connection([_rule(rule) for rule in one.rules]),
        "bypassActors": connection([_bypass(each) for each in one.bypass])
        if shows_bypass
        else None,
    }


def _rule(one: Rule) -> dict[str, Any]:
    filled = parameters(one)
    return {
        "id": f"RRU_{one.type}",
        "type": one.type.upper(),
        "parameters": None
        if filled is None
        else {"__typename": f"{_camel(one.type, upper=True)}Parameters", **_camels(filled)},
    }


def _bypass(actor: dict[str, Any]) -> dict[str, Any]:
    kind = actor["actor_type"]
    named = actor.get("name", "somebody")
    is_named = kind in {"Team", "Integration"}
    typename = "Team" if kind == "Team" else "App"
    return {
        "id": f"BA_{kind}",
        "bypassMode": actor.get("bypass_mode", "always").upper(),
        "deployKey": kind == "DeployKey",
        "enterpriseOwner": kind == "EnterpriseOwner",
        "organizationAdmin": kind == "OrganizationAdmin",
        "repositoryRoleName": named if kind == "RepositoryRole" else None,
        "repositoryRoleDatabaseId": actor.get("actor_id") if kind == "RepositoryRole" else None,
        "actor": {"__typename": typename, "id": f"T_{named}", "slug": named} if is_named else None,
    }


def _camels(value: Any) -> Any:
    if isinstance(value, list):
        return [_camels(one) for one in value]
    if isinstance(value, dict):
        return {_camel(name): _camels(one) for name, one in value.items()}
    return value


def _camel(name: str, *, upper: bool = False) -> str:
    first, *rest = name.split("_")
    return (first.capitalize() if upper else first) + "".join(word.capitalize() for word in rest)
