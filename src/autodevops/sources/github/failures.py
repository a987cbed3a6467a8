"""What a git server's refusal means, told from what git says about it."""

import re

from msgspec import Struct

from autodevops.credentials import Credential
from autodevops.errors import (
    RateLimitError,
    TargetError,
    TargetNotFoundError,
    UnauthorizedError,
    UnreachableError,
    UnreadableTargetError,
)
from autodevops.redaction import redact
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.process import GitError

_STATUS = re.compile(r"returned error: (\d{3})|HTTP (\d{3})")
_UNAUTHORIZED = 401
_NOT_FOUND = 404
_MOVED = frozenset({301, 302, 303, 307, 308})
_BROKE_OFF = (
    "early EOF",
    "RPC failed",
    "unexpected disconnect",
    "the remote end hung up",
    "Connection reset",
    "transfer closed",
    "Recv failure",
    "Operation too slow",
    "invalid index-pack output",
    "Empty reply",
)
_NOT_THERE = ("Could not resolve", "Failed to connect", "Couldn't connect", "timed out")
_MARKS = ("fatal: ", "error: ", "remote: ")
_SIGN_IN = "set GITHUB_TOKEN, or run `autodevops auth login github`"


class Refusal(Struct, frozen=True, kw_only=True):
    """Why git could not fetch."""

    status: int | None
    """HTTP status, where git tells one."""
    said: str
    """What git and the server said, without any token."""

    @property
    def has_moved(self) -> bool:
        """Tell whether the server names another address."""
        return self.status in _MOVED

    @property
    def is_passing(self) -> bool:
        """Tell whether another try may help."""
        if self.status is not None:
            return self.status >= 500  # noqa: PLR2004 - the server's own trouble
        return any(words in self.said for words in _BROKE_OFF)

    def error(self, name: RepositoryName, token: Credential | None) -> TargetError | RateLimitError:
        """Return what to tell people about it."""
        match self.status:
            case 404 | 401:
                return _hidden(name, token, self)
            case 403:
                return UnauthorizedError(
                    f"{name.server} refuses to give out {name}{self._quoted}",
                    advice="the token may lack `contents: read` or the organisation's single "
                    "sign-on; a repository can also be disabled",
                )
            case 429:
                return RateLimitError(
                    f"{name.server} answers no more requests for now",
                    advice="run it again in a few minutes",
                )
            case _ if "certificate" in self.said or "SSL" in self.said:
                return UnreachableError(
                    f"the connection to {name.server} is not trusted{self._quoted}",
                    advice="GIT_SSL_CAINFO names the file of further authorities",
                )
            case _ if self.is_passing or any(words in self.said for words in _NOT_THERE):
                return UnreachableError(
                    f"{name} could not be fetched{self._quoted}",
                    advice=f"look whether {name.server} can be reached, and run it again",
                )
            case _:
                return UnreadableTargetError(
                    f"{name} could not be fetched{self._quoted}",
                    advice=f"look whether `git clone {name.clone_url}` works",
                )

    @property
    def _quoted(self) -> str:
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(_MARKS)]
        words = next(iter(telling or lines), "")
        for mark in _MARKS:
            words = words.removeprefix(mark)
        return f": {words[:200]}" if words else ""


def refusal_in(problem: GitError) -> Refusal:
    """Return what kept git from fetching."""
    said = redact(problem.said)
    found = _STATUS.search(said)
    status = int(found[1] or found[2]) if found else None
    if status is None and ("could not read Username" in said or "Authentication failed" in said):
        status = _UNAUTHORIZED
    if status is None and "not found" in said and "repository" in said.lower():
        status = _NOT_FOUND
    return Refusal(status=status, said=said or problem.message)


def _hidden(
    name: RepositoryName, token: Credential | None, refusal: Refusal
) -> TargetNotFoundError | UnauthorizedError:
    """Return what a repository that is not shown may be: GitHub tells nobody which."""
    if token is None:
        return TargetNotFoundError(
            f"{name} is not to be seen on {name.server} without a token: it is private, or there "
            "is none of that name",
            advice=f"for a private repository {_SIGN_IN}; a folder is named as ./{name}",
        )
    if refusal.status == _UNAUTHORIZED:
        return UnauthorizedError(
            f"{name.server} does not accept the token from {token.origin}",
            advice="it may be expired or revoked: make a new one that may read contents",
        )
    return TargetNotFoundError(
        f"{name} is not to be seen on {name.server} with the token from {token.origin}: there is "
        "none of that name, or the token may not see it",
        advice="give the token `contents: read` for this repository (for an organisation with "
        f"single sign-on authorise it there), or check the name; a folder is named as ./{name}",
    )
