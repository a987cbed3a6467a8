"""Who may see what, and how GitHub says no."""

from tests.support.github.world import Repository, Token

_LEVELS = ("read", "write", "admin")
_ROLES = ("READ", "TRIAGE", "WRITE", "MAINTAIN", "ADMIN")
_ROLE_FOR = {
    "administration": "ADMIN",
    "environments": "WRITE",
    "secrets": "WRITE",
    "variables": "WRITE",
    "organization_secrets": "WRITE",
    "organization_variables": "WRITE",
}
"""The role that a person needs to read; everybody else reads the rest."""
_PUBLIC = frozenset({"metadata", "contents", "actions", "pull_requests", "issues"})
"""What anyone may read of a public repository."""


def sees(token: Token | None, repository: Repository) -> bool:
    """Whether a token knows that a repository exists."""
    if not repository.private:
        return True
    if token is None or (token.is_classic and "repo" not in token.scopes):
        return False
    return token.repositories is None or repository.full_name in token.repositories


def may(token: Token | None, repository: Repository, permission: str, level: str = "read") -> bool:
    """Whether a token has a permission in a repository that it sees."""
    if level == "read" and permission in _PUBLIC and not repository.private:
        return True
    if token is None:
        return False
    if permission == "metadata" and level == "read":
        return True
    if not token.is_classic:
        granted = token.permissions.get(permission, "")
        return granted in _LEVELS and _LEVELS.index(granted) >= _LEVELS.index(level)
    scope = {"repo"} if repository.private else {"repo", "public_repo"}
    needed = "WRITE" if level != "read" else _ROLE_FOR.get(permission, "READ")
    return bool(scope & set(token.scopes)) and _ROLES.index(token.role) >= _ROLES.index(needed)


def denial(token: Token | None, permission: str, level: str) -> tuple[int, str, dict[str, str]]:
    """Return how GitHub says no: status, message, headers."""
    accepted = {"X-Accepted-GitHub-Permissions": f"{permission}={level}"}
    if token is None:
        return 401, "Requires authentication", accepted
    if not token.is_classic:
        kind = "personal access token" if token.value.startswith("github_pat_") else "integration"
        return 403, f"Resource not accessible by {kind}", accepted
    if permission == "administration":
        return 404, "Not Found", {"X-Accepted-OAuth-Scopes": "repo"}
    return 403, "Must have admin rights to Repository.", {"X-Accepted-OAuth-Scopes": "repo"}
