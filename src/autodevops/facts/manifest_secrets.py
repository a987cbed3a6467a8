"""Kubernetes Secrets whose data stands in the repository."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._kubernetes_parts import Manifest
from autodevops.facts.dockerfiles import for_development
from autodevops.facts.kubernetes import Kubernetes
from autodevops.facts.secrets import Nature, judge_value
from autodevops.model.finding import Confidence

_PUBLIC_KEYS = frozenset({"tls.crt", "ca.crt", "ca.pem", "namespace", "type"})


class SecretKey(NamedTuple):
    """One key of a Secret with literal data."""

    name: str
    """The key."""
    line: int
    """1-based line."""
    reason: str
    """Why its data counts."""


class ManifestSecret(Struct, frozen=True, kw_only=True):
    """One Secret with literal data."""

    path: str
    """The file."""
    name: str
    """Name of the Secret."""
    keys: tuple[SecretKey, ...]
    """Its keys with literal data; at least one."""


class ManifestSecrets(Struct, frozen=True):
    """Secrets whose data stands in the repository."""

    found: tuple[ManifestSecret, ...]
    """By file."""


@fact
def manifest_secrets(kubernetes: Kubernetes) -> ManifestSecrets:
    """Judge the data of every Secret, and the literals of every secret generator."""
    found = []
    for manifest in kubernetes.manifests:
        if manifest.kind == "Secret" and not _is_encrypted(manifest):
            keys = tuple(_keys(manifest))
            if keys:
                found.append(ManifestSecret(path=manifest.path, name=manifest.name, keys=keys))
    for kustomization in kubernetes.kustomizations:
        generators = kustomization.node.get("secretGenerator")
        for item in _yaml.items_of(generators):
            keys = tuple(_literals(kustomization.path, item.get("literals")))
            name = item.get("name")
            if keys:
                title = (name.as_text or "") if name is not None else ""
                found.append(ManifestSecret(path=kustomization.path, name=title, keys=keys))
    return ManifestSecrets(tuple(found))


def _is_encrypted(manifest: Manifest) -> bool:
    return manifest.node.get("sops") is not None


def _keys(manifest: Manifest) -> Iterator[SecretKey]:
    for field in ("data", "stringData"):
        node = manifest.node.get(field)
        for name, (key, value) in node.index.items() if isinstance(node, _yaml.Mapping) else ():
            text = value.as_text
            if not text or name in _PUBLIC_KEYS:
                continue
            plain = _decoded(text) if field == "data" else text
            reason = None if plain is None else _reason(manifest.path, name, plain)
            if reason is not None:
                yield SecretKey(name, key.line, reason)


def _literals(path: str, node: _yaml.Node | None) -> Iterator[SecretKey]:
    for item in _yaml.items_of(node):
        name, _, value = (item.as_text or "").partition("=")
        reason = _reason(path, name, value) if value else None
        if reason is not None:
            yield SecretKey(name, item.line, reason)


def _decoded(text: str) -> str | None:
    """Return what Base64 holds; None when it is no text or no Base64 at all."""
    try:
        return b64decode("".join(text.split()), validate=True).decode("utf-8").strip()
    except (Error, ValueError):
        return None


def _reason(path: str, name: str, value: str) -> str | None:
    """Return why data counts as literal; None for placeholders, references and plain words."""
    judgement = judge_value(name, value, path)
    if judgement.is_secret:
        return judgement.reason
    if judgement.nature is Nature.WEAK and not for_development(path):
        return judgement.reason
    if judgement.nature is not Nature.INNOCENT:
        return None
    # Everything in a Secret is meant to be one, whatever its key is called.
    again = judge_value("secret", value, path)
    sure = again.is_secret and again.confidence is Confidence.HIGH
    return "a generated value in a Secret" if sure else None
