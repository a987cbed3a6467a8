"""`.dockerignore` files, by the rules of Docker's own matcher.

Patterns are relative to the context's root, the last one that matches a path or a folder above it
wins, and `!` brings back (https://docs.docker.com/build/concepts/context/#dockerignore-files).
"""

import re
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._globs import path_regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_MAX_LINES = 2_000
_LONGEST_PATTERN = 4096


class DockerIgnoreLine(NamedTuple):
    """One pattern."""

    line: int
    """1-based line."""
    text: str
    """As written."""
    negated: bool
    """Whether it brings back."""
    regex: re.Pattern[str]
    """Matches a path as a whole."""


class DockerIgnore(Struct, frozen=True):
    """One `.dockerignore`."""

    path: str
    """Where it lies."""
    lines: tuple[DockerIgnoreLine, ...]
    """Its patterns, in their order."""

    def excluding(self, path: str) -> DockerIgnoreLine | None:
        """Return the line that leaves a path of the context out."""
        parts = path.split("/")
        above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        for line in reversed(self.lines):
            if any(line.regex.fullmatch(one) for one in above):
                return None if line.negated else line
        return None


def docker_ignore_of(snapshot: Snapshot, dockerfile: str, context: str) -> DockerIgnore | None:
    """Return the `.dockerignore` that counts: the Dockerfile's own before the context's."""
    shared = f"{context}/.dockerignore" if context else ".dockerignore"
    for path in (f"{dockerfile}.dockerignore", shared):
        if path in snapshot.by_path:
            return read_docker_ignore(path, snapshot.text(path, CONFIG_LIMIT) or "")
    return None


def read_docker_ignore(path: str, text: str) -> DockerIgnore:
    """Return the patterns of a `.dockerignore`."""
    found = []
    for number, line in enumerate(text.split("\n")[:_MAX_LINES], start=1):
        body = line.strip()
        if not body or line.startswith("#") or len(body) > _LONGEST_PATTERN:
            continue
        negated = body.startswith("!")
        pattern = normpath(f"/{body.removeprefix('!').strip()}").lstrip("/")
        if pattern and pattern != ".":
            found.append(DockerIgnoreLine(number, body, negated, _compiled(pattern)))
    return DockerIgnore(path, tuple(found))


@lru_cache(maxsize=1_024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(path_regex(pattern.split("/")), re.DOTALL)
