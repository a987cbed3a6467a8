"""What goes over the wire: requests as the API takes them, and answers as it gives them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator

REQUEST: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["contents", "systemInstruction", "generationConfig"],
    "properties": {
        "contents": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/content"}},
        "systemInstruction": {"$ref": "#/$defs/content"},
        "generationConfig": {
            "type": "object",
            "additionalProperties": False,
            "required": ["responseMimeType", "responseJsonSchema", "maxOutputTokens"],
            "properties": {
                "responseMimeType": {"const": "application/json"},
                "responseJsonSchema": {"type": "object"},
                "maxOutputTokens": {"type": "integer", "minimum": 1},
                "candidateCount": {"const": 1},
            },
        },
    },
    "$defs": {
        "content": {
            "type": "object",
            "additionalProperties": False,
            "required": ["parts"],
            "properties": {
                "role": {"enum": ["user", "model"]},
                "parts": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["text"],
                        "properties": {"text": {"type": "string"}},
                    },
                },
            },
        }
    },
}
"""https://ai.google.dev/api/generate-content, as far as it is asked for anything here."""
_SCHEMA_WORDS = {
    "$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items",
    "prefixItems", "minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties",
    "additionalProperties", "required", "propertyOrdering",
}  # fmt: skip
"""What `responseJsonSchema` may hold, by the same page."""


def mistakes(body: bytes) -> list[str]:
    """Return what the API would refuse in a request."""
    asked = json.loads(body)
    found = [error.message for error in Draft202012Validator(REQUEST).iter_errors(asked)]
    schema = asked.get("generationConfig", {}).get("responseJsonSchema", {})
    unknown = set(_words(schema)) - _SCHEMA_WORDS
    return found + [f"responseJsonSchema has {word}" for word in sorted(unknown)]


def _words(schema: Mapping[str, Any]) -> Iterable[str]:
    yield from schema
    for name, value in schema.items():
        if name in {"properties", "$defs"}:
            for inner in value.values():
                yield from _words(inner)
        elif isinstance(value, dict):
            yield from _words(value)


def edit(path: str, search: str | None, replace: str) -> dict[str, Any]:
    """Return an edit as the model writes it."""
    return {"path": path, "search": search, "replace": replace}


def remediation(
    *edits: Mapping[str, Any],
    finding: str = "F1",
    explanation: str = "The job has no limit.",
    steps: Iterable[str] = ("Set a limit.",),
    risk: str = "low",
) -> dict[str, Any]:
    """Return what the model says about one finding."""
    return {
        "finding": finding,
        "explanation": explanation,
        "steps": list(steps),
        "risk": risk,
        "edits": list(edits),
    }


def reply(*remediations: Mapping[str, Any]) -> str:
    """Return the text of a whole answer."""
    return json.dumps({"remediations": list(remediations)})


def chunk(
    text: str | None, finish: str | None = None, *, usage: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Return one part of a streamed answer."""
    candidate: dict[str, Any] = {"index": 0}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    if finish is not None:
        candidate["finishReason"] = finish
    said: dict[str, Any] = {
        "candidates": [candidate],
        "modelVersion": "gemini-3.8-flash",
        "responseId": "r1",
    }
    if usage is not None:
        asked, answered = usage
        said["usageMetadata"] = {
            "promptTokenCount": asked,
            "candidatesTokenCount": answered,
            "totalTokenCount": asked + answered,
        }
    return said


def stream(text: str, finish: str | None = "STOP", *, pieces: int = 3) -> list[dict[str, Any]]:
    """Return a text as several parts, the last one with the reason why it ends."""
    size = max(1, -(-len(text) // pieces))
    parts = [text[at : at + size] for at in range(0, len(text), size)] or [""]
    last = chunk(parts[-1], finish, usage=(1000, 200))
    return [*(chunk(part) for part in parts[:-1]), last]


def as_events(chunks: Iterable[Mapping[str, Any]]) -> bytes:
    """Return parts as server-sent events."""
    return b"".join(b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in chunks)


def error(code: int, status: str, message: str, *details: Mapping[str, Any]) -> bytes:
    """Return a refusal as google.rpc.Status in JSON."""
    said = {"code": code, "message": message, "status": status, "details": list(details)}
    return json.dumps({"error": said}).encode()


def retry_info(delay: str) -> dict[str, Any]:
    """Return the detail that asks to wait."""
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
