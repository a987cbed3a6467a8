"""Where GitHub is: github.com, or the server that the variables of GitHub Actions name."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from autodevops.credentials import may_be_sent_to
from autodevops.errors import ConfigurationError

API_URL = "GITHUB_API_URL"
"""Variable with the root of the REST API."""
GRAPHQL_URL = "GITHUB_GRAPHQL_URL"
"""Variable with the address of the GraphQL API."""
SERVER_URL = "GITHUB_SERVER_URL"
"""Variable with the root of the web pages and of clones."""


class Endpoints(Struct, frozen=True, kw_only=True):
    """The three addresses of one GitHub server, none with a slash at its end."""

    api: str = "https://api.github.com"
    """Root of the REST API."""
    graphql: str = "https://api.github.com/graphql"
    """Address of the GraphQL API."""
    server: str = "https://github.com"
    """Root of web pages and clones."""

    @property
    def host(self) -> str:
        """Return the server's host with its port, as clones name it."""
        return urlsplit(self.server).netloc.lower()

    @property
    def account(self) -> str:
        """Return the name of this server's entry in the keyring; empty for github.com."""
        return "" if self.host == "github.com" else self.host


def endpoints(variables: Mapping[str, str] | None = None) -> Endpoints:
    """Return the addresses that the environment names; what it doesn't name follows from the API's.

    Raises ConfigurationError for an address to which no token may be sent: not https (but on this
    machine), or with a user in it.
    """
    named = os.environ if variables is None else variables
    api = _address(named, API_URL)
    server = _address(named, SERVER_URL)
    if api is None:
        api = Endpoints().api if server is None else _api_of(server)
    graphql = _address(named, GRAPHQL_URL) or _graphql_of(api)
    return Endpoints(api=api, graphql=graphql, server=server or _server_of(api))


def _address(named: Mapping[str, str], variable: str) -> str | None:
    text = named.get(variable, "").strip().rstrip("/")
    if not text:
        return None
    if not may_be_sent_to(text):
        raise ConfigurationError(
            f"{variable} is no address that a token may be sent to",
            advice="write it as https://HOST/PATH, without user, query or fragment",
        )
    return text


def _api_of(server: str) -> str:
    host = urlsplit(server).netloc.lower()
    if host == "github.com" or host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"{server}/api/v3"


def _graphql_of(api: str) -> str:
    """Return the GraphQL address beside a REST API: an own server's is /api/graphql."""
    return f"{api.removesuffix('/v3')}/graphql" if api.endswith("/api/v3") else f"{api}/graphql"


def _server_of(api: str) -> str:
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"
