"""Environments as REST tells them, in the shapes of GraphQL: for those who ask without a token."""

import msgspec

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Listing
from autodevops.sources.github.graph_repository import (
    Environment,
    EnvironmentRule,
    EnvironmentRules,
    Environments,
    Reviewers,
)


class _Policy(msgspec.Struct, frozen=True, kw_only=True):
    protected_branches: bool = False


class _Rule(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    reviewers: tuple[object, ...] = ()


class _Environment(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    protection_rules: tuple[_Rule, ...] = ()
    deployment_branch_policy: _Policy | None = None


def of_listing(listing: Listing) -> tuple[Environments, frozenset[str]] | Unavailable:
    """Return what `/environments` tells, and which of them take all protected branches."""
    found = listing.read(_Environment)
    if isinstance(found, Unavailable):
        return found
    if listing.unavailable is not None:
        return listing.unavailable
    by_protection = frozenset(
        one.name
        for one in found
        if one.deployment_branch_policy and one.deployment_branch_policy.protected_branches
    )
    return Environments(nodes=tuple(map(_environment, found))), by_protection


def _environment(one: _Environment) -> Environment:
    rules = [
        EnvironmentRule(
            type=rule.type.upper(), reviewers=Reviewers(total_count=len(rule.reviewers))
        )
        for rule in one.protection_rules
        if rule.type == "required_reviewers"
    ]
    if one.deployment_branch_policy is not None:
        rules.append(EnvironmentRule(type="BRANCH_POLICY"))
    return Environment(name=one.name, protection_rules=EnvironmentRules(nodes=tuple(rules)))
