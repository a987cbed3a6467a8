"""Reads what a model answered: data of one exact shape, or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from autodevops.advice.interface import NoAdviceError, Obstacle, Patch, Remediation, Risk
from autodevops.advice.plain import plain
from autodevops.advice.prompt import name_of

LONGEST = 1 << 18
"""Characters of the longest answer that is read."""
_MOST_STEPS = 20
_MOST_EDITS = 10
_LONGEST_TEXT = 4_000
_LONGEST_STEP = 1_000
_LONGEST_EDIT = 40_000
_LONGEST_PATH = 1_000


class _Edit(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    replace: str
    search: str | None = None


class _Remediation(msgspec.Struct, forbid_unknown_fields=True):
    finding: str
    explanation: str
    steps: list[str]
    risk: Risk
    edits: list[_Edit] = []


class _Reply(msgspec.Struct, forbid_unknown_fields=True):
    remediations: list[_Remediation]


_TEXT = {"type": "string"}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["remediations"],
    "properties": {
        "remediations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["finding", "explanation", "steps", "risk"],
                "properties": {
                    "finding": {**_TEXT, "description": "Name of the finding, such as F1."},
                    "explanation": {**_TEXT, "description": "What is behind it, in plain text."},
                    "steps": {"type": "array", "items": _TEXT, "maxItems": _MOST_STEPS},
                    "risk": {**_TEXT, "enum": [risk.value for risk in Risk]},
                    "edits": {
                        "type": "array",
                        "maxItems": _MOST_EDITS,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["path", "replace"],
                            "properties": {
                                "path": {**_TEXT, "description": "A shown file, as it is shown."},
                                "search": {
                                    "type": ["string", "null"],
                                    "description": "Text that stands once in the file; null to "
                                    "replace a file that is shown whole.",
                                },
                                "replace": _TEXT,
                            },
                        },
                    },
                },
            },
        }
    },
}
"""What an answer must look like, in the part of JSON Schema that Gemini knows."""


def read(text: str, findings: int) -> Sequence[Remediation | None]:
    """Return the remediation of each finding of a request, None where the model left it out.

    Raises NoAdviceError for what is no JSON, of another shape, too long, or about other findings.
    """
    if not text.strip():
        raise NoAdviceError(Obstacle.EMPTY, "the model's answer is empty")
    if len(text) > LONGEST:
        raise _wrong("longer than any answer should be")
    try:
        decoded = msgspec.json.decode(_bare(text))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NoAdviceError(Obstacle.NOT_JSON, "the model's answer is no JSON") from None
    try:
        reply = msgspec.convert(decoded, _Reply)
    except (msgspec.ValidationError, RecursionError):
        raise _wrong("not of the shape that was asked for") from None
    names = {name_of(at): at - 1 for at in range(1, findings + 1)}
    found: list[Remediation | None] = [None] * findings
    for one in reply.remediations:
        at = names.pop(one.finding, None)
        if at is None:
            raise _wrong("about other findings than those asked about")
        found[at] = _remediation(one)
    return found


def _bare(text: str) -> bytes:
    """Return JSON without the fence that some models put around it."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```"):
        bare = bare.removeprefix("```json").removeprefix("```").removesuffix("```")
    return bare.encode()


def _remediation(one: _Remediation) -> Remediation:
    fits = (
        len(one.explanation) <= _LONGEST_TEXT
        and len(one.steps) <= _MOST_STEPS
        and all(len(step) <= _LONGEST_STEP for step in one.steps)
        and len(one.edits) <= _MOST_EDITS
        and all(_fits(edit) for edit in one.edits)
    )
    if not fits:
        raise _wrong("longer than any answer should be")
    if not one.explanation.strip():
        raise _wrong("without an explanation")
    return Remediation(
        explanation=plain(one.explanation.strip(), _LONGEST_TEXT),
        steps=tuple(plain(step.strip(), _LONGEST_STEP) for step in one.steps if step.strip()),
        risk=one.risk,
        patches=tuple(
            Patch(path=edit.path, search=edit.search, replace=edit.replace) for edit in one.edits
        ),
    )


def _fits(edit: _Edit) -> bool:
    longest = max(len(edit.search or ""), len(edit.replace))
    return len(edit.path) <= _LONGEST_PATH and longest <= _LONGEST_EDIT


def _wrong(how: str) -> NoAdviceError:
    return NoAdviceError(Obstacle.WRONG_SHAPE, f"the model's answer is {how}")
