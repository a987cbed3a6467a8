"""What Kubernetes manifests say: workloads with their containers, and Secrets."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml

_POD_SPECS = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Rollout": ("spec", "template", "spec"),
}
LONG_RUNNING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout"})
"""Kinds whose containers are meant to stay up."""


class Manifest(Struct, frozen=True, kw_only=True):
    """One Kubernetes object."""

    path: str
    """The file."""
    kind: str
    """Its kind."""
    name: str
    """Its name; empty without one."""
    line: int
    """1-based line of its kind."""
    node: _yaml.Mapping
    """The whole document."""

    @property
    def key(self) -> tuple[str, str]:
        """Return what identifies it among files that patch each other."""
        return self.kind, self.name


class Container(NamedTuple):
    """One container of a workload."""

    name: str
    """Its name."""
    image: str | None
    """Image as written."""
    image_line: int
    """1-based line of the image."""
    line: int
    """1-based line of the container."""
    has_ports: bool
    """Whether it names ports."""
    has_probe: bool
    """Whether it has a readiness, liveness or startup probe."""
    has_limits: bool
    """Whether it limits what it takes."""
    is_initial: bool
    """Whether it runs before the others and ends."""


def read_manifest(path: str, node: _yaml.Node) -> Iterator[Manifest]:
    """Yield the object of a document, or those of a `List`."""
    kind = node.get("kind")
    if not isinstance(node, _yaml.Mapping) or kind is None or node.get("apiVersion") is None:
        return
    items = node.get("items")
    if (kind.as_text or "").endswith("List") and isinstance(items, _yaml.Sequence):
        for item in items.items:
            yield from read_manifest(path, item)
        return
    name = node.path("metadata", "name")
    yield Manifest(
        path=path,
        kind=kind.as_text or "",
        name=(name.as_text or "") if name is not None else "",
        line=kind.line,
        node=node,
    )


def is_workload(manifest: Manifest) -> bool:
    """Tell whether an object runs containers."""
    return manifest.kind in _POD_SPECS


def containers(manifest: Manifest) -> tuple[Container, ...]:
    """Return the containers of a workload."""
    keys = _POD_SPECS.get(manifest.kind)
    spec = None if keys is None else manifest.node.path(*keys)
    if spec is None:
        return ()
    return (
        *_containers(spec.get("containers"), initial=False),
        *_containers(spec.get("initContainers"), initial=True),
    )


def _containers(node: _yaml.Node | None, *, initial: bool) -> Iterator[Container]:
    for item in _yaml.items_of(node):
        if not isinstance(item, _yaml.Mapping):
            continue
        image, name = item.get("image"), item.get("name")
        probes = ("readinessProbe", "livenessProbe", "startupProbe")
        yield Container(
            name=(name.as_text or "") if name is not None else "",
            image=None if image is None else image.as_text,
            image_line=item.line if image is None else image.line,
            line=item.line,
            has_ports=item.get("ports") is not None,
            has_probe=any(item.get(probe) is not None for probe in probes),
            has_limits=item.path("resources", "limits") is not None,
            is_initial=initial,
        )
