"""Requests and answers, as the stand-in's parts hand them to each other."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request."""

    method: str
    target: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def answer(status: int, content: object, **headers: str) -> Answer:
    """Return a JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status=status,
        body=json.dumps(content).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", **named},
    )


def error(
    status: int, code: str, message: str, details: str | None = None, hint: str | None = None
) -> Answer:
    """Return an error in PostgREST's shape."""
    content = {"code": code, "details": details, "hint": hint, "message": message}
    return answer(status, content)
