"""Signs and reads the JSON Web Tokens of Auth (HS256), as far as the stand-in needs them."""

import base64
import hashlib
import hmac
import json
from typing import Any

_SECRET = b"a secret that only the stand-in knows, forty bytes"
_PARTS = 3


class BadTokenError(Exception):
    """PostgREST would refuse the token; holds its code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def signed(claims: dict[str, Any], secret: bytes = _SECRET) -> str:
    """Return a token that says this."""
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _encoded(json.dumps(claims).encode())
    return f"{head}.{body}.{_signature(f'{head}.{body}', secret)}"


def verified(token: str, now: float) -> dict[str, Any]:
    """Return what a token says; raises BadTokenError as PostgREST 14 tells it."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise BadTokenError("PGRST301", f"Expected 3 parts in JWT; got {len(parts)}")
    head, body, signature = parts
    if not hmac.compare_digest(signature, _signature(f"{head}.{body}", _SECRET)):
        raise BadTokenError("PGRST301", "No suitable key or wrong key type")
    claims: dict[str, Any] = json.loads(_decoded(body))
    if claims.get("exp", now + 1) <= now:
        raise BadTokenError("PGRST303", "JWT expired")
    return claims


def _signature(text: str, secret: bytes) -> str:
    return _encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
