"""The groups of settings that GitHub answers one by one, who needs them and what unlocks them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from autodevops.engine.needs import needed
from autodevops.engine.resolve import provided_type
from autodevops.facts._api import Provider
from autodevops.facts.settings import (
    ACTIONS,
    ADMINISTRATION,
    CONTENTS,
    METADATA,
    PULL_REQUESTS,
    SECRETS,
)
from autodevops.model import settings
from autodevops.rules._api import Question, Tier

ENVIRONMENTS = "GitHub: environments (read)"
"""For the secrets of environments."""
VARIABLES = "GitHub: variables (read)"
"""For the names of Actions variables."""
TOKEN = "GitHub: a token"  # noqa: S105  # the words for one, not one
"""For what GitHub tells nobody who doesn't say who asks."""


class Group(StrEnum):
    """One field of `Settings`."""

    PROTECTION = "protection"
    MERGING = "merging"
    TAG_RULESETS = "tag_rulesets"
    CI_RUNS = "ci_runs"
    TRUNK_COMMITS = "trunk_commits"
    ENVIRONMENTS = "environments"
    SECRETS = "secrets"
    CODEOWNERS_ERRORS = "codeowners_errors"
    SECRET_SCANNING = "secret_scanning"  # noqa: S105  # a field's name


class Permission(Struct, frozen=True, kw_only=True):
    """What a token needs for a whole answer."""

    needs: str
    """The permission of a fine-grained or an app's token, as reports name it."""
    scope: str
    """The scope of a classic token; for a public repository `public_repo` is enough."""
    role: str
    """What the token's owner has to be in the repository."""
    tier: Tier
    """The tier of rules that it answers."""


PERMISSIONS: Mapping[Group, Permission] = {
    Group.PROTECTION: Permission(
        needs=ADMINISTRATION, scope="repo", role="admin", tier=Tier.ADMINISTRATION
    ),
    Group.MERGING: Permission(needs=METADATA, scope="repo", role="read", tier=Tier.METADATA),
    Group.TAG_RULESETS: Permission(needs=METADATA, scope="repo", role="read", tier=Tier.METADATA),
    Group.CI_RUNS: Permission(needs=ACTIONS, scope="repo", role="read", tier=Tier.CONTENTS),
    Group.TRUNK_COMMITS: Permission(
        needs=PULL_REQUESTS, scope="repo", role="read", tier=Tier.CONTENTS
    ),
    Group.ENVIRONMENTS: Permission(needs=ACTIONS, scope="repo", role="read", tier=Tier.CONTENTS),
    Group.SECRETS: Permission(needs=SECRETS, scope="repo", role="write", tier=Tier.ADMINISTRATION),
    Group.CODEOWNERS_ERRORS: Permission(
        needs=CONTENTS, scope="repo", role="read", tier=Tier.METADATA
    ),
    Group.SECRET_SCANNING: Permission(
        needs=ADMINISTRATION, scope="repo", role="admin", tier=Tier.ADMINISTRATION
    ),
}
"""What each group needs; what less than that shows of it, the group itself says (`unseen`)."""

GROUP_OF: Mapping[type, Group] = {
    settings.Protection: Group.PROTECTION,
    settings.MergeSettings: Group.MERGING,
    settings.TagRulesets: Group.TAG_RULESETS,
    settings.CiRuns: Group.CI_RUNS,
    settings.TrunkCommits: Group.TRUNK_COMMITS,
    settings.DeployEnvironments: Group.ENVIRONMENTS,
    settings.StoredSecrets: Group.SECRETS,
    settings.CodeownersErrors: Group.CODEOWNERS_ERRORS,
    settings.SecretScanning: Group.SECRET_SCANNING,
}
"""The group that a fact is made from."""


def groups_for(questions: Iterable[Question], providers: Iterable[Provider]) -> frozenset[Group]:
    """Return the groups that rules need, directly or through other facts."""
    kinds = (provided_type(maker) for maker in needed(questions, providers))
    return frozenset(GROUP_OF[kind] for kind in kinds if kind in GROUP_OF)
