"""Literal secrets in Terraform, Pulumi, platform files and Helm values."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._hcl import Attribute, Block
from autodevops.facts._literal_secrets import LiteralSecret, detected, judged, without_repeats
from autodevops.facts._toml_lines import Settings, read_tree
from autodevops.facts.dockerfiles import is_judged
from autodevops.facts.path_index import is_within
from autodevops.facts.platform_files import PlatformFiles
from autodevops.facts.secrets import Secrets
from autodevops.facts.terraform import Terraform
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable

_VALUES = regex(r"(?:.*[.-])?values(?:[.-].*)?\.ya?ml", re.IGNORECASE)
_FILES = regex(r".*\.(?:tf|tfvars|tofu|hcl)|pulumi(?:\.[\w-]+)?\.ya?ml", re.IGNORECASE)
_SEALED = frozenset({"secure", "encryptionsalt", "encryptedkey"})
_WHOLE = 1 << 30


class IacSecrets(Struct, frozen=True):
    """Literal secrets in infrastructure code."""

    found: tuple[LiteralSecret, ...]
    """By file and line."""
    files: int
    """How many files were judged."""


@fact
def iac_secrets(
    snapshot: Snapshot,
    terraform: Terraform | NotApplicable,
    platform: PlatformFiles,
    secrets: Secrets | Unavailable,
) -> IacSecrets:
    """Judge the literals of every infrastructure file, and take in what is detected there."""
    settings = {one.path: (one.settings, basename(one.path)) for one in platform.files}
    for path in _values_files(snapshot):
        settings[path] = read_tree(snapshot.text(path, CONFIG_LIMIT) or ""), "Helm values"
    paths = [
        *settings,
        *(
            entry.path
            for entry in snapshot.entries
            if _FILES.fullmatch(basename(entry.path)) and is_judged(entry.path)
        ),
    ]
    literals = chain(
        _of_terraform(terraform) if isinstance(terraform, Terraform) else (),
        *(_of_settings(path, said, where) for path, (said, where) in settings.items()),
    )
    written = (judged(*literal) for literal in literals)
    seen = (detected(secrets, path, 1, _WHOLE, basename(path)) for path in paths)
    found = chain(filter(None, written), *seen)
    return IacSecrets(without_repeats(found), len(paths))


def _values_files(snapshot: Snapshot) -> Iterator[str]:
    """Yield the values files of Helm charts: beside a chart, or below one."""
    charts = frozenset(
        entry.path.rpartition("/")[0]
        for entry in snapshot.entries
        if basename(entry.path) == "Chart.yaml"
    )
    for entry in snapshot.entries:
        folder, _, name = entry.path.rpartition("/")
        is_values = entry.kind is EntryKind.FILE and _VALUES.fullmatch(name) is not None
        is_near = is_values and (is_within(folder, charts) or "helm" in entry.path.lower())
        if is_near and is_judged(entry.path):
            yield entry.path


class _Literal(NamedTuple):
    """One value that is written down."""

    path: str
    line: int
    name: str
    value: str
    where: str


def _of_terraform(terraform: Terraform) -> Iterator[_Literal]:
    for module in terraform.modules:
        for file in (*module.files, *module.variables_files):
            for block in file.content.blocks:
                yield from _of_block(file.path, block)
            yield from _of_attributes(file.path, file.content.attributes, "variables")


def _of_block(path: str, block: Block) -> Iterator[_Literal]:
    where = " ".join((block.kind, ".".join(block.labels))).strip()
    if block.kind != "variable":
        yield from _of_attributes(path, block.everything(), where)
        return
    default = block.get("default")
    if default is not None and default.literal:
        yield _Literal(path, default.line, "".join(block.labels), default.literal, where)


def _of_attributes(path: str, attributes: Iterable[Attribute], where: str) -> Iterator[_Literal]:
    for one in attributes:
        if one.literal:
            yield _Literal(path, one.line, one.name.rpartition(".")[2], one.literal, where)


def _of_settings(path: str, settings: Settings, where: str) -> Iterator[_Literal]:
    listed = settings.values
    names = {one.keys[:-1]: one.value for one in listed if one.keys[-1:] in {("key",), ("name",)}}
    for one in listed:
        if not one.value or not _SEALED.isdisjoint(one.keys) or "sops" in one.keys[:1]:
            continue
        # `- key: NAME` with `value: ...` beside it is how Render and Helm list variables.
        name = names.get(one.keys[:-1], one.name) if one.keys[-1:] == ("value",) else one.name
        yield _Literal(path, one.line, name.rpartition(":")[2], one.value, where)
