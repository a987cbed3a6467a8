"""Actions and reusable workflows that are used without being pinned to a commit."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.workflows import Named, Workflows
from autodevops.guide.model import WorkflowPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_COMMIT = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = regex(r"@sha256:[0-9a-f]{64}$")
# What GitHub's own actions call their trunks; anything else after `@` may be a tag.
_TRUNKS = frozenset({"main", "master", "develop", "trunk", "head"})


class UnpinnedUse(NamedTuple):
    """One `uses:` that another day may mean other code."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    text: str
    """What it uses, as written."""


class ActionUses(Struct, frozen=True, kw_only=True):
    """Everything that workflows and actions use from elsewhere."""

    count: int
    """How many uses there are."""
    unpinned: tuple[UnpinnedUse, ...]
    """Those that are not pinned and not allowed by policy, by path and line."""


@fact
def action_uses(
    snapshot: Snapshot, workflows: Workflows, policy: WorkflowPolicy
) -> ActionUses | NotApplicable:
    """Return what is used from outside the repository and its owner."""
    owner = snapshot.target.name.partition("/")[0].lower()
    foreign = [(path, used) for path, used in _uses(workflows) if _is_foreign(used.text, owner)]
    if not foreign:
        return NotApplicable(reason="no workflow uses an action of others")
    unpinned = {
        UnpinnedUse(path, used.line, used.text)
        for path, used in foreign
        if not _is_pinned(used.text, policy)
    }
    return ActionUses(count=len(foreign), unpinned=tuple(sorted(unpinned)))


def _uses(workflows: Workflows) -> Iterator[tuple[str, Named]]:
    for job in workflows.jobs:
        if job.uses is not None:
            yield job.path, job.uses
        yield from ((job.path, step.uses) for step in job.steps if step.uses is not None)
    for action in workflows.actions.values():
        yield from ((action.path, step.uses) for step in action.steps if step.uses is not None)


def _is_foreign(text: str, owner: str) -> bool:
    """Tell whether it is neither of this repository nor of its owner."""
    if text.startswith(("./", "../", "$/")) or "${{" in text:
        return False
    return not owner or not text.lower().startswith(f"{owner}/")


def _is_pinned(text: str, policy: WorkflowPolicy) -> bool:
    if text.startswith("docker://"):
        return bool(_DIGEST.search(text))
    action, _, version = text.partition("@")
    if _COMMIT.fullmatch(version):
        return True
    name = "/".join(action.split("/")[:2])
    return policy.may_pin_by_tag(name) and version.lower() not in _TRUNKS and bool(version)
