"""The rules about Kubernetes: layout, Secrets, hygiene of workloads."""

from base64 import b64encode

import pytest

from autodevops.rules import kubernetes as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, subjects, violations

KEY = "kX9vQ2mZ7pL4tR8wN1bC6yD3"
KUSTOMIZED = {
    "k8s/base/kustomization.yaml": "resources:\n- deployment.yaml\n",
    "k8s/base/deployment.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "k8s/overlays/staging/kustomization.yaml": "resources:\n- ../../base\n",
    "k8s/overlays/production/kustomization.yaml": "resources:\n- ../../base\n",
}


@pytest.mark.parametrize(
    "rule",
    [rules.kustomize_layout, rules.manifest_secret, rules.workload_hygiene],
    ids=lambda rule: rule.id,
)
@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "kind: Deployment\n"},
        {"k8s/client.go": "package k8s\n"},
        {"chart/Chart.yaml": "name: a\n", "chart/templates/d.yaml": "{{ if }}\nkind: Secret\n"},
        {"docs/deployment.yaml": "apiVersion: v1\nkind: Secret\nstringData: {a: b}\n"},
        {".github/workflows/ci.yml": "on: push\n"},
    ],
)
def test_a_repository_without_manifests_is_not_asked(rule: Rule, files: dict[str, str]) -> None:
    assert is_not_applicable(rule, files)


