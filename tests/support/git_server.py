"""A git server on this machine: real `git http-backend` behind a small web server.

    with git_server(folder) as server:
        server.publish("acme/shop", repository)
        ... f"{server.url}/acme/shop"

It stands for a GitHub server: a repository that is private or not there is a 401 without a token
and a 404 with a wrong one, and a renamed one is a redirect.
"""

import os
import subprocess
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from tests.support.repositories import Repository, run_git

_SETTINGS = {
    "http.receivepack": "false",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    """Of HTTP."""
    path: str
    """With the query."""
    headers: Mapping[str, str]
    """By name in small letters."""


@dataclass(slots=True, kw_only=True)
class GitServer:
    """What the server has, and what it was asked."""

    folder: Path
    """Holds the bare repositories, by `owner/name.git`."""
    url: str = ""
    """Its origin."""
    private: dict[str, str] = field(default_factory=dict)
    """The token that each private repository wants."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Where a repository has moved to: another name, or a whole address."""
    broken: dict[str, list[int]] = field(default_factory=dict)
    """Statuses of the next answers about a repository; 0 breaks the connection off."""
    asked: list[Asked] = field(default_factory=list)
    """Every request."""

    def publish(self, name: str, repository: Repository) -> Path:
        """Serve a repository with all its refs under a name."""
        place = self.folder / f"{name}.git"
        place.parent.mkdir(parents=True, exist_ok=True)
        run_git(self.folder, "clone", "-q", "--mirror", str(repository.path), str(place))
        for key, value in _SETTINGS.items():
            run_git(place, "config", key, value)
        return place

    def refusal(self, name: str, headers: Mapping[str, str]) -> int | None:
        """Return the status that refuses a request about a repository."""
        wanted = self.private.get(name)
        given = headers.get("authorization")
        if given is None and (wanted or not (self.folder / f"{name}.git").exists()):
            return 401
        if wanted and given is not None and _password(given) != wanted:
            return 404
        return None if (self.folder / f"{name}.git").exists() else 404


def _password(header: str) -> str:
    return b64decode(header.partition(" ")[2]).decode().partition(":")[2]


@contextmanager
def git_server(folder: Path) -> Iterator[GitServer]:
    """Serve the repositories in a folder for the length of a `with`."""
    folder.mkdir(parents=True, exist_ok=True)
    server = GitServer(folder=folder)

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, server)

        def do_POST(self) -> None:
            _answer(self, server)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Be silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        listening.daemon_threads = True
        server.url = f"http://127.0.0.1:{listening.server_port}"
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def _answer(request: BaseHTTPRequestHandler, server: GitServer) -> None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    server.asked.append(Asked(request.command, request.path, headers))
    body = _body(request)
    parts = urlsplit(request.path)
    name, _, rest = parts.path.removeprefix("/").partition(".git/")
    if server.broken.get(name):
        status = server.broken[name].pop(0)
        if status:
            _refuse(request, status)
        else:
            request.close_connection = True
        return
    if name in server.renamed:
        there = server.renamed[name]
        base = there if "://" in there else f"{server.url}/{there}.git"
        _refuse(request, 301, {"Location": f"{base}/{rest}?{parts.query}"})
        return
    refused = server.refusal(name, headers)
    if refused is not None:
        _refuse(request, refused, {"WWW-Authenticate": 'Basic realm="GitHub"'})
        return
    _run_backend(request, server, headers, body)


def _body(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding", "") == "chunked":
        pieces = []
        while size := int(request.rfile.readline(), 16):
            pieces.append(request.rfile.read(size))
            request.rfile.readline()
        request.rfile.readline()
        return b"".join(pieces)
    return request.rfile.read(int(request.headers.get("Content-Length", "0")))


def _refuse(
    request: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str] | None = None
) -> None:
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", "0")
    request.end_headers()


def _run_backend(
    request: BaseHTTPRequestHandler, server: GitServer, headers: Mapping[str, str], body: bytes
) -> None:
    parts = urlsplit(request.path)
    done = subprocess.run(
        ["git", "http-backend"],
        input=body,
        capture_output=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(server.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
            "REQUEST_METHOD": request.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        },
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    said = Message()
    for line in head.decode().splitlines():
        key, _, value = line.partition(": ")
        said[key] = value
    request.send_response(int((said.get("Status") or "200").split()[0]))
    for key, value in said.items():
        if key != "Status":
            request.send_header(key, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
