"""GitHub's settings that a finding wants otherwise (BR008 to BR011, RE010), as what would be sent.

A ruleset of ours is added beside those that are there: GitHub applies all of them together, so
nothing that a team has set is taken away. Nothing is sent but on request.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from msgspec import Struct

from autodevops.fixing.beyond_files import settable
from autodevops.guide.model import ProtectionPolicy, ReleasePolicy, ReviewPolicy
from autodevops.model.finding import Finding, FindingStatus, Plain
from autodevops.model.settings import Protection

TRUNK_RULESET = "Structure guide: trunk"
"""Name of our ruleset for the default branch."""
TAG_RULESET = "Structure guide: release tags"
"""Name of our ruleset for tags."""

_T = TypeVar("_T")
_Rule: TypeAlias = dict[str, Plain]


class SettingsChange(Struct, frozen=True, kw_only=True):
    """One request that would change GitHub's settings."""

    title: str
    """What it does, in the imperative."""
    ruleset: str | None
    """Name of the ruleset that it makes or replaces; None for the repository itself."""
    payload: dict[str, Plain]
    """What would be sent."""
    blocks: tuple[str, ...]
    """What would no longer be possible, and for whom."""
    findings: tuple[Finding, ...]
    """What it repairs."""


class Basis(Struct, frozen=True, kw_only=True):
    """What the payloads are made from."""

    protection: Protection | None
    """What protects the trunk, as far as it is known."""
    review: ReviewPolicy
    """What a pull request needs."""
    demanded: ProtectionPolicy
    """What protects the trunk by the guide."""
    release: ReleasePolicy
    """Which tags are protected."""

    @classmethod
    def of(cls, lookup: Callable[[type], object]) -> "Basis":
        """Return what is known of a target and demanded of it."""
        protection = lookup(Protection)
        return cls(
            protection=protection if isinstance(protection, Protection) else None,
            review=_section(lookup, ReviewPolicy),
            demanded=_section(lookup, ProtectionPolicy),
            release=_section(lookup, ReleasePolicy),
        )


def settings_changes(
    findings: Iterable[Finding], basis: Basis, *, rules: frozenset[str] | None
) -> Iterator[SettingsChange]:
    """Yield the requests that repair these findings."""
    wanted = [
        one
        for one in findings
        if one.status is FindingStatus.OPEN
        and settable(one)
        and (rules is None or one.rule in rules)
    ]
    trunk = [one for one in wanted if one.rule in {"BR008", "BR009", "BR010"}]
    if trunk:
        yield _trunk(trunk, basis)
    merging = tuple(one for one in wanted if one.rule == "BR011")
    if merging:
        yield SettingsChange(
            title="let GitHub delete head branches when they are merged",
            ruleset=None,
            payload={"delete_branch_on_merge": True},
            blocks=("nothing; merged branches can be restored from their pull request",),
            findings=merging,
        )
    tags = tuple(one for one in wanted if one.rule == "RE010")
    if tags:
        yield _tags(tags, basis.release.protected_tags)


def _section(lookup: Callable[[type], object], section: type[_T]) -> _T:
    value = lookup(section)
    if not isinstance(value, section):
        msg = f"the guide has no section {section.__name__}"
        raise TypeError(msg)
    return value


def _trunk(findings: Sequence[Finding], basis: Basis) -> SettingsChange:
    branch = basis.protection.branch if basis.protection else "the default branch"
    asked = {one.rule for one in findings}
    rules: list[_Rule] = []
    blocks: list[str] = []
    if "BR009" in asked:
        rules += [{"type": "deletion"}, {"type": "non_fast_forward"}]
        blocks.append(f"deleting {branch} and force-pushing to it: for everyone, admins included")
    if "BR008" in asked:
        rules.append(_reviews(basis.review))
        blocks += _blocked_by_reviews(branch, basis.review)
    if "BR010" in asked:
        names = _checks(findings, basis.protection)
        rules.append(_required(names, strict=basis.demanded.strict_checks))
        blocks.append(
            f"merging into {branch} while one of these fails or does not run: {', '.join(names)}; "
            "open pull requests from before the checks existed included"
        )
    payload: dict[str, Plain] = {
        "name": TRUNK_RULESET,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": rules,
    }
    return SettingsChange(
        title=f"protect {branch} by a ruleset",
        ruleset=TRUNK_RULESET,
        payload=payload,
        blocks=tuple(blocks),
        findings=tuple(findings),
    )


def _reviews(policy: ReviewPolicy) -> _Rule:
    return {
        "type": "pull_request",
        "parameters": {
            "required_approving_review_count": policy.approvals,
            "dismiss_stale_reviews_on_push": policy.dismiss_stale,
            "require_code_owner_review": policy.code_owners,
            "require_last_push_approval": False,
            "required_review_thread_resolution": policy.resolved_conversations,
        },
    }


def _blocked_by_reviews(branch: str, policy: ReviewPolicy) -> Iterator[str]:
    yield f"pushing to {branch} without a pull request: for everyone, admins and bots included"
    if policy.approvals:
        approvals = "an approval" if policy.approvals == 1 else f"{policy.approvals} approvals"
        yield (
            f"merging without {approvals} of somebody else: whoever works alone can't merge any "
            "more"
        )


def _checks(findings: Sequence[Finding], protection: Protection | None) -> list[str]:
    names: list[str] = []
    for one in findings:
        if one.rule == "BR010":
            said = one.evidence.get("checks")
            if isinstance(said, Sequence) and not isinstance(said, str):
                names += [name for name in said if isinstance(name, str)]
    if not names and protection is not None:
        names = [check.name for check in protection.required_checks]
    return sorted(set(names))


def _required(names: Sequence[str], *, strict: bool) -> _Rule:
    return {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [{"context": name} for name in names],
            "strict_required_status_checks_policy": strict,
        },
    }


def _tags(findings: tuple[Finding, ...], pattern: str) -> SettingsChange:
    return SettingsChange(
        title=f"protect {pattern} tags by a ruleset",
        ruleset=TAG_RULESET,
        payload={
            "name": TAG_RULESET,
            "target": "tag",
            "enforcement": "active",
            "bypass_actors": [],
            "conditions": {"ref_name": {"include": [f"refs/tags/{pattern}"], "exclude": []}},
            "rules": [{"type": "update"}, {"type": "deletion"}],
        },
        blocks=(
            (
                f"moving and deleting tags {pattern}: for everyone, also for jobs that move a tag "
                "such as v1"
            ),
        ),
        findings=findings,
    )
