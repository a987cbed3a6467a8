"""What a token is, what is known of its permissions, and which one an answer asks for."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from autodevops.credentials import Credential
from autodevops.model.snapshot import Unavailable

ACCEPTED = "x-accepted-github-permissions"
"""Header with the permissions that an address wants, for tokens with fine-grained ones."""
ACCEPTED_SCOPES = "x-accepted-oauth-scopes"
"""Header with the scopes of which an address wants one, for classic tokens."""
SCOPES = "x-oauth-scopes"
"""Header with the scopes of a classic token."""
SINGLE_SIGN_ON = "x-github-sso"
"""Header that tells that the token has to be authorised for the organisation."""
_OLD_TOKEN = re.compile(r"[0-9a-f]{40}")
_IMPLIED = {"repo": ("public_repo", "repo:status", "repo_deployment", "security_events")}
_LEVELS = ("admin:", "write:", "read:")


class TokenKind(StrEnum):
    """What kind of token asks, as its beginning tells."""

    NONE = "none"
    CLASSIC = "classic"
    FINE_GRAINED = "fine-grained"
    OAUTH = "oauth"
    APP_USER = "app user"
    INSTALLATION = "app installation"
    ACTIONS = "actions"
    UNKNOWN = "unknown"


_BEGINNINGS = {
    "ghp_": TokenKind.CLASSIC,
    "github_pat_": TokenKind.FINE_GRAINED,
    "gho_": TokenKind.OAUTH,
    "ghu_": TokenKind.APP_USER,
    "ghs_": TokenKind.INSTALLATION,
}


class TokenRights(Struct, frozen=True, kw_only=True):
    """What is known of the permissions of a token."""

    kind: TokenKind
    """What it is."""
    scopes: frozenset[str] | None = None
    """Scopes of a classic token; None while they are not known, or for a token without scopes."""

    def has_scope(self, name: str) -> bool | None:
        """Whether the token has a scope, directly or by a wider one; None when nobody knows."""
        return None if self.scopes is None else name in widened(self.scopes)


def kind_of(token: Credential | None, variables: Mapping[str, str] | None = None) -> TokenKind:
    """Return what kind of token this is.

    The prefixes are GitHub's (`docs.github.com`, "About authentication to GitHub"). A workflow's
    own token is an installation's; that it runs in GitHub Actions tells.
    """
    if token is None:
        return TokenKind.NONE
    value = token.reveal()
    fallback = TokenKind.CLASSIC if _OLD_TOKEN.fullmatch(value) else TokenKind.UNKNOWN
    beginnings = (kind for start, kind in _BEGINNINGS.items() if value.startswith(start))
    kind = next(beginnings, fallback)
    named = os.environ if variables is None else variables
    in_workflow = token.origin.startswith("environment") and named.get("GITHUB_ACTIONS") == "true"
    return TokenKind.ACTIONS if in_workflow and kind is TokenKind.INSTALLATION else kind


def scopes_in(headers: Mapping[str, str]) -> frozenset[str] | None:
    """Return the scopes that an answer ascribes to the token; None when it names none at all."""
    said = headers.get(SCOPES)
    return None if said is None else frozenset(_words(said))


def widened(scopes: frozenset[str]) -> frozenset[str]:
    """Return the scopes with those that they include: `admin:org` has `read:org`, too."""
    found = set(scopes)
    for scope in scopes:
        found.update(_IMPLIED.get(scope, ()))
        for position, level in enumerate(_LEVELS):
            if scope.startswith(level):
                subject = scope.removeprefix(level)
                found.update(f"{lower}{subject}" for lower in _LEVELS[position + 1 :])
    return frozenset(found)


def wanted(headers: Mapping[str, str], rights: TokenRights) -> str | None:
    """Return the permission that an answer asks for, such as `GitHub: administration (read)`."""
    scopes = scopes_in(headers)
    accepted = _words(headers.get(ACCEPTED_SCOPES, ""))
    if scopes is not None and accepted and not widened(scopes) & set(accepted):
        return f"GitHub: scope {' or '.join(accepted)}"
    # Alternatives are told apart by `;`; the first is the narrowest.
    first = headers.get(ACCEPTED, "").partition(";")[0]
    named = [_permission(part) for part in _words(first)]
    if named:
        return f"GitHub: {' and '.join(named)}"
    return "GitHub: a token" if rights.kind is TokenKind.NONE else None


def refusal(headers: Mapping[str, str], message: str | None, rights: TokenRights) -> Unavailable:
    """Return what a 403 means."""
    if headers.get(SINGLE_SIGN_ON, "").startswith("required"):
        return Unavailable(
            "the organisation wants the token authorised for single sign-on",
            "GitHub: the token authorised for the organisation's single sign-on",
        )
    said = f": {message}" if message else ""
    return Unavailable(f"GitHub refuses this token{said}", wanted(headers, rights))


def missing(headers: Mapping[str, str], rights: TokenRights) -> Unavailable:
    """Return what a 404 means as long as nobody knows better: a permission may be missing."""
    return Unavailable(
        "GitHub shows this token no such thing; a permission may be missing",
        wanted(headers, rights),
    )


def _permission(text: str) -> str:
    name, _, level = text.partition("=")
    return f"{name.replace('_', ' ')} ({level or 'read'})"


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
