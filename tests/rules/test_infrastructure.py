"""The rules about infrastructure code: place, secrets, state, READMEs, Railway."""

import pytest

from autodevops.rules import infrastructure as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, subjects, violations

KEY = "kX9vQ2mZ7pL4tR8wN1bC6yD3"
API = {"app/main.py": "x = 1\n"}
PLATFORM = API | {"frontend/package.json": "{}"}
MAIN = 'resource "aws_s3_bucket" "a" {}\n'


@pytest.mark.parametrize(
    "rule",
    [
        rules.iac_outside_infra,
        rules.iac_secret,
        rules.state_committed,
        rules.provider_readme,
        rules.railway_config,
    ],
    ids=lambda rule: rule.id,
)
def test_a_repository_without_infrastructure_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, API | {"docs/main.tf": MAIN, "infra.py": "x"})


class TestIacOutsideInfra:
    @pytest.mark.parametrize(
        ("path", "subject"),
        [
            ("terraform/main.tf", "terraform"),
            ("deploy/tf/a.tf", "deploy"),
            ("main.tf", "main.tf"),
            ("pulumi/Pulumi.yaml", "pulumi/Pulumi.yaml"),
            ("deploy/railway.toml", "deploy/railway.toml"),
        ],
    )
    def test_outside(self, path: str, subject: str) -> None:
        assert subjects(rules.iac_outside_infra, API | {path: ""}) == [subject]

    def test_one_finding_a_folder(self) -> None:
        files = API | {"terraform/a.tf": "", "terraform/b/c.tf": ""}
        (found,) = violations(rules.iac_outside_infra, files)
        assert found.evidence["files"] == 2

    @pytest.mark.parametrize(
        "files",
        [
            {"infra/terraform/main.tf": MAIN},
            {"railway.toml": ""},
            {"vercel.json": "{}"},
            {"frontend/vercel.json": "{}", "frontend/package.json": "{}"},
            {"infra/railway/railway.toml": ""},
            {"infra/a.tf": "", "tests/fixtures/main.tf": MAIN},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.iac_outside_infra, API | files)

    def test_a_repository_that_is_infrastructure(self) -> None:
        assert is_not_applicable(rules.iac_outside_infra, {"main.tf": MAIN, "modules/a/b.tf": ""})


class TestIacSecret:
    @pytest.mark.parametrize(
        ("path", "text", "line"),
        [
            ("infra/a.tf", f'resource "x" "y" {{\n  password = "{KEY}"\n}}\n', 2),
            ("infra/a.tf", f'variable "db_password" {{\n  default = "{KEY}"\n}}\n', 2),
            (
                "infra/a.tf",
                f'resource "x" "y" {{\n  b {{\n    e = {{ API_KEY = "{KEY}" }}\n  }}\n}}',
                3,
            ),
            ("infra/prod.tfvars", f'a = 1\napi_key = "{KEY}"\n', 2),
            ("railway.toml", f'[variables]\nJWT_SECRET = "{KEY}"\n', 2),
            ("vercel.json", f'{{\n  "env": {{ "API_KEY": "{KEY}" }}\n}}\n', 2),
            ("render.yaml", f"services:\n- envVars:\n  - key: API_KEY\n    value: {KEY}\n", 4),
            ("infra/pulumi/Pulumi.prod.yaml", f"config:\n  app:dbPassword: {KEY}\n", 2),
            ("helm/a/values.yaml", f"db:\n  password: {KEY}\n", 2),
        ],
    )
    def test_a_literal(self, path: str, text: str, line: int) -> None:
        (found,) = violations(rules.iac_secret, {path: text, "helm/a/Chart.yaml": "name: a\n"})
        assert (found.locations[0].path, found.locations[0].line) == (path, line)
        assert KEY not in repr(found)

    def test_values_below_a_chart_in_the_root(self) -> None:
        files = {"Chart.yaml": "name: a\n", "ci/prod-values.yaml": f"db:\n  password: {KEY}\n"}
        assert lines(rules.iac_secret, files) == [("ci/prod-values.yaml", 2)]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("infra/a.tf", 'resource "x" "y" {\n  password = var.db_password\n}\n'),
            ("infra/a.tf", 'variable "db_password" {\n  sensitive = true\n}\n'),
            ("infra/a.tf", 'resource "x" "y" {\n  password = "${random_password.a.result}"\n}\n'),
            ("infra/a.tf", 'variable "db_password" {\n  default = "changeme"\n}\n'),
            ("infra/pulumi/Pulumi.prod.yaml", f"config:\n  a:dbPassword:\n    secure: {KEY}\n"),
            ("render.yaml", "services:\n- envVars:\n  - key: API_KEY\n    sync: false\n"),
            ("helm/a/values.yaml", "db:\n  existingSecret: database-credentials\n  password: ''\n"),
            ("fly.toml", '[env]\nPORT = "8080"\n'),
        ],
    )
    def test_innocent(self, path: str, text: str) -> None:
        assert not subjects(rules.iac_secret, {path: text, "helm/a/Chart.yaml": "name: a\n"})


