"""What a token will be shown of a repository, told before its settings are read.

It follows from the token's kind, from what one answer of GitHub says about token and repository,
and from the permission that each group of settings wants.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec import Struct

from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import Tier
from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.groups import PERMISSIONS, TOKEN, Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.permissions import TokenKind, TokenRights
from autodevops.sources.github.settings import MOST_OF_ONE

ROLES = ("read", "triage", "write", "maintain", "admin")
"""What people are in a repository, each with the rights of those before it."""
_PERSONAL = frozenset({TokenKind.CLASSIC, TokenKind.OAUTH})
_OWNED = _PERSONAL | {TokenKind.FINE_GRAINED, TokenKind.APP_USER, TokenKind.UNKNOWN}
"""Tokens of people, who have a role; an app's token has permissions of its own."""
_SHOWN_TO_ALL = frozenset(
    {Group.TAG_RULESETS, Group.CI_RUNS, Group.ENVIRONMENTS, Group.CODEOWNERS_ERRORS}
)
_HIDDEN = "GitHub shows this token no such repository: there is none, or a permission is missing"


class Outlook(StrEnum):
    """Whether a question will be answered, worst last."""

    YES = "answers"
    PERHAPS = "perhaps"
    PARTLY = "in part"
    NO = "unknown"


class Expected(Struct, frozen=True, kw_only=True):
    """What is to be expected, and why it is not more."""

    outlook: Outlook
    """Whether there will be an answer."""
    reason: str | None = None
    """Why not a whole one."""
    needs: str | None = None
    """The permission that would answer."""


class Standing(Struct, frozen=True, kw_only=True):
    """What a token is to a repository."""

    rights: TokenRights
    """What is known of the token."""
    role: str | None = None
    """What its owner is there; None when nobody said, as with an app's token."""
    is_private: bool | None = None
    """Whether the repository is; None when nobody said."""
    unseen: Unavailable | None = None
    """Why the repository is not shown at all."""
    left: int | None = None
    """Calls that are left of the hourly budget."""

    def is_at_least(self, role: str) -> bool | None:
        """Tell whether the token's owner has the rights of a role; None when nobody knows."""
        return None if self.role is None else ROLES.index(self.role) >= ROLES.index(role)


class _About(msgspec.Struct, frozen=True, kw_only=True):
    private: bool
    permissions: dict[str, bool] = {}


def ask_standing(client: GitHub, name: RepositoryName) -> Standing:
    """Return what a token is to a repository, with one call.

    Raises UnauthorizedError when GitHub does not accept the token.
    """
    about = client.get(path("repos", name.owner, name.name)).read(_About)
    core = client.usage().left.get("core")
    left = None if core is None else core.remaining
    if isinstance(about, Unavailable):
        return Standing(rights=client.rights, unseen=about, left=left)
    granted = about.permissions if client.rights.kind in _OWNED else {}
    roles = {"pull": "read", "push": "write"}
    held = {roles.get(word, word) for word, has in granted.items() if has}
    return Standing(
        rights=client.rights,
        role=max(held & set(ROLES), key=ROLES.index, default=None),
        is_private=about.private,
        left=left,
    )


def expected(group: Group, standing: Standing) -> Expected:
    """Return whether a group of settings will be shown."""
    permission = PERMISSIONS[group]
    if standing.unseen is not None:
        return Expected(
            outlook=Outlook.NO, reason=_HIDDEN, needs=standing.unseen.needs or permission.needs
        )
    if standing.rights.kind is TokenKind.NONE:
        return _anonymous(group)
    if standing.is_at_least(permission.role) is False:
        return _less(group, f"it is shown to {permission.role} and above", permission.needs)
    if standing.rights.kind in _PERSONAL:
        return _by_scope(group, standing)
    return _by_permission(group, standing)


def _by_permission(group: Group, standing: Standing) -> Expected:
    permission = PERMISSIONS[group]
    if standing.rights.kind is TokenKind.ACTIONS and permission.tier is Tier.ADMINISTRATION:
        return _less(group, "a workflow's own token can't have the permission", permission.needs)
    if permission.tier is Tier.METADATA and group is not Group.CODEOWNERS_ERRORS:
        return Expected(outlook=Outlook.YES)
    return Expected(
        outlook=Outlook.PERHAPS,
        reason="such a token does not tell its permissions",
        needs=permission.needs,
    )


def _anonymous(group: Group) -> Expected:
    if group in _SHOWN_TO_ALL:
        return Expected(outlook=Outlook.YES)
    return _less(group, "GitHub does not show it without a token", TOKEN)


def _by_scope(group: Group, standing: Standing) -> Expected:
    wanted = "repo" if standing.is_private else "public_repo"
    is_open = not standing.is_private and PERMISSIONS[group].tier is not Tier.ADMINISTRATION
    if not is_open and standing.rights.has_scope(wanted) is False:
        return _less(group, "the token lacks a scope", f"GitHub: scope {wanted}")
    if standing.role is None:
        needs = PERMISSIONS[group].needs
        reason = "GitHub was not asked what the token is to the repository"
        return Expected(outlook=Outlook.PERHAPS, reason=reason, needs=needs)
    return Expected(outlook=Outlook.YES)


def _less(group: Group, reason: str, needs: str) -> Expected:
    # Rulesets are shown to whoever sees the repository; only the rest of protection is not.
    outlook = Outlook.PARTLY if group is Group.PROTECTION else Outlook.NO
    return Expected(outlook=outlook, reason=reason, needs=needs)


def calls_for(groups: Iterable[Group], standing: Standing) -> tuple[int, int]:
    """Return how many calls reading these groups costs at least and at most."""
    asked = frozenset(groups)
    if not asked:
        return 0, 0
    if standing.unseen is not None:
        return 1, 1
    if standing.rights.kind is TokenKind.NONE:
        listed = 1 + len(asked & (_SHOWN_TO_ALL | {Group.PROTECTION}))
        return listed, MOST_OF_ONE if Group.TAG_RULESETS in asked else listed
    administers, writes = standing.is_at_least("admin"), standing.is_at_least("write")
    least = 1 + (Group.CI_RUNS in asked)
    most = least + (Group.CI_RUNS in asked)
    most += Group.PROTECTION in asked and administers is not False
    if Group.SECRET_SCANNING in asked:
        least += administers is True
        most += administers is not False
    if Group.SECRETS in asked:
        least += writes is True
        most = most if writes is False else MOST_OF_ONE
    if asked & {Group.ENVIRONMENTS, Group.TRUNK_COMMITS}:
        most = MOST_OF_ONE
    return least, min(most, MOST_OF_ONE)
