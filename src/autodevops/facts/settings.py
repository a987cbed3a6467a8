"""What GitHub says, one fact for each group, so that a rule knows which permission it needs."""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from autodevops.facts._api import fact
from autodevops.model.settings import (
    CiRuns,
    CodeownersErrors,
    DeployEnvironments,
    MergeSettings,
    Protection,
    SecretScanning,
    Settings,
    StoredSecrets,
    TagRulesets,
    TrunkCommits,
)
from autodevops.model.snapshot import Snapshot, Unavailable

METADATA = "GitHub: metadata (read)"
"""Enough for what anyone may see of a public repository."""
ACTIONS = "GitHub: actions (read)"
"""For workflow runs and environments."""
ADMINISTRATION = "GitHub: administration (read)"
"""For classic protection, bypass actors and security settings."""
CONTENTS = "GitHub: contents (read)"
"""For what GitHub makes of files."""
PULL_REQUESTS = "GitHub: pull requests (read)"
"""For how commits came to the default branch."""
SECRETS = "GitHub: secrets (read)"
"""For the names and ages of Actions secrets."""

_T = TypeVar("_T")


def _group(
    snapshot: Snapshot, pick: Callable[[Settings], _T | Unavailable], needs: str
) -> _T | Unavailable:
    """Return one group; where it can't be had, with the permission that would answer."""
    said = snapshot.ask_settings()
    group = said if isinstance(said, Unavailable) else pick(said)
    if isinstance(group, Unavailable):
        return group if group.needs else replace(group, needs=needs)
    return group


@fact
def protection(snapshot: Snapshot) -> Protection | Unavailable:
    """Return what protects the default branch."""
    return _group(snapshot, lambda said: said.protection, ADMINISTRATION)


@fact
def merging(snapshot: Snapshot) -> MergeSettings | Unavailable:
    """Return what happens when a pull request is merged."""
    return _group(snapshot, lambda said: said.merging, METADATA)


@fact
def tag_rulesets(snapshot: Snapshot) -> TagRulesets | Unavailable:
    """Return how tags are protected."""
    return _group(snapshot, lambda said: said.tag_rulesets, METADATA)


@fact
def ci_runs(snapshot: Snapshot) -> CiRuns | Unavailable:
    """Return the last successful runs of CI on the default branch."""
    return _group(snapshot, lambda said: said.ci_runs, ACTIONS)


@fact
def trunk_commits(snapshot: Snapshot) -> TrunkCommits | Unavailable:
    """Return how commits came to the default branch."""
    return _group(snapshot, lambda said: said.trunk_commits, PULL_REQUESTS)


@fact
def environments(snapshot: Snapshot) -> DeployEnvironments | Unavailable:
    """Return the environments that GitHub knows."""
    return _group(snapshot, lambda said: said.environments, ACTIONS)


@fact
def stored_secrets(snapshot: Snapshot) -> StoredSecrets | Unavailable:
    """Return the Actions secrets and variables by name."""
    return _group(snapshot, lambda said: said.secrets, SECRETS)


@fact
def codeowners_errors(snapshot: Snapshot) -> CodeownersErrors | Unavailable:
    """Return the errors that GitHub finds in CODEOWNERS."""
    return _group(snapshot, lambda said: said.codeowners_errors, CONTENTS)


@fact
def secret_scanning(snapshot: Snapshot) -> SecretScanning | Unavailable:
    """Return whether GitHub looks for secrets and refuses pushes that hold one."""
    return _group(snapshot, lambda said: said.secret_scanning, ADMINISTRATION)
