"""The code of the guide's services and what it imports, each file read once."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._imports import (
    PYTHON,
    WEB,
    PythonImport,
    WebImport,
    python_imports,
    web_imports,
)
from autodevops.facts._line_counter import LineCounter
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._python_code import type_checking_lines
from autodevops.facts.services import Services
from autodevops.guide.model import AiPolicy, SecretPolicy, Service, ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_PYTHON_LINE = regex(r"^[ \t]{0,80}(?:from|import)[ \t]+(\.*\w*)", re.MULTILINE)
# A JWT's second part is JSON, and so begins like this.
_KEY_SIGNS = ("SERVICE_ROLE", "SERVICEROLE", "SUPABASE_S", "SUPABASE_ADMIN", "sb_secret_", ".eyJ")
_CALLED_IMPORT = regex(r"import_module\(\s{0,20}[\"']([\w.]{1,200})[\"']")


class CodeFile(NamedTuple):
    """One file of a service's own code."""

    path: str
    """The file."""
    service: Service
    """The service whose folder it lies in."""
    python: tuple[PythonImport, ...]
    """What it imports that may concern a rule; of Python code only."""
    web: tuple[WebImport, ...]
    """All that it imports; of TypeScript and JavaScript only."""
    may_hold_key: bool
    """Whether the text has what a privileged key's name or value cannot do without."""


class Imports(Struct, frozen=True, kw_only=True):
    """What the code of the services imports; tests, examples and generated code left out."""

    files: tuple[CodeFile, ...]
    """By path; those that import nothing of interest are left out."""
    packages: Mapping[str, str]
    """Top-level folder of each service by the name of its npm package."""


@fact
def imports(
    snapshot: Snapshot,
    services: Services,
    policy: ServicePolicy,
    ai: AiPolicy,
    secrets: SecretPolicy,
) -> Imports | NotApplicable:
    """Read the code of the services that are there."""
    owners = {f"{service.folder}/": service for service in services.of_code if service.folder}
    if not owners:
        return NotApplicable(reason=services.why_not_platform)
    wanted = frozenset(
        [service.folder.partition("/")[0] for service in policy.of_code if service.folder]
        + [package.partition(".")[0] for package in ai.python_packages]
    )
    names = [secret.name for secret in secrets.secrets if secret.privileged]
    return Imports(
        files=tuple(_files(snapshot, owners, wanted, (*names, *_KEY_SIGNS))),
        packages=dict(_packages(snapshot, services)),
    )


def _files(
    snapshot: Snapshot,
    owners: Mapping[str, Service],
    wanted: frozenset[str],
    signs: tuple[str, ...],
) -> Iterator[CodeFile]:
    for entry in snapshot.entries:
        path = entry.path
        service = next((owners[root] for root in owners if path.startswith(root)), None)
        if (
            service is None
            or entry.kind is not EntryKind.FILE
            or not path.endswith((*PYTHON, *WEB))
        ):
            continue
        text = snapshot.text(path) if is_own_source(path) else None
        if text is None:
            continue
        if path.endswith(PYTHON):
            python = tuple(_python(text, wanted))
            if python:
                yield CodeFile(path, service, python, (), may_hold_key=False)
        else:
            suspect = any(sign in text for sign in signs)
            yield CodeFile(path, service, (), tuple(web_imports(text)), suspect)


def _python(text: str, wanted: frozenset[str]) -> Iterator[PythonImport]:
    """Yield the imports of these top-level names, and relative ones that climb.

    What only a type checker sees is left out.
    """
    firsts = {found[1] for found in _PYTHON_LINE.finditer(text)}
    if any(first in wanted or first.startswith("..") for first in firsts):
        unseen = type_checking_lines(text) if "TYPE_CHECKING" in text else frozenset()
        for one in python_imports(text):
            first = one.module.partition(".")[0]
            if (one.level > 1 or first in wanted) and one.line not in unseen:
                yield one
    lines = LineCounter(text)
    for called in _CALLED_IMPORT.finditer(text):
        if called[1].partition(".")[0] in wanted:
            yield PythonImport(lines.line_at(called.start()), 0, called[1], ())


def _packages(snapshot: Snapshot, services: Services) -> Iterator[tuple[str, str]]:
    from autodevops.facts._node_packages import read_node_package

    for service in services.of_code:
        manifest = read_node_package(snapshot, f"{service.folder}/package.json")
        if manifest is not None and manifest.name and service.folder:
            yield manifest.name, service.folder
