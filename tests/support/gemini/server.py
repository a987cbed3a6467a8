"""The server: takes requests as the API does, and says what the test wants said."""

import json
import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from google.genai import types

from tests.support.gemini import wire

KEY = "AIza" + "SyInventedForTestsOnly0123456789abc"
"""The key that is taken."""
MODELS = ("gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-3.1-pro")
"""The models that there are."""
_GENERATE = re.compile(r"/v1(?:beta)?/models/([a-z0-9.-]+):streamGenerateContent\?alt=sse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said to one question."""

    chunks: tuple[Mapping[str, Any], ...] = ()
    """Parts of an answer."""
    status: int = 200
    body: bytes | None = None
    """Said instead of parts, as it is."""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    """Whether the line breaks before the end."""
    hangs: bool = False
    """Whether nothing comes at all until the test ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question that came."""

    path: str
    key: str | None
    body: str
    model: str | None = None

    @property
    def text(self) -> str:
        """Return all that the model reads."""
        asked = json.loads(self.body)
        parts = [*asked["systemInstruction"]["parts"], *asked["contents"][0]["parts"]]
        return "\n".join(part["text"] for part in parts)


class Gemini:
    """A stand-in on a port of this machine, for the length of a `with`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.mistakes: list[str] = []
        self.models: tuple[str, ...] = MODELS
        self._replies: deque[Reply] = deque()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert kind is not None or not self.mistakes, self.mistakes

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str | None]:
        """Return the variables with which a command asks it."""
        return {"GOOGLE_GEMINI_BASE_URL": self.url, "GEMINI_API_KEY": KEY}

    def says(self, *replies: str | Reply) -> None:
        """Say these things next; the last one again and again."""
        self._replies = deque(
            one if isinstance(one, Reply) else Reply(chunks=tuple(wire.stream(one)))
            for one in replies
        )

    def answer(self, method: str, path: str, key: str | None, body: str) -> Reply:
        """Return what is said to a request."""
        found = _GENERATE.fullmatch(path)
        self.asked.append(Asked(path=path, key=key, body=body, model=found[1] if found else None))
        if key != KEY:
            said = wire.error(400, "INVALID_ARGUMENT", f"API key not valid: {key}")
            return Reply(status=400, body=said)
        if method == "GET" and path.partition("?")[0].endswith("/models"):
            return Reply(
                body=json.dumps({"models": [_model(name) for name in self.models]}).encode()
            )
        if method != "POST" or found is None:
            self.mistakes.append(f"{method} {path}")
            return Reply(status=404, body=wire.error(404, "NOT_FOUND", "no such method"))
        if found[1] not in self.models:
            said = wire.error(
                404, "NOT_FOUND", f"models/{found[1]} is not found for API version v1"
            )
            return Reply(status=404, body=said)
        self.mistakes += wire.mistakes(body.encode())
        reply = self._replies[0] if len(self._replies) == 1 else self._replies.popleft()
        for one in reply.chunks:
            types.GenerateContentResponse.model_validate(one, extra="forbid")
        return reply

    def wait(self) -> None:
        """Wait for the test to end."""
        self._over.wait(30)


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": "1",
        "displayName": name,
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }


def _handler(gemini: Gemini) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode()
            key = self.headers.get("x-goog-api-key")
            reply = gemini.answer(self.command, self.path, key, body)
            if reply.hangs:
                gemini.wait()
                self.close_connection = True
                return
            said = wire.as_events(reply.chunks) if reply.body is None else reply.body
            kind = "text/event-stream" if reply.body is None else "application/json"
            self.send_response(reply.status)
            for name, value in {"content-type": kind, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said) + 10 * reply.cut))
            self.end_headers()
            self.wfile.write(said)
            self.close_connection = reply.cut

        def log_message(self, *_: object) -> None:
            pass

    return Handler
