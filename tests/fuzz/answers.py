"""Parsers of what services and engines answer: as functions of bytes."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, cast
from unittest.mock import patch

from autodevops.errors import AutodevopsError
from tests.fuzz.altered import altered, document_or_raw, parts, text
from tests.fuzz.interface import Target
from tests.support.memory import NOW, snapshot_of


class Given:
    """Stands for the connection to GitHub: gives what the input makes of recorded answers."""

    def __init__(self, change: Callable[[str, bytes], tuple[int, dict[str, str], bytes]]) -> None:
        from autodevops.sources.github.transport import Counter

        self._change = change
        self.requests = Counter()

    def send(self, request: Any) -> Any:
        from autodevops.sources.github.transport import Received

        key = request.url.partition("?")[0].removeprefix("https://api.github.com")
        recorded = recorded_answers()
        body = recorded.get(key, b"{}")
        status, headers, changed = self._change(key, body)
        return Received(status=status, headers=headers, body=changed, url=request.url)

    def close(self) -> None:
        """There is nothing to close."""


def _github(data: bytes) -> None:
    """Answers of GitHub: the parts are changes to each answer, by the order of asking."""
    from msgspec.structs import replace

    from autodevops.credentials import Credential, Service
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.groups import Group
    from autodevops.sources.github.names import RepositoryName
    from autodevops.sources.github.settings import read_settings
    from tests.fuzz.whole_repository import _audited
    from tests.support.github.clocks import PassingClock
    from tests.support.pipelines import CI, GOOD, SERVICES

    pieces = parts(data)

    def change(key: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        piece = pieces[sum(key.encode()) % len(pieces)]
        status = (200, 200, 200, 200, 403, 404, 304, 500)[piece[0] % 8 if piece else 0]
        headers = {"link": text(piece[1:]).replace("\n", ""), "date": text(piece[1:40])}
        headers |= dict.fromkeys(_HEADERS, text(piece[1:]))
        plain = json.loads(body)
        return status, headers if len(piece) % 3 else {}, document_or_raw(plain, piece[1:])

    name = RepositoryName("https://github.com", "acme", "shop")
    for token in (Credential(Service.GITHUB, "ghp_" + "x" * 36, "environment"), None):
        with patch("autodevops.sources.github.client.Transport", lambda *_: Given(change)):
            client = GitHub(token, clock=PassingClock(at=NOW.timestamp()))
        with client, suppress(AutodevopsError):
            from autodevops.batch.organisations import repositories_of

            settings = read_settings(client, [name], frozenset(Group), now=NOW)[name]
            snapshot = snapshot_of({**SERVICES, CI: GOOD})
            _audited(replace(snapshot, settings=settings))
            repositories_of(client, "acme", archived=False, forks=False)


_HEADERS = (
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
    "x-accepted-github-permissions",
    "x-oauth-scopes",
    "x-github-sso",
    "etag",
)


@cache
def recorded_answers() -> Mapping[str, bytes]:
    """Return what the stand-in answers about a repository in which there is something of all."""
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.groups import Group
    from autodevops.sources.github.settings import read_settings
    from autodevops.sources.github.transport import Received, Transport
    from tests.sources.github.reading import name, shop
    from tests.support.github import Organization, Secret, Server, credential

    kept: dict[str, bytes] = {}
    with Server() as server:
        server.world.organizations["acme"] = Organization("acme", secrets=[Secret("ORG_KEY")])
        one = shop()
        server.world.add(one)
        send = Transport.send

        def noted(self: Transport, request: Any) -> Any:
            received = send(self, request)
            if isinstance(received, Received) and received.status == 200:
                key = request.url.partition("?")[0].removeprefix(server.at.api)
                key = "/graphql" if request.url == server.at.graphql else key
                kept.setdefault(key, received.body)
            return received

        for token in (credential(server.world.owner), None):
            with GitHub(token, at=server.at) as client:
                client._exchange.transport.send = noted.__get__(  # type: ignore[method-assign]
                    client._exchange.transport
                )
                read_settings(client, [name(one)], frozenset(Group), now=NOW)
    listed = b'[{"full_name": "acme/shop", "archived": false, "fork": true}]'
    return {**kept, "/orgs/acme/repos": listed}


def _headers(data: bytes) -> None:
    """Headers and addresses: of limits, of permissions, of where things moved."""
    from autodevops.sources.github import budget, permissions, replies
    from autodevops.sources.github.exchange import Parsed, worded
    from autodevops.sources.github.failures import refusal_in
    from autodevops.sources.github.names import RepositoryName
    from autodevops.sources.github.patience import Patience
    from autodevops.sources.github.permissions import TokenKind, TokenRights
    from autodevops.sources.github.renames import moved_to
    from autodevops.sources.github.transport import _host, _joined, _origin
    from autodevops.sources.process import GitError
    from autodevops.sync.retrying import retry_after
    from tests.support.github.clocks import PassingClock

    said = text(data)
    named = dict.fromkeys((*_HEADERS, "date", "link", "x-ratelimit-resource"), said)
    dated = named | dict.fromkeys(("x-ratelimit-limit", "x-ratelimit-remaining"), "0")
    for headers in (named, dated | {"x-ratelimit-reset": "1795348800"}):
        clock = PassingClock(at=NOW.timestamp())
        budgets = budget.Budgets(patience=Patience(), clock=clock, say=lambda _: None)
        budgets.note("core", headers)
        budgets.refused(headers, 1)
        budgets.enter("core")
        rights = TokenRights(kind=TokenKind.CLASSIC, scopes=permissions.scopes_in(headers))
        for status in (200, 403, 404):
            budget.is_secondary(status, headers, said)
            replies.reply(Parsed(status=status, headers=headers, data={"message": said}), rights)
    refused = refusal_in(GitError("git failed", said=said))
    assert refused.error(name := RepositoryName("https://github.com", "a", "b"), None).message
    assert name.clone_url.isascii()
    retry_after(said, NOW)
    assert "\n" not in worded(said)
    _origin(_joined("https://github.com/acme/shop.git", said))
    _host(said)
    home = "https://github.com"
    found = moved_to(f"{home}/acme/shop.git/info/refs", said, home)
    assert found is None or found.server == home


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
    "github": _github,
    "headers": _headers,
    "reply": _reply,
    "gemini": _gemini,
    "supabase": _supabase,
    "zizmor": _zizmor,
}
"""Each by what it reads."""
