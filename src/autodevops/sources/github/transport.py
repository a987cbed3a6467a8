"""Sends one request over HTTP: the token stays with its host, bodies have an end."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urljoin

import httpx
from msgspec import Struct

from autodevops import __version__
from autodevops.credentials import Credential
from autodevops.sources.github.patience import Patience

BODY_LIMIT = 20 << 20
"""Largest body that is read, in bytes."""
REDIRECTS = 3
"""So many redirects are followed for one request."""
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_API_VERSION = "2022-11-28"
ACCEPT = "application/vnd.github+json"
"""What GitHub is asked for."""


class Request(Struct, frozen=True, kw_only=True):
    """One request."""

    url: str
    """The whole address."""
    etag: str | None = None
    """ETag of the answer that is here already."""
    post: object = None
    """What to post as JSON; None for a GET."""


class Received(Struct, frozen=True, kw_only=True):
    """A whole answer."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    """Unpacked."""
    url: str
    """Where it came from, after redirects."""


class Trouble(Struct, frozen=True, kw_only=True):
    """No whole answer."""

    reason: str
    """Why, in one sentence."""
    is_passing: bool = True
    """Whether another try may help."""


class Transport:
    """A connection pool to GitHub with one token; threads may share it."""

    def __init__(self, token: Credential | None, patience: Patience, *hosts: str) -> None:
        """Prepare requests to the hosts of these addresses and to no others."""
        self._authorization = {} if token is None else {"Authorization": f"Bearer {token.reveal()}"}
        self._origins = frozenset(map(_origin, hosts))
        self._patience = patience
        self._client = httpx.Client(
            headers={"User-Agent": f"autodevops/{__version__}"},
            timeout=httpx.Timeout(patience.timeout),
            follow_redirects=False,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
        )
        self.requests = Counter()
        """Requests sent, redirects included."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, request: Request) -> Received | Trouble:
        """Send a request and follow its redirects on the same host."""
        url = request.url
        for _ in range(REDIRECTS + 1):
            if _origin(url) not in self._origins:
                return Trouble(
                    reason=f"GitHub redirects to another host, which is not followed: {_host(url)}",
                    is_passing=False,
                )
            received = self._once(request, url)
            if isinstance(received, Trouble) or received.status not in _REDIRECTED:
                return received
            if request.post is not None or "location" not in received.headers:
                return received
            url = _joined(url, received.headers["location"])
        return Trouble(reason="GitHub redirects in a circle", is_passing=False)

    def _once(self, request: Request, url: str) -> Received | Trouble:
        headers = {
            "Accept": ACCEPT,
            "X-GitHub-Api-Version": _API_VERSION,
            **self._authorization,
        }
        if request.etag is not None:
            headers["If-None-Match"] = request.etag
        content = None if request.post is None else json.dumps(request.post).encode()
        method = "GET" if content is None else "POST"
        self.requests.add(1)
        try:
            with self._client.stream(method, url, headers=headers, content=content) as response:
                return self._read(response, url)
        except httpx.TimeoutException:
            return Trouble(reason=f"GitHub did not answer in {self._patience.timeout:.0f} s")
        except httpx.ConnectError as error:
            return _unconnected(error)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            # Not chained and not quoted: what is wrong may be in a header, and one is secret.
            return Trouble(reason="GitHub's answer was cut short")

    def _read(self, response: httpx.Response, url: str) -> Received | Trouble:
        deadline = monotonic() + self._patience.deadline
        pieces = []
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            pieces.append(piece)
            if size > BODY_LIMIT:
                return Trouble(reason="GitHub's answer is larger than 20 MiB", is_passing=False)
            if monotonic() > deadline:
                return Trouble(reason=f"GitHub took over {self._patience.deadline:.0f} s to answer")
        return Received(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=b"".join(pieces),
            url=url,
        )


@dataclass(slots=True)
class Counter:
    """A sum that threads add to."""

    value: float = 0
    """The sum."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, amount: float) -> None:
        """Add to it."""
        with self._lock:
            self.value += amount


def _joined(url: str, place: str) -> str:
    """Return where a redirect leads; nowhere when it is no address."""
    try:
        return urljoin(url, place)
    except ValueError:
        return ""


def _unconnected(error: httpx.ConnectError) -> Trouble:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Trouble(
            reason="the certificate of GitHub's server is not trusted "
            "(SSL_CERT_FILE names the file of further authorities)",
            is_passing=False,
        )
    return Trouble(reason="GitHub can't be reached")


def _host(url: str) -> str:
    return _origin(url)[1][:100] or "nowhere"


def _origin(url: str) -> tuple[str, str, int | None]:
    """Return what a token belongs to: scheme, host and port, read as the request will be."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return "", "", None
    if parts.userinfo:
        return "", "", None
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.host.lower(), port
