"""The door of the stand-in: keys, tokens, limits, and whatever a network may do to an answer."""

import gzip
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.supabase.auth import Auth
from tests.support.supabase.postgres import Postgres
from tests.support.supabase.rest import Rest
from tests.support.supabase.tokens import BadTokenError, signed, verified
from tests.support.supabase.wire import Answer, Asked, answer, error

PUBLISHABLE = "sb_publishable_invented0for0tests"
SECRET = "sb_secret_" + "invented0for0tests"
ANON = signed({"role": "anon", "exp": 4_000_000_000})
"""A project's older key that anybody may know: a token."""
SERVICE = signed({"role": "service_role", "exp": 4_000_000_000})
"""A project's older service key."""
_ROLES = {PUBLISHABLE: "anon", ANON: "anon", SECRET: "service_role", SERVICE: "service_role"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one request instead of an answer."""

    answer: Answer | None = None
    """Said instead; None says nothing and hangs up."""
    after: bool = False
    """Whether the request was carried out before."""
    cut: bool = False
    """Whether the line breaks in the middle of the true answer; it was carried out."""
    path: str = ""
    """Only requests whose path ends so."""


@dataclass(kw_only=True)
class Supabase:
    """A running stand-in."""

    url: str
    auth: Auth
    rest: Rest
    seen: list[Asked] = field(default_factory=list)
    """Every request, in order."""
    faults: deque[Fault | None] = field(default_factory=deque)
    """What happens to the next requests, one each; None lets one pass."""
    largest: int = 1 << 30
    """Bytes of the longest body that is let in."""
    inflates: bool = False
    """Whether a proxy in front takes compressed bodies, and says so."""
    clock: Callable[[], float] = time.time
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        """Return where the requests went."""
        return [each.path for each in self.seen]

    def handle(self, asked: Asked) -> tuple[Answer | None, bool]:
        """Return the answer, None to hang up, and whether it breaks off in the middle."""
        with self.lock:
            self.seen.append(asked)
            fault = self._next_fault(asked)
        if fault is None:
            return self._answered(asked), False
        if fault.cut:
            return self._answered(asked), True
        if fault.after:
            self._answered(asked)
        return fault.answer, False

    def _next_fault(self, asked: Asked) -> Fault | None:
        if not self.faults:
            return None
        first = self.faults[0]
        if first is not None and not asked.path.endswith(first.path):
            return None
        return self.faults.popleft()

    def _answered(self, asked: Asked) -> Answer:
        if len(asked.body) > self.largest:
            return Answer(status=413, body=b"<html>413 Request Entity Too Large</html>")
        role = _ROLES.get(asked.headers.get("apikey", ""))
        if role is None:
            hint = "Double check your Supabase `anon` or `service_role` API key."
            return answer(401, {"message": "Invalid API key", "hint": hint})
        if asked.path.startswith("/auth/v1/"):
            return self.auth.serve(asked, self.clock())
        try:
            claims = self._claims(asked, role)
        except BadTokenError as problem:
            return error(401, problem.code, problem.message)
        if self.inflates and asked.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(asked.body)
            asked = Asked(
                method=asked.method, target=asked.target, headers=asked.headers, body=body
            )
        return self.rest.serve(asked, claims["role"], claims)

    def _claims(self, asked: Asked, role: str) -> dict[str, Any]:
        """Return what the caller's token says, or what the key stands for without one."""
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if not token or (token == asked.headers["apikey"] and token.startswith("sb_")):
            return {"role": role}
        if scheme.lower() != "bearer":
            return {"role": role}
        return verified(token, self.clock())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stand_in: Supabase) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stand_in = stand_in

    def handle_error(self, *_connection: object) -> None:
        """Say nothing of a client that died."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet: no waiting for the other side's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._go()

    def do_POST(self) -> None:
        self._go()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def _go(self) -> None:
        try:
            asked = self._asked()
            said, is_cut = self.server.stand_in.handle(asked) if asked else (None, False)
            if said is not None:
                self._say(said, is_cut=is_cut)
            self.close_connection = self.close_connection or is_cut or said is None
        except OSError:
            self.close_connection = True  # the other side died

    def _asked(self) -> Asked | None:
        """Return the request, None when it breaks off."""
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return None
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(method=self.command, target=self.path, headers=headers, body=body)

    def _say(self, said: Answer, *, is_cut: bool) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if self.server.stand_in.inflates:
            self.send_header("Accept-Encoding", "gzip")
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body[: len(said.body) // 2] if is_cut else said.body)
        self.wfile.flush()


@contextmanager
def serving(postgres: Postgres, database: str) -> Iterator[Supabase]:
    """Give a stand-in over a database while the block runs."""
    stand_in = Supabase(url="", auth=Auth(), rest=Rest(postgres, database))
    server = _Server(stand_in)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        stand_in.rest.close()
