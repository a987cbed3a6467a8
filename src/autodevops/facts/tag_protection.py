"""What keeps release tags from being moved and deleted."""

from dataclasses import dataclass

from autodevops.facts._api import fact
from autodevops.facts._ref_patterns import fits_ref
from autodevops.guide.model import ReleasePolicy
from autodevops.model.settings import TagRuleset, TagRulesets
from autodevops.model.snapshot import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class TagProtection:
    """How the tags that the guide wants protected are."""

    rulesets: tuple[str, ...]
    """Names of the rulesets that are for all of them."""
    blocks_update: bool
    """Whether none of them can be moved."""
    blocks_deletion: bool
    """Whether none of them can be deleted."""
    unseen: Unavailable | None
    """What could not be read, so that more may be in force."""


@fact
def tag_protection(rulesets: TagRulesets, policy: ReleasePolicy) -> TagProtection:
    """Return what all rulesets together keep from happening to the guide's tags."""
    covering = [one for one in rulesets.rulesets if _covers(one, policy.protected_tags)]
    return TagProtection(
        rulesets=tuple(one.name for one in covering),
        blocks_update=any(one.blocks_update for one in covering),
        blocks_deletion=any(one.blocks_deletion for one in covering),
        unseen=rulesets.unseen,
    )


def _covers(ruleset: TagRuleset, wanted: str) -> bool:
    """Tell whether a ruleset is for the tags of a pattern: for just these, or for one of them."""
    sample = f"refs/tags/{wanted.replace('*', '1.2.3')}"
    included = any(one == wanted or fits_ref(one, sample) for one in ruleset.includes)
    return included and not any(fits_ref(one, sample) for one in ruleset.excludes)
