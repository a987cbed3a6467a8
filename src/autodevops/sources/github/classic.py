"""Classic branch protection, in the three ways in which GitHub tells of it.

Administrators get all of it, by GraphQL or REST. Everybody else gets a part, in which strictness,
dismissed approvals and whether it binds administrators are missing, or nothing at all: that never
means that there is none.
"""

import msgspec

from autodevops.facts.settings import ADMINISTRATION
from autodevops.model.settings import Block, RequiredCheck
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import NOT_FOUND, Answer
from autodevops.sources.github.demands import ADMINISTRATORS, Demands
from autodevops.sources.github.graph_shapes import Allowances, ClassicRule, UpdateRule
from autodevops.sources.github.rulesets import app_of

HIDDEN = Unavailable(
    "classic branch protection is shown only to administrators of the repository", ADMINISTRATION
)
"""Stands for classic protection that the token may not see."""
NOT_PROTECTED = "branch not protected"
"""What GitHub says, with a 404, to those who would see it if there were any."""
NOT_IN_PLAN = "upgrade to github"
"""How GitHub begins, with a 403, where the owner's plan has no protection for private ones."""
_FORBIDDEN = 403
_SOURCE = "branch protection"
_BY_HIDDEN = Unavailable(
    "whether administrators bypass the protection is shown only to them", ADMINISTRATION
)


def of_rule(rule: ClassicRule) -> Demands:
    """Return what classic protection demands, as GraphQL tells administrators."""
    exempt = () if rule.is_admin_enforced else (ADMINISTRATORS,)
    checks = rule.required_status_checks or () if rule.requires_status_checks else ()
    rewriters = _names(rule.bypass_force_push_allowances)
    return Demands(
        pull_request=rule.requires_approving_reviews,
        approvals=(rule.required_approving_review_count or 0)
        if rule.requires_approving_reviews
        else 0,
        dismiss_stale=rule.requires_approving_reviews and rule.dismisses_stale_reviews,
        code_owners=rule.requires_approving_reviews and rule.requires_code_owner_reviews,
        resolved_conversations=rule.requires_conversation_resolution,
        force_pushes=Block(
            is_on=rule.lock_branch or not rule.allows_force_pushes,
            bypassed_by=(*exempt, *rewriters),
        ),
        deletion=Block(is_on=not rule.allows_deletions, bypassed_by=exempt),
        required_checks=tuple(
            RequiredCheck(
                name=one.context, source=_SOURCE, app=one.app.slug if one.app is not None else None
            )
            for one in checks
        ),
        strict=rule.requires_strict_status_checks,
        signed_commits=rule.requires_commit_signatures,
        linear_history=rule.requires_linear_history,
    )


def of_update_rule(rule: UpdateRule) -> Demands:
    """Return what is certainly in force of what a reader is shown."""
    approvals = rule.required_approving_review_count or 0
    return Demands(
        pull_request=approvals > 0,
        approvals=approvals,
        code_owners=rule.requires_code_owner_reviews,
        resolved_conversations=rule.requires_conversation_resolution,
        force_pushes=Block(is_on=not rule.allows_force_pushes, bypassed_by=_BY_HIDDEN),
        deletion=Block(is_on=not rule.allows_deletions, bypassed_by=_BY_HIDDEN),
        required_checks=tuple(
            RequiredCheck(name=name, source=_SOURCE)
            for name in rule.required_status_check_contexts or ()
            if name
        ),
        strict=Unavailable(
            "whether branches must be up to date is shown only to administrators", ADMINISTRATION
        ),
        signed_commits=rule.requires_signatures,
        linear_history=rule.requires_linear_history,
    )


class _Switch(msgspec.Struct, frozen=True, kw_only=True):
    enabled: bool = False


class _Check(msgspec.Struct, frozen=True, kw_only=True):
    context: str
    app_id: int | None = None


class _Checks(msgspec.Struct, frozen=True, kw_only=True):
    strict: bool = False
    contexts: tuple[str, ...] = ()
    checks: tuple[_Check, ...] | None = None


class _Reviews(msgspec.Struct, frozen=True, kw_only=True):
    dismiss_stale_reviews: bool = False
    require_code_owner_reviews: bool = False
    required_approving_review_count: int = 0


class _Protection(msgspec.Struct, frozen=True, kw_only=True):
    required_status_checks: _Checks | None = None
    enforce_admins: _Switch = _Switch()
    required_pull_request_reviews: _Reviews | None = None
    required_linear_history: _Switch = _Switch()
    allow_force_pushes: _Switch = _Switch()
    allow_deletions: _Switch = _Switch()
    required_conversation_resolution: _Switch = _Switch()
    required_signatures: _Switch = _Switch()
    lock_branch: _Switch = _Switch()


def of_answer(answer: Answer) -> Demands | Unavailable | None:
    """Return what `/branches/{branch}/protection` tells; None when there certainly is none.

    A 404 that does not say so in words may as well be a missing permission.
    """
    said = (answer.message or "").casefold()
    if answer.is_missing and said == NOT_PROTECTED:
        return None
    if answer.status == _FORBIDDEN and said.startswith(NOT_IN_PLAN):
        return None
    if answer.unavailable is not None:
        return _hidden(answer, answer.unavailable)
    found = answer.read(_Protection)
    return found if isinstance(found, Unavailable) else _of_protection(found)


def _hidden(answer: Answer, why: Unavailable) -> Unavailable:
    refused = answer.status in {_FORBIDDEN, NOT_FOUND}
    return Unavailable(HIDDEN.reason, why.needs or HIDDEN.needs) if refused else why


def _of_protection(said: _Protection) -> Demands:
    exempt = () if said.enforce_admins.enabled else (ADMINISTRATORS,)
    review = said.required_pull_request_reviews
    checks = said.required_status_checks
    return Demands(
        pull_request=review is not None,
        approvals=review.required_approving_review_count if review else 0,
        dismiss_stale=review is not None and review.dismiss_stale_reviews,
        code_owners=review is not None and review.require_code_owner_reviews,
        resolved_conversations=said.required_conversation_resolution.enabled,
        force_pushes=Block(
            is_on=said.lock_branch.enabled or not said.allow_force_pushes.enabled,
            bypassed_by=exempt,
        ),
        deletion=Block(is_on=not said.allow_deletions.enabled, bypassed_by=exempt),
        required_checks=_required(checks) if checks else (),
        strict=checks is not None and checks.strict,
        signed_commits=said.required_signatures.enabled,
        linear_history=said.required_linear_history.enabled,
    )


def _required(checks: _Checks) -> tuple[RequiredCheck, ...]:
    named = checks.checks or tuple(_Check(context=name) for name in checks.contexts)
    return tuple(
        RequiredCheck(name=one.context, source=_SOURCE, app=app_of(one.app_id)) for one in named
    )


def _names(allowed: Allowances | None) -> tuple[str, ...]:
    nodes = [one for one in (allowed.nodes if allowed else None) or () if one is not None]
    return tuple(
        (one.actor.slug or one.actor.login if one.actor else None) or "somebody" for one in nodes
    )
