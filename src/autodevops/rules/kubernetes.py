"""Docker & Kubernetes Manifests: layout of kustomizations, Secrets, hygiene of workloads."""

from collections.abc import Iterator

from autodevops.facts._kubernetes_parts import Manifest
from autodevops.facts.ignores import Ignores
from autodevops.facts.kubernetes import KUSTOMIZATIONS, Kubernetes, Kustomization
from autodevops.facts.manifest_secrets import ManifestSecrets
from autodevops.facts.path_index import PathIndex
from autodevops.facts.workloads import Workload, Workloads
from autodevops.guide.model import ContainerPolicy
from autodevops.model.finding import NotApplicable, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Docker & Kubernetes Manifests"
_FOLDERS = frozenset({"resources", "bases", "components", "generators", "transformers"})


@rule("CO010", "kustomize-layout", section=_SECTION, severity=Severity.MEDIUM)
def kustomize_layout(
    kubernetes: Kubernetes, policy: ContainerPolicy, index: PathIndex, ignores: Ignores
) -> Iterator[Violation]:
    """`k8s/base` and each of `k8s/overlays` has a kustomization whose resources exist.

    One base with an overlay for each environment keeps them alike; a resource that does not exist
    stops the whole environment from being applied.

    Remedy: Put what is shared in `k8s/base`, differences in `k8s/overlays/staging` and
    `k8s/overlays/production`, each with a `kustomization.yaml` that names existing files.

    Example:
        # k8s/overlays/staging/kustomization.yaml
        resources:
          - ../../common   # before: there is no such folder
          - ../../base     # after
    """
    root = policy.kubernetes_folder.rstrip("/")
    if any(one.path.startswith(f"{root}/") for one in _everything(kubernetes)):
        wanted = [f"{root}/{policy.kubernetes_base}"]
        wanted += [f"{root}/overlays/{name}" for name in policy.kubernetes_overlays]
        for folder in wanted:
            if not any(index.holds(f"{folder}/{name}") for name in KUSTOMIZATIONS):
                yield Violation(
                    subject=folder,
                    message=f"{folder}/ has no {KUSTOMIZATIONS[0]}",
                    evidence={"expected": f"{folder}/{KUSTOMIZATIONS[0]}"},
                )
    for kustomization in kubernetes.kustomizations:
        yield from _dangling(kustomization, index, ignores)


def _everything(kubernetes: Kubernetes) -> tuple[Manifest | Kustomization, ...]:
    return (*kubernetes.manifests, *kubernetes.kustomizations)


def _dangling(
    kustomization: Kustomization, index: PathIndex, ignores: Ignores
) -> Iterator[Violation]:
    for one in kustomization.references:
        if ignores.ignoring(one.path) is not None:
            continue
        folder = one.path in index.folders or not one.path
        lacks = folder and one.field in _FOLDERS and not _is_kustomized(one.path, index)
        if index.holds(one.path) and not lacks:
            continue
        says = "which has no kustomization" if lacks else "which does not exist"
        yield Violation(
            subject=f"{kustomization.path}#{one.written}",
            message=f"{kustomization.path} names {one.written} in {one.field}, {says}",
            at=in_file(kustomization.path, one.line),
            evidence={"field": one.field, "looked_for": one.path},
        )


def _is_kustomized(folder: str, index: PathIndex) -> bool:
    prefix = f"{folder}/" if folder else ""
    return any(index.holds(f"{prefix}{name}") for name in KUSTOMIZATIONS)


@rule("CO011", "manifest-secret", section=_SECTION, severity=Severity.HIGH)
def manifest_secret(secrets: ManifestSecrets) -> Iterator[Violation]:
    """No Secret manifest holds literal data.

    Base64 hides nothing: whoever may clone can read the Secret.

    Remedy: Rotate it; then use SealedSecrets, ExternalSecrets or SOPS, or create the Secret outside
    of git.

    Example:
        # before
        kind: Secret
        stringData: {token: "..."}
        # after
        kind: ExternalSecret
        spec:
          data: [{secretKey: token, remoteRef: {key: api-token}}]
    """
    for one in secrets.found:
        names = [key.name for key in one.keys]
        title = one.name or one.path.rpartition("/")[2]
        yield Violation(
            subject=f"{one.path}#{title}",
            message=f"Secret {title} in {one.path} holds literal data in {listed(names)}",
            at=tuple(in_file(one.path, key.line) for key in one.keys),
            evidence={"keys": {key.name: key.reason for key in one.keys}},
        )


@rule("CO012", "workload-hygiene", section=_SECTION, severity=Severity.LOW)
def workload_hygiene(workloads: Workloads) -> Iterator[Violation | NotApplicable]:
    """Workloads set probes, resource limits and a pinned image.

    Without a probe traffic goes to pods that can't answer, without limits one pod starves the
    others, and an image that moves makes two pods of one deployment differ. Jobs need no probes.

    Remedy: Set a readiness or liveness probe, `resources.limits`, and an image with a version, in
    the manifest, in a patch, or by `images:` of a kustomization.

    Example:
        # before
        - name: api
          image: ghcr.io/acme/api:latest
        # after
        - name: api
          image: ghcr.io/acme/api:1.4.2
          readinessProbe: {httpGet: {path: /health, port: 8000}}
          resources: {limits: {cpu: 500m, memory: 512Mi}}
    """
    if not workloads.workloads:
        yield NotApplicable(reason="no manifest is a workload")
    for one in workloads.workloads:
        if one.lacks:
            yield _untidy(one)


def _untidy(workload: Workload) -> Violation:
    manifest = workload.manifest
    title = f"{manifest.kind}/{manifest.name}"
    told = [
        f"{one.what} of {one.container}" + (f" ({one.actual})" if one.actual else "")
        for one in workload.lacks
    ]
    return Violation(
        subject=f"{manifest.path}#{title}",
        message=f"{title} in {manifest.path} lacks {listed(told)}",
        at=tuple(dict.fromkeys(in_file(manifest.path, one.line) for one in workload.lacks)),
        evidence={"lacks": told},
    )
