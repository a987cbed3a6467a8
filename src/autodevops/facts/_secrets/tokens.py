"""What a token says about itself: the payload of a JWT, the parts of a URL, a PEM header."""

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from autodevops.model.patterns import regex

_JWT = regex(
    r"(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{10,}+)(?=(\.ey[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,2000}))"
)
"""What a token's header ends, looked at once from where its letters begin, and the rest of it."""
_SHORTEST_HEADER = 10
_LONGEST_HEADER = 4_002
PEM = regex(r"-----BEGIN ([A-Z0-9 ]{0,30})PRIVATE KEY(?: BLOCK)?-----")
"""The first line of a private key."""
URL = regex(
    r"([a-zA-Z][a-zA-Z0-9+.-]{1,20})://([^\s:/@\"'<>]{0,100}):([^\s/\"'<>]{1,256})@"
    r"(\[[0-9a-fA-F:]{2,45}\]|[^\s:/?#\"'<>@\[\]]{1,255})"
)
"""A URL with a password: scheme, user, password, host."""

_DATABASES = (
    "postgres", "mysql", "mariadb", "mongodb", "redis", "rediss", "amqp", "mssql", "sqlserver",
    "clickhouse", "cockroach", "oracle", "neo4j", "bolt", "couchdb", "cassandra", "jdbc", "nats",
)  # fmt: skip
_LOCAL = regex(
    r"^[$%{]|^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|[^.]+)$"
    r"|\.(?:local|localhost|localdomain|test|invalid|example)$|(?:^|\.)example\.(?:com|org|net)$"
    r"|^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$",
    re.IGNORECASE,
)
_MAX_EXPIRY = 253_402_300_799


class Claims(Struct, frozen=True, kw_only=True):
    """What the payload of a JWT says."""

    role: str | None
    """Supabase and others: whose rights it carries."""
    issuer: str | None
    """Who signed it."""
    subject: str | None
    """Whom it is for."""
    expires: str | None
    """RFC 3339 time of its end."""


class PasswordUrl(Struct, frozen=True, kw_only=True):
    """A URL that carries a password."""

    scheme: str
    """In lower case."""
    user: str
    """May be empty."""
    password: str
    """As written."""
    host: str
    """Without the port."""

    @property
    def database(self) -> bool:
        """Tell whether it leads to a data store or queue."""
        return self.scheme.startswith(_DATABASES)

    @property
    def local(self) -> bool:
        """Tell whether it leads to this machine, a neighbour container or a reserved name."""
        return _LOCAL.search(self.host) is not None


def web_tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield each signed JSON web token of a text with the position where it begins."""
    end = 0
    for found in _JWT.finditer(text):
        head, rest = found.groups()
        at = head.find("ey", max(0, len(head) - _LONGEST_HEADER))
        start = found.start() + at
        if 0 <= at <= len(head) - _SHORTEST_HEADER and start >= end:
            yield start, head[at:] + rest
            end = found.end() + len(rest)


def claims(token: str) -> Claims | None:
    """Return what a JWT says; None when it is none, however much it looks like one."""
    header, _, rest = token.partition(".")
    payload = _part(rest.partition(".")[0])
    if payload is None or "alg" not in (_part(header) or {}):
        return None
    return Claims(
        role=_text(payload.get("role")),
        issuer=_text(payload.get("iss")),
        subject=_text(payload.get("sub")),
        expires=_time(payload.get("exp")),
    )


def _part(text: str) -> dict[str, object] | None:
    try:
        decoded = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, Error, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _time(seconds: object) -> str | None:
    if not isinstance(seconds, int | float) or not 0 < seconds < _MAX_EXPIRY:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str | None:
    return value[:80] if isinstance(value, str) else None


def is_demonstration(said: Claims) -> bool:
    """Tell whether a JWT is a published one: Supabase's local keys, jwt.io's and RFC 7519's."""
    return (
        said.issuer in {"supabase-demo", "joe", "https://example.com", "example.com"}
        or said.subject in {"1234567890", "user123"}
        or (said.role is not None and said.issuer == "supabase-local")
    )


def password_url(text: str) -> PasswordUrl | None:
    """Return the first URL with a password in a text."""
    found = URL.search(text)
    if found is None:
        return None
    scheme, user, password, host = found.groups()
    return PasswordUrl(scheme=scheme.lower(), user=user, password=password, host=host)
