"""Parsers of what models, backends and engines answer: as functions of bytes."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from autodevops.errors import AutodevopsError
from tests.fuzz.altered import altered, document_or_raw, parts, text
from tests.fuzz.interface import Target
from tests.support.memory import snapshot_of


def _reply(data: bytes) -> None:
    """A model's words, and what they would make of a file."""
    from autodevops.advice.interface import NoAdviceError
    from autodevops.advice.patching import UnfitError, patched
    from autodevops.advice.prompt import Question
    from autodevops.advice.reply import read
    from autodevops.advice.suspicions import suspicions

    changes, content = (*parts(data), b"")[:2]
    files = {"Dockerfile": b"FROM x\r\nCMD y\r\n" + content, "a": b"\xef\xbb\xbfx"}
    asked = Question(
        finding=cast("Any", None),
        lines=(),
        data=(),
        shown=frozenset(files),
        whole=frozenset({"a"}),
    )
    with suppress(NoAdviceError):
        for one in read(text(document_or_raw(_GOOD_REPLY, changes)), 2):
            with suppress(UnfitError):
                new = patched(() if one is None else one.patches, asked, files)
                assert new.keys() <= files.keys()
                assert all(new[path] != files[path] for path in new)
            list(suspicions(() if one is None else one.patches, files))


_GOOD_REPLY: Mapping[str, Any] = {
    "remediations": [
        {
            "finding": "F1",
            "explanation": "It runs as root.",
            "steps": ["Add a user."],
            "risk": "low",
            "edits": [
                {"path": "Dockerfile", "search": "CMD y", "replace": "USER 10001\nCMD y"},
                {"path": "a", "search": None, "replace": "x"},
            ],
        },
        {"finding": "F2", "explanation": "x", "steps": [], "risk": "high"},
    ]
}


def _gemini(data: bytes) -> None:
    """What the service streams and what its package raises, as its own types take it."""
    from google.genai.errors import APIError
    from google.genai.types import GenerateContentResponse

    from autodevops.advice.gemini import _quiet
    from autodevops.advice.gemini_failures import failure
    from autodevops.advice.gemini_stream import Reading
    from autodevops.advice.interface import NoAdviceError

    told = altered(_STREAMED, data)
    with _quiet(), suppress(*_OF_THE_PACKAGE):
        part = GenerateContentResponse.model_validate(told)
        reading = Reading()
        with suppress(NoAdviceError):
            reading.take(part)
            reading.answer()
    refused = altered(_REFUSED, data)
    status = 400 + (data[0] if data else 0)
    if isinstance(refused, dict):
        error: Exception
        try:
            error = APIError(status, refused)
        except _OF_THE_PACKAGE as problem:
            error = problem
        assert failure(error, "gemini-x").reason.reason


_OF_THE_PACKAGE = (AttributeError, ValueError, TypeError, KeyError)
"""What google-genai raises over an answer of another shape; `failure` takes any of it."""
_STREAMED: Mapping[str, Any] = {
    "candidates": [{"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2},
    "promptFeedback": {"blockReason": "SAFETY"},
}
_REFUSED: Mapping[str, Any] = {
    "error": {
        "code": 429,
        "message": "no more",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"}],
    }
}


def _supabase(data: bytes) -> None:
    import httpx

    from autodevops.sync.answers import ExpiredError, PartsMissingError, TooLargeError, raise_for
    from autodevops.sync.exchange import read
    from autodevops.sync.interface import Organisation
    from autodevops.sync.session import _Granted, _Kept, _session, decoded
    from autodevops.sync.supabase import _Stored

    said = document_or_raw(_SAID, data[1:])
    status = (200, 400, 401, 403, 404, 409, 413, 429, 500)[data[0] % 9 if data else 0]
    with suppress(AutodevopsError, ExpiredError, TooLargeError, PartsMissingError):
        raise_for(httpx.Response(status, content=said))
    for shape, good in (
        (tuple[Organisation, ...], [{"id": "x", "slug": "acme"}]),
        (_Stored, {"audit": "x", "stored": True}),
        (int, 1),
    ):
        with suppress(AutodevopsError):
            read(httpx.Response(200, content=document_or_raw(good, data[1:])), shape)
    with suppress(AutodevopsError):
        granted = read(httpx.Response(200, content=document_or_raw(_TOKEN, data[1:])), _Granted)
        assert _session(granted).is_over in {True, False}
    assert isinstance(decoded(text(document_or_raw(_TOKEN, data[1:]))), _Kept | None)


_SAID = {"code": "PGRST301", "message": "JWT expired", "hint": None, "details": None}
_TOKEN = {"access_token": "x" * 20, "refresh_token": "y", "expires_in": 3600, "expires_at": None}


def _zizmor(data: bytes) -> None:
    from autodevops.model.analysis import Analysis
    from autodevops.model.snapshot import Unavailable
    from autodevops.scanners.zizmor import _AtWork

    told, log = (*parts(data), b"")[:2]
    run = Ended(document_or_raw(_FOUND, told), log)
    work = _AtWork(
        paths=(".github/workflows/ci.yml",),
        copies={".github/workflows/0.yml": ".github/workflows/ci.yml"},
        run=cast("Any", run),
    )
    said = work.analyse(snapshot_of({".github/workflows/ci.yml": "on: push\n"}))
    assert isinstance(said, Analysis | Unavailable)


class Ended:
    """Stands for zizmor's process that ended."""

    def __init__(self, printed: bytes, log: bytes) -> None:
        self._printed, self._log = printed, log

    def finish(self) -> Any:
        from autodevops.scanners.zizmor_run import told

        return told(self._printed, self._log, 0)


_FOUND = [
    {
        "ident": "template-injection",
        "desc": "code injection",
        "determinations": {"severity": "High", "confidence": "Medium"},
        "ignored": False,
        "locations": [
            {
                "symbolic": {
                    "kind": "Primary",
                    "annotation": "here",
                    "key": {"Local": {"verbatim_path": ".github/workflows/0.yml"}},
                    "route": {
                        "route": [{"Key": "jobs"}, {"Key": "a"}, {"Key": "steps"}, {"Index": 0}]
                    },
                },
                "concrete": {
                    "location": {
                        "start_point": {"row": 0, "column": 0},
                        "end_point": {"row": 0, "column": 3},
                    }
                },
            }
        ],
    }
]


TARGETS: Mapping[str, Target] = {
    "reply": _reply,
    "gemini": _gemini,
    "supabase": _supabase,
    "zizmor": _zizmor,
}
"""Each by what it reads."""
