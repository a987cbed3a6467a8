"""Clones and pushes over smart HTTP, by git's own `http-backend`."""

import base64
import binascii
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.github.access import may, sees
from tests.support.github.world import Repository, Token, World

PATH = re.compile(
    r"/([\w.-]+/[\w.-]+?)(?:\.git)?(/info/refs|/git-upload-pack|/git-receive-pack|/HEAD)"
)
"""The addresses that git asks for."""
_SETTINGS = {
    "http.receivepack": "true",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.denyCurrentBranch": "ignore",
    "safe.directory": "*",
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back to git."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def token_of(world: World, authorization: str) -> Token | bool | None:
    """Return the token that git shows: None without one, False when it is not known."""
    if not authorization:
        return None
    kind, _, encoded = authorization.partition(" ")
    try:
        shown = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    known = world.tokens.get(shown.partition(":")[2])
    return known if kind.lower() == "basic" and known is not None else False


def reply(
    world: World, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> Reply:
    """Answer git as GitHub does: who may not know of a repository hears that there is none."""
    token = token_of(world, headers.get("Authorization", ""))
    if token is False:
        return _unauthorized()
    assert token is None or isinstance(token, Token)
    found = PATH.fullmatch(path)
    repository = world.find(found[1]) or world.moved(found[1]) if found else None
    if found is None or repository is None or not sees(token, repository):
        return _unauthorized() if token is None else _plain(404, b"Repository not found.\n")
    if found[1].lower() != repository.full_name.lower():
        moved = f"/{repository.full_name}.git{found[2]}" + (f"?{query}" if query else "")
        return Reply(status=301, headers={"Location": moved}, body=b"")
    if not may(token, repository, "contents"):
        return _plain(403, b"Write access to repository not granted.\n")
    if "git-receive-pack" in path + query and not may(token, repository, "contents", "write"):
        return _unauthorized() if token is None else _plain(403, b"Permission denied.\n")
    return _backend(repository, method, found[2], query, headers, body)


def _backend(
    repository: Repository,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Reply:
    folder = repository.path
    if folder is None:
        return _plain(500, b"the test gave this repository no path\n")
    done = subprocess.run(
        ["git", "http-backend"],
        input=body,
        capture_output=True,
        check=True,
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **_configured(_SETTINGS),
            "GIT_PROJECT_ROOT": str(_git_folder(folder)),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": method,
            "REMOTE_USER": "ada",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        },
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    said = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = int(said.pop("Status", "200").split()[0])
    return Reply(status=status, headers=said, body=content)


def _git_folder(folder: Path) -> Path:
    inner = folder / ".git"
    return inner if inner.is_dir() else folder


def _configured(settings: Mapping[str, str]) -> dict[str, str]:
    values = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_CONFIG_NOSYSTEM": "1"}
    for at, (name, value) in enumerate(settings.items()):
        values |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
    return values


def _unauthorized() -> Reply:
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"', "Content-Type": "text/plain"}
    return Reply(status=401, headers=headers, body=b"Authentication failed.\n")


def _plain(status: int, body: bytes) -> Reply:
    return Reply(status=status, headers={"Content-Type": "text/plain"}, body=body)