class TestStateCommitted:
    @pytest.mark.parametrize(
        ("path", "subject"),
        [
            ("infra/terraform.tfstate", "infra/terraform.tfstate"),
            ("terraform.tfstate.backup", "terraform.tfstate.backup"),
            ("infra/.terraform/modules/modules.json", "infra/.terraform"),
            ("infra/a.tfplan", "infra/a.tfplan"),
            ("infra/plan.out", "infra/plan.out"),
            ("infra/terraform.tfstate.d/x/terraform.tfstate", None),
        ],
    )
    def test_tracked(self, path: str, subject: str | None) -> None:
        files = {path: "{}", "infra/main.tf": MAIN}
        assert subjects(rules.state_committed, files) == [subject or path]

    def test_a_working_folder_is_one_finding(self) -> None:
        files = {"infra/.terraform/a": "", "infra/.terraform/b/c": "", "infra/main.tf": MAIN}
        (found,) = violations(rules.state_committed, files)
        assert found.evidence == {"kind": "working folder", "files": 2}

    @pytest.mark.parametrize(
        "path",
        [
            "infra/.terraform.lock.hcl",
            "docs/terraform.tfstate.md",
            "tests/fixtures/terraform.tfstate",
            "plan.out",
            "scripts/tfplan.sh",
            ".terraform-version",
        ],
    )
    def test_innocent(self, path: str) -> None:
        assert not subjects(rules.state_committed, {path: "", "infra/main.tf": MAIN})


class TestProviderReadme:
    def test_missing(self) -> None:
        files = {"infra/railway/railway.toml": "", "infra/terraform/a/b.tf": ""}
        assert subjects(rules.provider_readme, files) == ["infra/railway", "infra/terraform"]

    @pytest.mark.parametrize(
        "files",
        [
            {"infra/railway/README.md": "", "infra/railway/railway.toml": ""},
            {"infra/railway/readme.rst": "", "infra/railway/railway.toml": ""},
            {"infra/main.tf": ""},
            {"infra/.cache/a.json": ""},
            {"infra/client/http.go": "package client\n"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.provider_readme, files)


GOOD = '[deploy]\nstartCommand = "x"\nhealthcheckPath = "/health"\n'


class TestRailwayConfig:
    def test_a_platform_without_one(self) -> None:
        assert subjects(rules.railway_config, PLATFORM) == ["infra/railway/railway.toml"]

    def test_a_platform_elsewhere_is_not_asked(self) -> None:
        assert is_not_applicable(rules.railway_config, PLATFORM | {"fly.toml": "app = 'x'\n"})

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ('[deploy]\nstartCommand = "x"\n', 2),
            ("[deploy\n", 1),
            (f'{GOOD}branch = "develop"\n', 4),
            ('[[services]]\nname = "api"\n[services.deploy]\nstartCommand = "x"\n', 2),
        ],
    )
    def test_broken(self, text: str, line: int) -> None:
        files = {"infra/railway/railway.toml": text}
        assert lines(rules.railway_config, files) == [("infra/railway/railway.toml", line)]

    @pytest.mark.parametrize(
        "text",
        [
            GOOD,
            f'{GOOD}branch = "main"\n',
            f'{GOOD}[environments.preview]\nbranch = "feature"\n',
            '[deploy]\ncronSchedule = "0 * * * *"\n',
            '[[services]]\nname = "api"\nhealthcheckPath = "/h"\n[[services]]\nname = "worker"\n',
            "# nothing\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.railway_config, {"infra/railway/railway.toml": text})

    def test_json_counts_too(self) -> None:
        files = {"railway.json": '{"deploy": {"startCommand": "x"}}'}
        assert subjects(rules.railway_config, files) == ["railway.json"]
        files = {"web/public/posts/railway.json": '{"data": [{"timestamp": "Feb 4"}]}'}
        assert is_not_applicable(rules.railway_config, files)
