"""Rulesets as REST tells them, in the shapes of GraphQL: for those who ask without a token."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer, Listing
from autodevops.sources.github.graph_shapes import (
    Conditions,
    RefNames,
    RuleParameters,
    Ruleset,
    RulesetRule,
    RulesetRules,
    Rulesets,
    StatusCheck,
)


class _Check(msgspec.Struct, frozen=True, kw_only=True):
    context: str
    integration_id: int | None = None


class _Parameters(msgspec.Struct, frozen=True, kw_only=True):
    dismiss_stale_reviews_on_push: bool = False
    require_code_owner_review: bool = False
    required_approving_review_count: int = 0
    required_review_thread_resolution: bool = False
    required_status_checks: tuple[_Check, ...] = ()
    strict_required_status_checks_policy: bool = False


class _Rule(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    parameters: _Parameters | None = None
    ruleset_id: int | None = None
    ruleset_source: str | None = None


class _RefNames(msgspec.Struct, frozen=True, kw_only=True):
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class _Conditions(msgspec.Struct, frozen=True, kw_only=True):
    ref_name: _RefNames | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A ruleset in the list, without its rules."""

    id: int
    """GitHub's number."""
    target: str | None = None
    """`branch`, `tag` or something else."""
    enforcement: str
    """`active`, `evaluate` or `disabled`."""


class _Ruleset(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    target: str | None = None
    enforcement: str
    updated_at: datetime | None = None
    conditions: _Conditions | None = None
    rules: tuple[_Rule, ...] | None = None


def of_branch(listing: Listing) -> Rulesets | Unavailable:
    """Return what `/rules/branches/{branch}` tells is in force, a ruleset for each source."""
    rules = listing.read(_Rule)
    if isinstance(rules, Unavailable):
        return rules
    if listing.unavailable is not None:
        return listing.unavailable
    sources: dict[str, list[_Rule]] = {}
    for rule in rules:
        name = f"{rule.ruleset_id or ''} of {rule.ruleset_source or 'GitHub'}".strip()
        sources.setdefault(name, []).append(rule)
    return Rulesets(
        nodes=tuple(
            Ruleset(
                name=name,
                target="BRANCH",
                enforcement="ACTIVE",
                conditions=Conditions(ref_name=RefNames(include=("~ALL",))),
                rules=_rules(found),
            )
            for name, found in sources.items()
        )
    )


def for_tags(listing: Listing) -> tuple[int, ...] | Unavailable:
    """Return the numbers of the rulesets for tags that are in force."""
    listed = listing.read(Listed)
    if isinstance(listed, Unavailable):
        return listed
    return tuple(one.id for one in listed if one.target == "tag" and one.enforcement == "active")


def of_answers(answers: Iterable[Answer]) -> tuple[Ruleset, ...] | Unavailable:
    """Return whole rulesets, each from `/rulesets/{id}`."""
    found: list[Ruleset] = []
    for answer in answers:
        one = answer.read(_Ruleset)
        if isinstance(one, Unavailable):
            return one
        names = one.conditions.ref_name if one.conditions is not None else None
        found.append(
            Ruleset(
                name=one.name,
                target=(one.target or "branch").upper(),
                enforcement=one.enforcement.upper(),
                updated_at=one.updated_at,
                conditions=Conditions(
                    ref_name=RefNames(include=names.include, exclude=names.exclude)
                    if names
                    else None
                ),
                rules=_rules(one.rules) if one.rules is not None else None,
            )
        )
    return tuple(found)


def _rules(rules: Iterable[_Rule]) -> RulesetRules:
    return RulesetRules(
        nodes=tuple(
            RulesetRule(type=one.type.upper(), parameters=_parameters(one.parameters))
            for one in rules
        )
    )


def _parameters(said: _Parameters | None) -> RuleParameters | None:
    if said is None:
        return None
    return RuleParameters(
        dismiss_stale_reviews_on_push=said.dismiss_stale_reviews_on_push,
        require_code_owner_review=said.require_code_owner_review,
        required_approving_review_count=said.required_approving_review_count,
        required_review_thread_resolution=said.required_review_thread_resolution,
        required_status_checks=tuple(
            StatusCheck(context=one.context, integration_id=one.integration_id)
            for one in said.required_status_checks
        ),
        strict_required_status_checks_policy=said.strict_required_status_checks_policy,
    )
