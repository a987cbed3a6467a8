"""Release Branches Policy: workflows wait for no branch that must not be."""

from autodevops.facts._yaml import Mapping, Scalar, Sequence
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._workflow_text import GONE
from autodevops.fixing._yaml_items import remove_item
from autodevops.guide.model import BranchPolicy


@fixer("BR007", title="take forbidden branches out of the triggers", safety=Safety.UNSAFE)
def leave_branches(finding: Finding, site: Site) -> Answer:
    """Take the branches out of each trigger that names others, too."""
    text = site.text(finding.subject)
    triggers = _yaml.find(text or "", ("on",))
    if text is None or not isinstance(triggers, Mapping):
        return GONE
    policy = site.guide(BranchPolicy)
    for event, _ in triggers.entries():
        path = ("on", event, "branches")
        while True:
            found = _yaml.find(text, path)
            if isinstance(found, Scalar) and _is_forbidden(found, policy):
                return _only(event, found.text)
            at = _first(found, policy) if isinstance(found, Sequence) else None
            if at is None or not isinstance(found, Sequence):
                break
            if not _others(found, policy):
                return _only(event, found.items[at].as_text or "")
            new = remove_item(text, path, at)
            if isinstance(new, Refusal):
                return new
            text = new
    return site.write(finding.subject, text)


def _only(event: str, name: str) -> Refusal:
    return Refusal(
        f"its {event} runs on {name} alone: whether the workflow is still needed is yours to decide"
    )


def _first(found: Sequence, policy: BranchPolicy) -> int | None:
    pairs = enumerate(found.items)
    return next((at for at, item in pairs if _is_forbidden(item, policy)), None)


def _others(found: Sequence, policy: BranchPolicy) -> bool:
    """Tell whether a branch is left that the trigger takes."""
    return any(
        not _is_forbidden(item, policy) and not (item.as_text or "!").startswith("!")
        for item in found.items
    )


def _is_forbidden(item: object, policy: BranchPolicy) -> bool:
    text = item.as_text if isinstance(item, Scalar) else None
    if text is None or text.startswith("!"):
        return False
    return policy.is_forbidden_pattern(text)