class TestKustomizeLayout:
    def test_the_guide_s_layout(self) -> None:
        assert not subjects(rules.kustomize_layout, KUSTOMIZED)

    def test_what_is_missing(self) -> None:
        files = {"k8s/deployment.yaml": KUSTOMIZED["k8s/base/deployment.yaml"]}
        assert subjects(rules.kustomize_layout, files) == [
            "k8s/base",
            "k8s/overlays/staging",
            "k8s/overlays/production",
        ]

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("resources:\n- deployment.yaml\n- gone.yaml\n", 3),
            ("components:\n- ../gone\n", 2),
            ("resources:\n- ../overlays\n", 2),
            ("patches:\n- path: gone.yaml\n", 2),
            ("configMapGenerator:\n- name: a\n  files: [x=gone.txt]\n", 3),
        ],
    )
    def test_a_resource_that_does_not_exist(self, text: str, line: int) -> None:
        files = KUSTOMIZED | {"k8s/base/kustomization.yaml": text}
        assert lines(rules.kustomize_layout, files) == [("k8s/base/kustomization.yaml", line)]

    @pytest.mark.parametrize(
        "text",
        [
            "resources:\n- https://example.com/a.yaml\n- github.com/acme/x//deploy?ref=v1\n",
            "resources:\n- deployment.yaml\npatches:\n- patch: |\n    a: b\n  target: {kind: X}\n",
            "patchesStrategicMerge:\n- |-\n  apiVersion: v1\n",
            "configMapGenerator:\n- name: a\n  envs: [secret.env]\n",
            "secretGenerator:\n- name: a\n  envs: [.env.production]\n",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: [x]\n",
            "resources: []\nimages:\n- name: a\n  newTag: '1'\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = KUSTOMIZED | {"k8s/base/kustomization.yaml": text, ".gitignore": "secret.env\n"}
        assert not subjects(rules.kustomize_layout, files)

    def test_other_layouts_elsewhere_are_theirs(self) -> None:
        files = {path.replace("k8s/", "apps/"): text for path, text in KUSTOMIZED.items()}
        del files["apps/overlays/staging/kustomization.yaml"]
        assert not subjects(rules.kustomize_layout, files)


def secret(body: str, path: str = "k8s/secret.yaml") -> dict[str, str]:
    return {path: f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n{body}"}


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


class TestManifestSecret:
    @pytest.mark.parametrize(
        ("body", "line"),
        [
            (f"data:\n  user: {encoded('ada')}\n  password: {encoded(KEY)}\n", 7),
            (f"stringData:\n  api-key: {KEY}\n", 6),
            (f"stringData:\n  anything: {KEY}\n", 6),
            (f"data:\n  password: {encoded('postgres')}\n", 6),
        ],
    )
    def test_literal_data(self, body: str, line: int) -> None:
        (found,) = violations(rules.manifest_secret, secret(body))
        assert found.subject == "k8s/secret.yaml#db"
        assert found.locations[0].line == line
        assert KEY not in repr(found)

    @pytest.mark.parametrize(
        "body",
        [
            "stringData:\n  password: CHANGE_ME\n",
            "stringData:\n  password: ${DB_PASSWORD}\n",
            "stringData:\n  password: ''\n",
            f"data:\n  password: {encoded('<your-password>')}\n",
            "data:\n  password: ENC[AES256_GCM,data:abc]\nsops:\n  version: 3.9\n",
            f"stringData:\n  username: {'ada'}\n",
            "type: Opaque\n",
        ],
    )
    def test_innocent(self, body: str) -> None:
        assert not subjects(rules.manifest_secret, secret(body))

    def test_sealed_and_external_secrets(self) -> None:
        body = secret(f"data:\n  password: {encoded(KEY)}\n")["k8s/secret.yaml"]
        for kind in ("SealedSecret", "ExternalSecret"):
            files = {"k8s/a.yaml": body.replace("kind: Secret", f"kind: {kind}")}
            assert not subjects(rules.manifest_secret, files)

    def test_literals_of_a_generator(self) -> None:
        text = f"secretGenerator:\n- name: db\n  literals:\n  - password={KEY}\n"
        files = {"deploy/kustomization.yaml": text}
        assert lines(rules.manifest_secret, files) == [("deploy/kustomization.yaml", 4)]


def workload(container: str, kind: str = "Deployment") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n  template:\n"
        f"    spec:\n      containers:\n      - name: api\n{container}"
    )


GOOD = (
    "        image: acme/api:1.2\n        readinessProbe: {}\n"
    "        resources: {limits: {memory: 1Gi}}\n"
)


class TestWorkloadHygiene:
    @pytest.mark.parametrize(
        ("container", "lacks"),
        [
            (GOOD.replace("        readinessProbe: {}\n", ""), ["probe of api"]),
            (GOOD.replace("limits", "requests"), ["limits of api"]),
            (GOOD.replace(":1.2", ""), ["image pin of api (acme/api)"]),
            (GOOD.replace("1.2", "latest"), ["image pin of api (acme/api:latest)"]),
            ("        image: a\n", ["probe of api", "limits of api", "image pin of api (a)"]),
        ],
    )
    def test_what_is_missing(self, container: str, lacks: list[str]) -> None:
        (found,) = violations(rules.workload_hygiene, {"k8s/a.yaml": workload(container)})
        assert found.subject == "k8s/a.yaml#Deployment/api"
        assert found.evidence["lacks"] == lacks

    def test_a_tidy_one(self) -> None:
        assert not subjects(rules.workload_hygiene, {"k8s/a.yaml": workload(GOOD)})

    def test_jobs_need_no_probes(self) -> None:
        container = GOOD.replace("        readinessProbe: {}\n", "")
        assert not subjects(rules.workload_hygiene, {"k8s/a.yaml": workload(container, "Job")})

    def test_patches_and_image_overrides_count(self) -> None:
        bare = workload("        image: acme/api\n")
        patch = workload("        livenessProbe: {}\n        resources: {limits: {cpu: 1}}\n")
        files = {
            "k8s/base/a.yaml": bare,
            "k8s/overlays/x/patch.yaml": patch,
            "k8s/overlays/x/kustomization.yaml": "images:\n- name: acme/api\n  newTag: '1'\n",
        }
        assert not subjects(rules.workload_hygiene, files)
        assert subjects(rules.workload_hygiene, {"k8s/base/a.yaml": bare})

    def test_default_limits_of_the_namespace_count(self) -> None:
        files = {
            "k8s/a.yaml": workload(GOOD.replace("limits", "requests")),
            "k8s/l.yaml": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\n",
        }
        assert not subjects(rules.workload_hygiene, files)

    def test_generated_files_are_not_asked(self) -> None:
        text = "# This manifest was generated by flux. DO NOT EDIT.\n" + workload(
            "        image: a\n"
        )
        assert is_not_applicable(rules.workload_hygiene, {"clusters/a.yaml": text})
