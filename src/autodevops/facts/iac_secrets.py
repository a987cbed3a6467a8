"""Literal secrets in Terraform, Pulumi, platform files and Helm values."""

import re
from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._hcl import Attribute, Block
from autodevops.facts._literal_secrets import LiteralSecret, detected, judged, without_repeats
from autodevops.facts._toml_lines import Setting, read_tree
from autodevops.facts.dockerfiles import is_judged
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
    found: list[LiteralSecret] = []
    paths: list[str] = []
    if isinstance(terraform, Terraform):
        for module in terraform.modules:
            for file in (*module.files, *module.variables_files):
                for block in file.content.blocks:
                    found.extend(_of_block(file.path, block))
                found.extend(_of_attributes(file.path, file.content.attributes, "variables"))
    for one in platform.files:
        paths.append(one.path)
        found.extend(_of_settings(one.path, one.settings.values, basename(one.path)))
    for path in _values_files(snapshot):
        paths.append(path)
        settings = read_tree(snapshot.text(path, CONFIG_LIMIT) or "")
        found.extend(_of_settings(path, settings.values, "Helm values"))
    paths.extend(
        entry.path
        for entry in snapshot.entries
        if _FILES.fullmatch(basename(entry.path)) and is_judged(entry.path)
    )
    for path in paths:
        found.extend(detected(secrets, path, 1, _WHOLE, basename(path)))
    return IacSecrets(without_repeats(found), len(paths))


def _values_files(snapshot: Snapshot) -> Iterator[str]:
    """Yield the values files of Helm charts: beside a chart, or below one."""
    charts = {
        entry.path.rpartition("/")[0]
        for entry in snapshot.entries
        if basename(entry.path) == "Chart.yaml"
    }
    for entry in snapshot.entries:
        folder, _, name = entry.path.rpartition("/")
        if entry.kind is EntryKind.FILE and _VALUES.fullmatch(name) and is_judged(entry.path):
            near = any(folder == chart or folder.startswith(f"{chart}/") for chart in charts)
            if near or "helm" in entry.path.lower():
                yield entry.path


def _of_block(path: str, block: Block) -> Iterator[LiteralSecret]:
    where = " ".join((block.kind, ".".join(block.labels))).strip()
    if block.kind == "variable":
        default = block.get("default")
        if default is not None and default.literal:
            yield from filter(
                None, [judged(path, default.line, "".join(block.labels), default.literal, where)]
            )
        return
    yield from _of_attributes(path, tuple(block.everything()), where)


def _of_attributes(
    path: str, attributes: tuple[Attribute, ...], where: str
) -> Iterator[LiteralSecret]:
    for one in attributes:
        if one.literal:
            name = one.name.rpartition(".")[2]
            yield from filter(None, [judged(path, one.line, name, one.literal, where)])


def _of_settings(path: str, settings: tuple[Setting, ...], where: str) -> Iterator[LiteralSecret]:
    names = {one.keys[:-1]: one.value for one in settings if one.keys[-1:] in {("key",), ("name",)}}
    for one in settings:
        if not one.value or not _SEALED.isdisjoint(one.keys) or "sops" in one.keys[:1]:
            continue
        # `- key: NAME` with `value: ...` beside it is how Render and Helm list variables.
        name = names.get(one.keys[:-1], one.name) if one.keys[-1:] == ("value",) else one.name
        bare = name.rpartition(":")[2]
        yield from filter(None, [judged(path, one.line, bare, one.value, where)])
