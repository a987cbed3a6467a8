"""Kubernetes workloads with what they lack, patches and image overrides taken into account."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._image_names import image_name
from autodevops.facts._kubernetes_parts import (
    LONG_RUNNING,
    Container,
    Manifest,
    containers,
    is_workload,
)
from autodevops.facts.kubernetes import Kubernetes


class Lack(Struct, frozen=True, kw_only=True):
    """One thing that one container lacks."""

    what: str
    """`probe`, `limits` or `image pin`."""
    container: str
    """Name of the container."""
    line: int
    """1-based line."""
    actual: str
    """What stands there instead; empty where nothing does."""


class Workload(Struct, frozen=True, kw_only=True):
    """One workload that runs containers."""

    manifest: Manifest
    """Its object."""
    lacks: tuple[Lack, ...]
    """What its containers lack."""


class Workloads(Struct, frozen=True):
    """Every workload that is whole; patches are none."""

    workloads: tuple[Workload, ...]
    """By file."""


@fact
def workloads(kubernetes: Kubernetes) -> Workloads:
    """Find what the containers of each workload lack after all patches."""
    overridden = frozenset().union(*(one.images for one in kubernetes.kustomizations))
    default_limits = any(one.kind == "LimitRange" for one in kubernetes.manifests)
    patched: dict[tuple[str, str], list[Container]] = {}
    for manifest in kubernetes.manifests:
        for container in containers(manifest):
            patched.setdefault(manifest.key, []).append(container)
    found = []
    for manifest in kubernetes.manifests:
        whole = [one for one in containers(manifest) if one.image]
        if not is_workload(manifest) or not whole:
            continue
        parts = patched[manifest.key]
        lacks = [
            *_probes(manifest, whole, parts),
            *(() if default_limits else _limits(whole, parts)),
            *_pins(whole, parts, overridden),
        ]
        found.append(Workload(manifest=manifest, lacks=tuple(lacks)))
    return Workloads(tuple(found))


def _probes(manifest: Manifest, whole: list[Container], parts: list[Container]) -> Iterator[Lack]:
    """Yield the containers that should be probed: those with ports, and one of each pod."""
    if manifest.kind not in LONG_RUNNING:
        return
    probed = {one.name for one in parts if one.has_probe}
    main = [one for one in whole if not one.is_initial]
    wanted = [one for one in main if one.has_ports] or main[:1]
    if not any(one.has_ports for one in main) and probed:
        return
    for one in wanted:
        if one.name not in probed:
            yield Lack(what="probe", container=one.name, line=one.line, actual="")


def _limits(whole: list[Container], parts: list[Container]) -> Iterator[Lack]:
    limited = {one.name for one in parts if one.has_limits}
    for one in whole:
        if not one.is_initial and one.name not in limited:
            yield Lack(what="limits", container=one.name, line=one.line, actual="")


def _pins(
    whole: list[Container], parts: list[Container], overridden: frozenset[str]
) -> Iterator[Lack]:
    pinned = {one.name for one in parts if one.image and image_name(one.image).is_pinned}
    for one in whole:
        text = one.image or ""
        name = image_name(text)
        is_set = not overridden.isdisjoint({text, name.repository, text.partition(":")[0]})
        if name.is_pinned or is_set or one.name in pinned or not text.isascii() or "$" in text:
            continue
        yield Lack(what="image pin", container=one.name, line=one.image_line, actual=text)
