"""The `.env` files that are tracked: real ones, and templates with what they declare."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_documentation, is_test_data, is_vendored
from autodevops.guide.model import SecretPolicy
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_ENV_FILE = regex(r"\.env(?:[._-][\w.-]*)?", re.IGNORECASE)
_DECLARATION = regex(
    r"[ \t]{0,20}(#[ \t#]{0,20})?(?:export[ \t]{1,9})?([A-Za-z_][A-Za-z0-9_]{0,200})[ \t]{0,9}=(.*)"
)


class Declaration(NamedTuple):
    """One variable that an environment file declares."""

    name: str
    """Name of the variable."""
    line: int
    """1-based line."""
    commented: bool
    """Whether it is written as `# NAME=`: known, but not set."""


class EnvFile(Struct, frozen=True, kw_only=True):
    """One tracked environment file."""

    path: str
    """Where it lies."""
    declarations: tuple[Declaration, ...]
    """What it declares, in its order; values are not kept."""


class EnvFiles(Struct, frozen=True, kw_only=True, dict=True):
    """Every tracked environment file; those of tests, examples and vendored code left out."""

    real: tuple[EnvFile, ...]
    """Files that programs read."""
    templates: tuple[EnvFile, ...]
    """Files that show what to set."""
    example: EnvFile | None
    """The one template that the guide asks for, in the root."""

    @cached_property
    def declared(self) -> frozenset[str]:
        """Return every name that any template declares."""
        return frozenset(one.name for file in self.templates for one in file.declarations)


@fact
def env_files(snapshot: Snapshot, policy: SecretPolicy) -> EnvFiles:
    """Find the tracked environment files and read their names."""
    real: list[EnvFile] = []
    templates: list[EnvFile] = []
    for entry in snapshot.entries:
        name = basename(entry.path)
        if "env" not in name.lower() or entry.kind is EntryKind.SUBMODULE:
            continue
        if is_test_data(entry.path) or is_vendored(entry.path):
            continue
        if policy.is_env_example(name):
            templates.append(_read(snapshot, entry.path))
        elif _ENV_FILE.fullmatch(name) and not is_documentation(entry.path):
            real.append(_read(snapshot, entry.path))
    example = next((file for file in templates if file.path == policy.env_example), None)
    return EnvFiles(real=tuple(real), templates=tuple(templates), example=example)


def declarations(text: str) -> Iterator[Declaration]:
    """Yield what an environment file declares: `NAME=`, `export NAME=` and `# NAME=`.

    Lines inside a quoted value and comments in prose declare nothing.
    """
    quote = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quote:
            quote = "" if quote in line else quote
            continue
        match = _DECLARATION.fullmatch(line)
        if match is None:
            continue
        commented, name, value = match.groups()
        if commented and not name.isupper():
            continue
        yield Declaration(name, number, commented is not None)
        opened = value.strip()[:1]
        if not commented and opened in {'"', "'"} and value.strip().count(opened) == 1:
            quote = opened


def _read(snapshot: Snapshot, path: str) -> EnvFile:
    text = snapshot.text(path, CONFIG_LIMIT) or ""
    return EnvFile(path=path, declarations=tuple(declarations(text)))
