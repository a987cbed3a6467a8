"""Kubernetes workloads with what they lack, patches and image overrides taken into account."""

from collections.abc import Iterator
from typing import NamedTuple

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
    patched: dict[tuple[str, str], _Given] = {}
    for manifest in kubernetes.manifests:
        for container in containers(manifest):
            patched.setdefault(manifest.key, _Given(set(), set(), set())).take(container)
    found = []
    for manifest in kubernetes.manifests:
        whole = [one for one in containers(manifest) if one.image]
        if not is_workload(manifest) or not whole:
            continue
        given = patched[manifest.key]
        lacks = [
            *_probes(manifest, whole, given),
            *(() if default_limits else _limits(whole, given)),
            *_pins(whole, given, overridden),
        ]
        found.append(Workload(manifest=manifest, lacks=tuple(lacks)))
    return Workloads(tuple(found))


class _Given(NamedTuple):
    """The names of containers that the parts of one workload, patches too, give something."""

    probed: set[str]
    limited: set[str]
    pinned: set[str]

    def take(self, one: Container) -> None:
        """Take in what one part says of a container."""
        if one.has_probe:
            self.probed.add(one.name)
        if one.has_limits:
            self.limited.add(one.name)
        if one.image and image_name(one.image).is_pinned:
            self.pinned.add(one.name)


def _probes(manifest: Manifest, whole: list[Container], given: _Given) -> Iterator[Lack]:
    """Yield the containers that should be probed: those with ports, and one of each pod."""
    if manifest.kind not in LONG_RUNNING:
        return
    main = [one for one in whole if not one.is_initial]
    wanted = [one for one in main if one.has_ports] or main[:1]
    if not any(one.has_ports for one in main) and given.probed:
        return
    for one in wanted:
        if one.name not in given.probed:
            yield Lack(what="probe", container=one.name, line=one.line, actual="")


def _limits(whole: list[Container], given: _Given) -> Iterator[Lack]:
    for one in whole:
        if not one.is_initial and one.name not in given.limited:
            yield Lack(what="limits", container=one.name, line=one.line, actual="")


def _pins(whole: list[Container], given: _Given, overridden: frozenset[str]) -> Iterator[Lack]:
    for one in whole:
        text = one.image or ""
        name = image_name(text)
        is_set = not overridden.isdisjoint({text, name.repository, text.partition(":")[0]})
        is_open = "$" in text or not text.isascii()
        if not (name.is_pinned or is_set or is_open or one.name in given.pinned):
            yield Lack(what="image pin", container=one.name, line=one.image_line, actual=text)
