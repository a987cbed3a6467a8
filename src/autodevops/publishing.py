"""Writes to GitHub in a person's name: who asks, and comments that are kept up to date."""

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from autodevops.errors import UsageError
from autodevops.targets import github_token

if TYPE_CHECKING:
    from autodevops.fixing.pull_request import PullRequests

MARKER = "<!-- autodevops:report -->"
"""Tells our comment from others: there is one on each pull request."""
_PLACE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100})#([1-9][0-9]{0,9})")


def token_to_write(option: str | None) -> str:
    """Return GitHub's token from a file (or `-`), the environment or the keyring.

    Raises UsageError when there is none.
    """
    token = github_token(option)
    if token is None:
        raise UsageError(
            "there is no token for GitHub",
            advice="set GITHUB_TOKEN, or keep one: `autodevops auth login github`",
        )
    return token.reveal()


def github_writer(name: str, token: str) -> "PullRequests":
    """Return what writes to the repository `owner/name`; nobody is contacted yet."""
    from autodevops.fixing.pull_request import PullRequests
    from autodevops.sources.github.endpoints import endpoints

    return PullRequests(name, api=endpoints().api, token=token)


def push_header(token: str) -> dict[str, str]:
    """Return what lets git push to the server with a token, as actions/checkout does it."""
    from autodevops.sources.github.endpoints import endpoints

    pair = b64encode(f"x-access-token:{token}".encode()).decode()
    return {endpoints().server: f"AUTHORIZATION: basic {pair}"}


def comment(place: str, markdown: str, *, token: str | None) -> str:
    """Write a report as the comment on a pull request `OWNER/NAME#NUMBER`; return its address.

    The comment of an earlier run is changed, not repeated. `token` is a file with a token, or `-`.
    Raises UsageError for another place.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        raise UsageError(f"{place!r} is no pull request", advice="write it as OWNER/NAME#NUMBER")
    writer = github_writer(found[1], token_to_write(token))
    return writer.comment(int(found[2]), markdown, marker=MARKER)
