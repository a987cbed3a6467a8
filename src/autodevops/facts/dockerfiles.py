"""The Dockerfiles that build the team's own images."""

import re

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._docker_stages import Dockerfile, read_dockerfile
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts._words import words
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_NAME = regex(
    r"(?:dockerfile|containerfile)(?:[.-][\w.-]+)?|[\w.-]+\.(?:dockerfile|containerfile)",
    re.IGNORECASE,
)
_NO_DOCKERFILE = regex(
    r"\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|mustache|in|md|txt|rst"
    r"|py|js|ts|go|rb|rs|sh|json|ya?ml|toml|html|lock|bak|orig|example|sample|swp|patch)$",
    re.IGNORECASE,
)
_WORKSHOPS = words(
    ".devcontainer .cursor .gitpod .vscode .idea .codespaces .clusterfuzzlite .copilot templates "
    "template cookiecutter skeleton scaffold"
)
_DEVELOPMENT = words(
    "dev development local test tests testing ci e2e playwright cypress debug devcontainer bench "
    "lint builder sandbox dind"
)
_LIMIT = 1 << 18
_PARTS = regex(r"[/._-]+")


class Dockerfiles(Struct, frozen=True, kw_only=True):
    """Every Dockerfile; those of tests, documents, templates and workshops left out."""

    files: tuple[Dockerfile, ...]
    """By path; at least one."""


def is_judged(path: str) -> bool:
    """Tell whether a Docker, compose or manifest file is the team's own and in use."""
    return not (
        is_test(path)
        or is_fixture(path)
        or is_vendored(path)
        or is_documentation(path)
        or "{{" in path
        or not _WORKSHOPS.isdisjoint(path.lower().split("/")[:-1])
    )


def for_development(path: str) -> bool:
    """Tell whether a Dockerfile's name or folder says that it is only for development."""
    return not _DEVELOPMENT.isdisjoint(_PARTS.split(path.lower()))


def is_dockerfile(path: str) -> bool:
    """Tell whether a path has a Dockerfile's name."""
    name = basename(path)
    return _NAME.fullmatch(name) is not None and _NO_DOCKERFILE.search(name) is None


@fact
def dockerfiles(snapshot: Snapshot) -> Dockerfiles | NotApplicable:
    """Read every Dockerfile."""
    found = []
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not is_dockerfile(entry.path):
            continue
        if not is_judged(entry.path):
            continue
        text = snapshot.text(entry.path, _LIMIT)
        read = None if text is None else read_dockerfile(entry.path, text)
        if read is not None:
            found.append(read)
            if read.is_cut:
                snapshot.note_gap(entry.path, f"{entry.path} is too long; its end is not read")
    if not found and not snapshot.gaps:
        return NotApplicable(reason="there is no Dockerfile")
    return Dockerfiles(files=tuple(found))
