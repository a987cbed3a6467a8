"""The HTTP server: hands requests to the API or to git, spoils answers as faults say."""

import gzip
import json
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from autodevops.credentials import Credential, Service
from autodevops.sources.github.endpoints import Endpoints
from tests.support.github import clones
from tests.support.github.api import Api, Reply
from tests.support.github.faults import Fault, Faults
from tests.support.github.rest import RefusedError
from tests.support.github.world import Token, World

_API = "/api/v3"
_GRAPHQL = "/api/graphql"


def credential(token: Token) -> Credential:
    """Return a token as the client takes it."""
    return Credential(Service.GITHUB, token.value, "environment GITHUB_TOKEN")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that came."""

    method: str
    path: str
    """With the query."""
    status: int
    """What it was answered with; 0 when it was left hanging."""
    has_token: bool
    body: bytes

    @property
    def is_api(self) -> bool:
        """Whether it counts as a call of the API (clones don't)."""
        return self.path.startswith("/api/")


class Server:
    """A GitHub server on a port of this machine, for the length of a `with`."""

    def __init__(self) -> None:
        self.world = World()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.mistakes: list[str] = []
        self.remaining = {"core": 5000, "graphql": 5000}
        self.reset_in = 3600
        """Seconds until the primary limits reset."""
        self.latency = 0.0
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self.root = f"http://127.0.0.1:{self._http.server_port}"
        self.at = Endpoints(
            api=f"{self.root}{_API}", graphql=f"{self.root}{_GRAPHQL}", server=self.root
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def api(self) -> Api:
        return Api(world=self.world, root=self.at.api)

    @property
    def calls(self) -> list[Request]:
        """Return the requests to the API, those answered with 304 left out: they are free."""
        return [one for one in self.requests if one.is_api and one.status != 304]

    def environment(self, token: Token | None) -> dict[str, str | None]:
        """Return the variables with which a command finds this server."""
        return {
            "GITHUB_API_URL": self.at.api,
            "GITHUB_GRAPHQL_URL": self.at.graphql,
            "GITHUB_SERVER_URL": self.at.server,
            "GITHUB_TOKEN": None if token is None else token.value,
        }

    def spend(self, resource: str) -> int:
        """Take one request off a budget and return what was left before."""
        with self._lock:
            left = self.remaining[resource]
            self.remaining[resource] = max(0, left - 1)
            return left

    def give_back(self, resource: str) -> None:
        """A 304 is free."""
        with self._lock:
            self.remaining[resource] += 1

    def seen(self, request: Request, mistakes: list[str]) -> None:
        """Take note of a request."""
        with self._lock:
            self.requests.append(request)
            self.mistakes.extend(mistakes)


class _Http(ThreadingHTTPServer):
    owner: Server
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        del format, args

    def do_GET(self) -> None:
        owner = self.server.owner
        body = self._body()
        if owner.latency:
            time.sleep(owner.latency)
        path, _, query = self.path.partition("?")
        fault = owner.faults.next(self.path)
        if fault is not None and fault.hang:
            self._note(0, body, [])
            owner.stopped.wait(30)
            self.close_connection = True
            return
        try:
            if fault is not None and fault.status is not None:
                reply = Reply(status=fault.status, body=fault.body)
                self._send(reply, fault.body, body, fault)
            elif path.startswith("/api/"):
                self._answer_api(path, query, body, fault)
            else:
                self._answer_git(path, query, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked went away
        except Exception as error:
            self._note(500, body, [f"the stand-in failed: {error!r}"])
            raise

    def do_POST(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def _answer_api(self, path: str, query: str, body: bytes, fault: Fault | None) -> None:
        owner = self.server.owner
        resource = "graphql" if path == _GRAPHQL else "core"
        left = owner.spend(resource)
        if left <= 0:
            reply = Reply(status=403, body={"message": "API rate limit exceeded for user ID 1."})
        else:
            reply = self._reply(path, query, body, left - 1)
        content = json.dumps(reply.body).encode()
        reply.headers |= self._rate(resource)
        if reply.status == 200 and self.command == "GET":
            etag = f'W/"{sha256(content + self._authorization().encode()).hexdigest()}"'
            reply.headers["ETag"] = etag
            if self.headers.get("If-None-Match") == etag:
                reply.status, content = 304, b""
                if self._authorization():
                    owner.give_back(resource)
        self._send(reply, content, body, fault)

    def _reply(self, path: str, query: str, body: bytes, left: int) -> Reply:
        api = self.server.owner.api
        try:
            token = api.token_of(self._authorization())
        except RefusedError as refused:
            return Reply(status=refused.status, body={"message": str(refused)})
        if path == _GRAPHQL:
            reply = api.graphql(body, token, left)
        else:
            short = api.by_number(path.removeprefix(_API))
            reply = api.rest(self.command, short, query, token, body)
        if token is not None and token.is_classic:
            reply.headers["X-OAuth-Scopes"] = ", ".join(token.scopes)
        return reply

    def _rate(self, resource: str) -> dict[str, str]:
        owner = self.server.owner
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(owner.remaining[resource]),
            "X-RateLimit-Reset": str(int(time.time()) + owner.reset_in),
            "X-RateLimit-Resource": resource,
        }

    def _answer_git(self, path: str, query: str, body: bytes) -> None:
        world = self.server.owner.world
        headers = dict(self.headers.items())
        said = clones.reply(world, self.command, path, query, headers, body)
        reply = Reply(status=said.status, body=None, headers=dict(said.headers))
        self._send(reply, said.body, body, None)

    def _send(self, reply: Reply, content: bytes, body: bytes, fault: Fault | None) -> None:
        self._note(reply.status, body, reply.mistakes)
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json; charset=utf-8", **reply.headers}
        for name, value in {**headers, **(fault.headers if fault else {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if fault is not None and fault.truncate:
            content = content[: len(content) // 2]
            self.close_connection = True
        if fault is not None and fault.drip:
            for byte in content:
                if self.server.owner.stopped.wait(fault.drip):
                    return
                self.wfile.write(bytes([byte]))
            return
        self.wfile.write(content)

    def _note(self, status: int, body: bytes, mistakes: list[str]) -> None:
        seen = Request(
            method=self.command,
            path=self.path,
            status=status,
            has_token=bool(self._authorization()),
            body=body,
        )
        self.server.owner.seen(seen, mistakes)

    def _authorization(self) -> str:
        return self.headers.get("Authorization", "")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_packed = self.path.startswith("/api/") and "gzip" in self.headers.get(
            "Content-Encoding", ""
        )
        return gzip.decompress(body) if is_packed else body

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        piece = self.rfile.read(size)
        self.rfile.readline()
        return piece
