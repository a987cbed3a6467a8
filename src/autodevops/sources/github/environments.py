"""Environments and what guards them."""

from collections.abc import Mapping

import msgspec

from autodevops.facts.settings import ACTIONS
from autodevops.model.settings import DeployEnvironment, DeployEnvironments
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Listing
from autodevops.sources.github.graph_repository import Environment, Environments

PROTECTED = "~PROTECTED"
"""Stands for all protected branches."""
UNREAD = Unavailable("which branches may deploy was not read", ACTIONS)
"""Stands for patterns that were not asked for."""


class _Policy(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""


def with_policy(environments: Environments | Unavailable | None) -> tuple[str, ...]:
    """Return the names of the environments whose branches are limited, production first."""
    if not isinstance(environments, Environments):
        return ()
    names = [one.name for one in environments.nodes or () if one is not None and _is_limited(one)]
    return production_first(names)


def production_first(names: list[str]) -> tuple[str, ...]:
    """Return names with those first that look like production: they matter most."""
    return tuple(sorted(names, key=lambda name: ("prod" not in name.casefold(), name)))


def names_of(environments: Environments | Unavailable | None) -> tuple[str, ...]:
    """Return the names of all environments, production first."""
    if not isinstance(environments, Environments):
        return ()
    return production_first([one.name for one in environments.nodes or () if one is not None])


def deploy_environments(
    environments: Environments | Unavailable | None, policies: Mapping[str, Listing]
) -> DeployEnvironments | Unavailable:
    """Return the environments; `policies` are the patterns of those that were asked for."""
    if environments is None or isinstance(environments, Unavailable):
        return environments or Unavailable("GitHub tells of no environments", ACTIONS)
    nodes = environments.nodes or ()
    if None in nodes or any(one.protection_rules is None for one in nodes if one is not None):
        return Unavailable("what guards the environments is hidden", ACTIONS)
    if environments.page_info.has_next_page:
        return Unavailable("there are more environments than were read", "fewer environments")
    return DeployEnvironments(
        environments=tuple(
            _environment(one, policies.get(one.name))
            for one in sorted((one for one in nodes if one is not None), key=lambda one: one.name)
        )
    )


def patterns(listing: Listing | None) -> tuple[str, ...] | Unavailable:
    """Return the patterns of an environment's policy; a policy without any is of the other kind."""
    if listing is None:
        return UNREAD
    if listing.unavailable is not None:
        return listing.unavailable
    found = listing.read(_Policy)
    if isinstance(found, Unavailable):
        return found
    return tuple(one.name for one in found) or (PROTECTED,)


def _environment(one: Environment, listing: Listing | None) -> DeployEnvironment:
    rules = (one.protection_rules.nodes if one.protection_rules else None) or ()
    return DeployEnvironment(
        name=one.name,
        reviewers=sum(
            rule.reviewers.total_count
            for rule in rules
            if rule is not None and rule.type == "REQUIRED_REVIEWERS" and rule.reviewers is not None
        ),
        branch_policy=patterns(listing) if _is_limited(one) else None,
    )


def _is_limited(one: Environment) -> bool:
    rules = (one.protection_rules.nodes if one.protection_rules else None) or ()
    return any(rule is not None and rule.type == "BRANCH_POLICY" for rule in rules)
