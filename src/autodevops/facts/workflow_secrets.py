"""Which secrets the workflows take, and whether all of that can be seen."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts.workflows import WORKFLOWS
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_SECRET = regex(r"(?<![\w.-])secrets(?:\.|\[\s{0,3}')([A-Za-z_]\w{0,200})('\s{0,3}\])?(.{0,8})")
_WHOLE = regex(r"toJSON\(\s{0,3}secrets|secrets\[\s{0,3}[^'\s]|^\s{1,99}secrets:\s{1,9}inherit")
_INSERTED = regex(r"\$\{\{(.{0,2000}?)\}\}")
_PROVIDED = "GITHUB_TOKEN"


class WorkflowSecret(NamedTuple):
    """One use of one secret."""

    name: str
    """In capitals, as GitHub compares names."""
    path: str
    """The workflow."""
    line: int
    """1-based line."""
    has_fallback: bool
    """Whether the expression goes on with `||`."""


class WorkflowSecrets(Struct, frozen=True, kw_only=True):
    """All uses of secrets; those that a caller hands to a reusable workflow are left out."""

    used: tuple[WorkflowSecret, ...]
    """By path and line."""
    takes_all: bool
    """Whether some workflow hands on or indexes all secrets, so that any may be used."""


@fact
def workflow_secrets(snapshot: Snapshot) -> WorkflowSecrets:
    """Read the secrets that workflows name."""
    used: list[WorkflowSecret] = []
    takes_all = False
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not entry.path.startswith(WORKFLOWS):
            continue
        text = snapshot.text(entry.path, CONFIG_LIMIT) or ""
        if "secrets" in text:
            takes_all = takes_all or any(map(_WHOLE.search, text.split("\n")))
            handed = _handed_by_caller(text)
            used += (one for one in _uses(entry.path, text) if one.name not in handed)
    return WorkflowSecrets(used=tuple(used), takes_all=takes_all)


def _uses(path: str, text: str) -> Iterator[WorkflowSecret]:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.lstrip()
        if "secrets" not in line or bare.startswith("#"):
            continue
        is_condition = bare.removeprefix("- ").startswith("if:")
        for expression in [line] if is_condition else _INSERTED.findall(line):
            for match in _SECRET.finditer(expression):
                name = match[1].upper()
                if name != _PROVIDED:
                    fallback = match[3].lstrip().startswith("||")
                    yield WorkflowSecret(name, path, number, fallback)


def _handed_by_caller(text: str) -> frozenset[str]:
    """Return the secrets that a reusable workflow declares as its inputs."""
    if "workflow_call" not in text:
        return frozenset()
    root = _yaml.parse(text).root
    declared = root.path("on", "workflow_call", "secrets") if root is not None else None
    if not isinstance(declared, _yaml.Mapping):
        return frozenset()
    return frozenset(name.upper() for name, _ in declared.entries())
