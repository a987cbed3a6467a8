"""Finds out where a repository has moved to: on the same server, or not at all."""

from urllib.parse import urljoin, urlsplit

from autodevops.credentials import Credential
from autodevops.errors import UnreachableError
from autodevops.sources.github.fetching import basic
from autodevops.sources.github.names import RepositoryName, parse

_TIME_LIMIT = 15.0
_MOVED = frozenset({301, 302, 303, 307, 308})


def new_name(name: RepositoryName, token: Credential | None) -> RepositoryName:
    """Return what the server calls a repository that it redirects.

    The token goes to that server alone. Raises UnreachableError when the redirect leads elsewhere
    or nowhere.
    """
    import httpx

    url = f"{name.clone_url}/info/refs?service=git-upload-pack"
    headers = {} if token is None else {"Authorization": basic(token)}
    try:
        with (
            httpx.Client(timeout=_TIME_LIMIT, follow_redirects=False) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            status, location = answer.status_code, answer.headers.get("location", "")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise UnreachableError(
            f"{name.server} did not tell where {name} is now", advice="run it again"
        ) from None
    found = moved_to(url, location, name.server) if status in _MOVED else None
    if found is None or found.key == name.key:
        raise UnreachableError(
            f"{name.server} redirects {name} to an address that is none of its repositories",
            advice="look at the repository's page; a token is never sent to another host",
        )
    return found


def moved_to(url: str, location: str, server: str) -> RepositoryName | None:
    """Return the repository that a redirect leads to; None for none on that server."""
    try:
        address = urljoin(url, location)
        there, home = urlsplit(address), urlsplit(server)
        is_home = (there.scheme, there.hostname, there.port) == (
            home.scheme,
            home.hostname,
            home.port,
        )
    except ValueError:
        return None
    return parse(address, server=server) if is_home else None
