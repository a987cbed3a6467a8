"""Rulesets: which of them are for the default branch, what they demand, and those for tags.

Inherited ones are here, too: GitHub lists what an organisation demands of the repository.
"""

from collections.abc import Iterable, Iterator

from autodevops.facts._ref_patterns import fits_ref
from autodevops.facts.settings import ADMINISTRATION, METADATA
from autodevops.model.settings import Block, RequiredCheck, TagRuleset, TagRulesets
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.demands import ADMINISTRATORS, OWNERS, Demands
from autodevops.sources.github.graph_shapes import (
    BypassActor,
    BypassActors,
    RefNames,
    RuleParameters,
    Ruleset,
    Rulesets,
)

ACTIONS_APP = 15368
"""GitHub's number for its own Actions."""
HIDDEN_BYPASS = Unavailable(
    "who may bypass a ruleset is shown only to administrators", ADMINISTRATION
)
"""Stands for bypass actors that a reader can't see."""
NOT_WHOLE = Unavailable("GitHub did not show all rules of all rulesets", METADATA)
"""Stands for what a query left behind."""
_TAGS = "refs/tags/"


def active(rulesets: Rulesets, target: str) -> Iterator[Ruleset]:
    """Yield the rulesets in force for branches (`BRANCH`) or tags (`TAG`); trials don't count."""
    for ruleset in rulesets.nodes or ():
        if ruleset is not None and ruleset.target == target and ruleset.enforcement == "ACTIVE":
            yield ruleset


def left_behind(rulesets: Rulesets) -> Unavailable | None:
    """Return why not every rule is known, None when all were read."""
    found = [one for one in rulesets.nodes or () if one is not None]
    cut = rulesets.page_info.has_next_page or any(
        one.rules is None or one.rules.page_info.has_next_page for one in found
    )
    return NOT_WHOLE if cut or None in (rulesets.nodes or ()) else None


def demands_on(rulesets: Rulesets, branch: str, *, sees_bypass: bool) -> tuple[Demands, ...]:
    """Return what each ruleset that is for the default branch demands."""
    return tuple(
        demands_of(ruleset, sees_bypass=sees_bypass)
        for ruleset in active(rulesets, "BRANCH")
        if is_for(ruleset.conditions.ref_name, branch)
    )


def is_for(names: RefNames | None, branch: str) -> bool:
    """Tell whether a ruleset is for the default branch; one without a condition is for all."""
    if names is None:
        return True
    return any(_fits(one, branch) for one in names.include) and not any(
        _fits(one, branch) for one in names.exclude
    )


def demands_of(ruleset: Ruleset, *, sees_bypass: bool) -> Demands:
    """Return what one ruleset demands of the branches it is for."""
    rules = {
        rule.type: rule.parameters or RuleParameters()
        for rule in (ruleset.rules.nodes if ruleset.rules else None) or ()
        if rule is not None
    }
    review = rules.get("PULL_REQUEST", RuleParameters())
    checks = rules.get("REQUIRED_STATUS_CHECKS", RuleParameters())
    bypassed_by = always_bypassing(ruleset.bypass_actors, sees_bypass=sees_bypass)
    return Demands(
        # What a merge queue merges came as a pull request.
        pull_request="PULL_REQUEST" in rules or "MERGE_QUEUE" in rules,
        approvals=review.required_approving_review_count,
        dismiss_stale=review.dismiss_stale_reviews_on_push,
        code_owners=review.require_code_owner_review,
        resolved_conversations=review.required_review_thread_resolution
        or "REQUIRED_REVIEW_THREAD_RESOLUTION" in rules,
        force_pushes=Block(is_on=True, bypassed_by=bypassed_by)
        if "NON_FAST_FORWARD" in rules
        else Block(is_on=False),
        deletion=Block(is_on=True, bypassed_by=bypassed_by)
        if "DELETION" in rules
        else Block(is_on=False),
        required_checks=tuple(
            RequiredCheck(
                name=check.context,
                source=f"the ruleset {ruleset.name}",
                app=app_of(check.integration_id),
            )
            for check in checks.required_status_checks
        ),
        strict=checks.strict_required_status_checks_policy,
        signed_commits="REQUIRED_SIGNATURES" in rules,
        linear_history="REQUIRED_LINEAR_HISTORY" in rules,
        # A rule may have come with the last change, so what is older may be innocent.
        since=ruleset.updated_at,
    )


def always_bypassing(
    actors: BypassActors | None, *, sees_bypass: bool
) -> tuple[str, ...] | Unavailable:
    """Return who may bypass always; who may only in pull requests can't rewrite or delete.

    A token that may not see them is shown null, or an empty list.
    """
    nodes = None if actors is None else actors.nodes
    if actors is None or nodes is None or None in nodes or (not nodes and not sees_bypass):
        return HIDDEN_BYPASS
    if actors.page_info.has_next_page:
        return NOT_WHOLE
    always = [one for one in nodes if one is not None and one.bypass_mode != "PULL_REQUEST"]
    return tuple(dict.fromkeys(_called(one) for one in always))


def app_of(integration: int | None) -> str | None:
    """Return the slug of the app that must report a check, or its number; None for any."""
    if integration is None or integration <= 0:
        return None
    return "github-actions" if integration == ACTIONS_APP else f"app {integration}"


def tag_rulesets(rulesets: Rulesets) -> TagRulesets:
    """Return the rulesets in force for tags."""
    return TagRulesets(
        rulesets=tuple(_for_tags(one) for one in active(rulesets, "TAG")),
        unseen=left_behind(rulesets),
    )


def _for_tags(ruleset: Ruleset) -> TagRuleset:
    names = ruleset.conditions.ref_name or RefNames(include=("~ALL",))
    nodes = (ruleset.rules.nodes if ruleset.rules else None) or ()
    kinds = {rule.type for rule in nodes if rule is not None}
    return TagRuleset(
        name=ruleset.name,
        includes=_bare(names.include),
        excludes=_bare(names.exclude),
        # A force push moves a tag to a commit that doesn't follow; only this keeps all from it.
        blocks_update="UPDATE" in kinds,
        blocks_deletion="DELETION" in kinds,
    )


def _bare(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(pattern.removeprefix(_TAGS) for pattern in patterns)


def _fits(pattern: str, branch: str) -> bool:
    return pattern == "~DEFAULT_BRANCH" or fits_ref(pattern, f"refs/heads/{branch}")


def _called(actor: BypassActor) -> str:
    if actor.organization_admin:
        return OWNERS
    if actor.deploy_key:
        return "deploy keys"
    if actor.repository_role_name:
        role = actor.repository_role_name
        return ADMINISTRATORS if role.lower() == "admin" else f"the role {role}"
    known = actor.actor
    return (known.slug or known.login if known else None) or "somebody"
