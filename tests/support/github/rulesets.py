"""Rules with the parameters that GitHub fills in."""

from typing import Any

from tests.support.github.parts import Rule, Ruleset
from tests.support.github.world import Repository

_FILLED: dict[str, dict[str, Any]] = {
    "pull_request": {
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_approving_review_count": 0,
        "required_review_thread_resolution": False,
    },
    "required_status_checks": {
        "required_status_checks": [],
        "strict_required_status_checks_policy": False,
        "do_not_enforce_on_create": False,
    },
}


def parameters(rule: Rule) -> dict[str, Any] | None:
    """Return a rule's parameters in REST's spelling, None for one that takes none."""
    filled = _FILLED.get(rule.type)
    if filled is None:
        return rule.parameters
    return {**filled, **(rule.parameters or {})}


def shown(rule: Rule) -> dict[str, Any]:
    """Return a rule in REST's spelling."""
    filled = parameters(rule)
    return {"type": rule.type} if filled is None else {"type": rule.type, "parameters": filled}


def applies_to_default(ruleset: Ruleset, repository: Repository) -> bool:
    """Whether a ruleset holds for the default branch (patterns are not looked into)."""
    own = {"~ALL", "~DEFAULT_BRANCH", f"refs/heads/{repository.default_branch}"}
    included = bool(own & set(ruleset.include)) and not own & set(ruleset.exclude)
    return ruleset.target == "branch" and ruleset.enforcement == "active" and included
