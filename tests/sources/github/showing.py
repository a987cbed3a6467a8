"""GraphQL answers about one repository, written as GitHub writes them."""

from typing import Any

from autodevops.model.settings import Block, Protection
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import GraphAnswer, GraphError
from autodevops.sources.github.demands import Demands
from autodevops.sources.github.permissions import TokenKind, TokenRights
from autodevops.sources.github.protection import protection
from autodevops.sources.github.seen import Seen, seen

ADMIN = TokenRights(kind=TokenKind.CLASSIC, scopes=frozenset({"repo"}))
"""A classic token that may all that its owner may."""
FINE_GRAINED = TokenRights(kind=TokenKind.FINE_GRAINED)
"""A token whose permissions nobody knows beforehand."""
UPDATED = "2026-03-01T10:00:00Z"
BOTH = ("NON_FAST_FORWARD", "DELETION")
"""Rules against rewriting and deleting the trunk."""
NOBODY = Block(is_on=True)
"""In force, and nobody may pass it by."""


def ruleset(*rules: str | dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an active ruleset for the default branch with these rules."""
    named: dict[str, Any] = {
        "name": "trunk",
        "target": "BRANCH",
        "enforcement": "ACTIVE",
        "updatedAt": UPDATED,
        "include": ["~DEFAULT_BRANCH"],
        "exclude": [],
        "bypass": [],
        **changes,
    }
    include, exclude, bypass = (named.pop(key) for key in ("include", "exclude", "bypass"))
    actors = None if bypass is None else {"pageInfo": {"hasNextPage": False}, "nodes": bypass}
    return {
        **named,
        "conditions": {"refName": {"include": include, "exclude": exclude}},
        "bypassActors": actors,
        "rules": {
            "pageInfo": {"hasNextPage": False},
            "nodes": [
                {"type": rule, "parameters": None} if isinstance(rule, str) else rule
                for rule in rules
            ],
        },
    }


def review(**parameters: Any) -> dict[str, Any]:
    """Return a rule that wants pull requests."""
    named = {
        "requiredApprovingReviewCount": 1,
        "dismissStaleReviewsOnPush": True,
        "requireCodeOwnerReview": True,
        "requiredReviewThreadResolution": True,
        **parameters,
    }
    return {"type": "PULL_REQUEST", "parameters": named}


def checks(*names: str, strict: bool = True, app: int | None = None) -> dict[str, Any]:
    """Return a rule that wants checks to pass."""
    each = [{"context": name, "integrationId": app} for name in names]
    parameters = {"strictRequiredStatusChecksPolicy": strict, "requiredStatusChecks": each}
    return {"type": "REQUIRED_STATUS_CHECKS", "parameters": parameters}


def actor(**changes: Any) -> dict[str, Any]:
    """Return somebody who bypasses always."""
    nobody = {
        "bypassMode": "ALWAYS",
        "deployKey": False,
        "organizationAdmin": False,
        "repositoryRoleName": None,
        "actor": None,
    }
    return {**nobody, **changes}


def classic(**changes: Any) -> dict[str, Any]:
    """Return classic protection as administrators see it, with nothing demanded."""
    return {
        "allowsForcePushes": False,
        "allowsDeletions": False,
        "isAdminEnforced": False,
        "lockBranch": False,
        "requiresApprovingReviews": False,
        "requiredApprovingReviewCount": None,
        "dismissesStaleReviews": False,
        "requiresCodeOwnerReviews": False,
        "requiresConversationResolution": False,
        "requiresCommitSignatures": False,
        "requiresLinearHistory": False,
        "requiresStatusChecks": False,
        "requiresStrictStatusChecks": False,
        "requiredStatusChecks": None,
        "bypassForcePushAllowances": {"nodes": []},
        **changes,
    }


def update_rule(**changes: Any) -> dict[str, Any]:
    """Return classic protection as readers see it, with nothing demanded."""
    return {
        "allowsForcePushes": False,
        "allowsDeletions": False,
        "requiredApprovingReviewCount": None,
        "requiredStatusCheckContexts": [],
        "requiresCodeOwnerReviews": False,
        "requiresConversationResolution": False,
        "requiresLinearHistory": False,
        "requiresSignatures": False,
        **changes,
    }


def shown(
    *rulesets: dict[str, Any] | None,
    rule: dict[str, Any] | None = None,
    update: dict[str, Any] | None = None,
    errors: tuple[GraphError, ...] = (),
    **changes: Any,
) -> Seen:
    """Return a repository with these rulesets and this classic protection."""
    repository = {
        "isPrivate": False,
        "isArchived": False,
        "isEmpty": False,
        "isInOrganization": True,
        "viewerPermission": "ADMIN",
        "deleteBranchOnMerge": True,
        "defaultBranchRef": {
            "name": "main",
            "branchProtectionRule": rule,
            "refUpdateRule": update,
        },
        "rulesets": {"pageInfo": {"hasNextPage": False}, "nodes": list(rulesets)},
        **changes,
    }
    found = seen(GraphAnswer(data={"r0": repository}, errors=errors), "r0")
    assert isinstance(found, Seen)
    return found


def merged(
    repository: Seen,
    rights: TokenRights = ADMIN,
    asked: Demands | Unavailable | None = None,
) -> Protection:
    """Return what is in force."""
    found = protection(repository, rights, asked)
    assert isinstance(found, Protection)
    return found
