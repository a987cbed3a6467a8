"""What a token is, and which permission an answer asks for."""

import pytest

from autodevops.credentials import Credential, Service
from autodevops.sources.github.permissions import (
    TokenKind,
    TokenRights,
    kind_of,
    missing,
    wanted,
    widened,
)


def token(value: str, origin: str = "keyring") -> Credential:
    return Credential(Service.GITHUB, value, origin)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("ghp_" + "a" * 36, TokenKind.CLASSIC),
        ("0123456789abcdef" * 2 + "01234567", TokenKind.CLASSIC),
        ("github_pat_" + "a" * 40, TokenKind.FINE_GRAINED),
        ("gho_" + "a" * 36, TokenKind.OAUTH),
        ("ghu_" + "a" * 36, TokenKind.APP_USER),
        ("ghs_" + "a" * 36, TokenKind.INSTALLATION),
        ("something-else", TokenKind.UNKNOWN),
    ],
)
def test_the_beginning_tells_the_kind(value: str, kind: TokenKind) -> None:
    assert kind_of(token(value), {}) is kind


def test_nobody_is_a_kind_too() -> None:
    assert kind_of(None, {}) is TokenKind.NONE


def test_the_token_of_a_workflow_is_told_from_an_apps() -> None:
    own = token("ghs_" + "a" * 36, "environment GITHUB_TOKEN")
    assert kind_of(own, {"GITHUB_ACTIONS": "true"}) is TokenKind.ACTIONS
    assert kind_of(own, {}) is TokenKind.INSTALLATION
    assert kind_of(token("ghs_" + "a" * 36), {"GITHUB_ACTIONS": "true"}) is TokenKind.INSTALLATION


@pytest.mark.parametrize(
    ("accepted", "needs"),
    [
        ("administration=read", "GitHub: administration (read)"),
        ("pull_requests=read,contents=read", "GitHub: pull requests (read) and contents (read)"),
        ("actions=read; checks=write", "GitHub: actions (read)"),
        ("", None),
        (" ; ", None),
    ],
)
def test_the_header_names_the_permission(accepted: str, needs: str | None) -> None:
    rights = TokenRights(kind=TokenKind.FINE_GRAINED)
    assert wanted({"x-accepted-github-permissions": accepted}, rights) == needs


def test_a_scope_that_the_token_has_is_not_asked_for() -> None:
    rights = TokenRights(kind=TokenKind.CLASSIC)
    headers = {"x-oauth-scopes": "repo, gist", "x-accepted-oauth-scopes": "public_repo, repo"}
    assert wanted(headers, rights) is None
    headers = {"x-oauth-scopes": "gist", "x-accepted-oauth-scopes": "admin:org, read:org"}
    assert wanted(headers, rights) == "GitHub: scope admin:org or read:org"
    headers = {"x-oauth-scopes": "", "x-accepted-oauth-scopes": "repo"}
    assert missing(headers, rights).needs == "GitHub: scope repo"


def test_wide_scopes_include_narrow_ones() -> None:
    assert {"write:org", "read:org"} <= widened(frozenset({"admin:org"}))
    assert "admin:org" not in widened(frozenset({"write:org"}))
    rights = TokenRights(kind=TokenKind.CLASSIC, scopes=frozenset({"repo"}))
    assert rights.has_scope("public_repo") is True
    assert rights.has_scope("read:org") is False
    assert TokenRights(kind=TokenKind.FINE_GRAINED).has_scope("repo") is None
