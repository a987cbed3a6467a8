"""The rules about Terraform: remote state, equal environments, modules, versions."""

import pytest
from msgspec import structs

from autodevops.guide.load import built_in_guide
from autodevops.model.finding import Unknown
from autodevops.rules import terraform as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations

RESOURCE = 'resource "aws_s3_bucket" "a" {}\n'
PROVIDER = 'provider "aws" {}\n'
PINNED = 'terraform {\n  required_providers {\n    aws = { version = "~> 5.0" }\n  }\n}\n'
BACKEND = 'terraform {\n  backend "s3" {}\n}\n'
STAGING = "infra/terraform/environments/staging"
PRODUCTION = "infra/terraform/environments/production"


@pytest.mark.parametrize(
    "rule",
    [
        rules.remote_state,
        rules.environment_parity,
        rules.duplicated_resource,
        rules.unpinned_provider,
    ],
    ids=lambda rule: rule.id,
)
def test_a_repository_without_terraform_is_not_asked(rule: Rule) -> None:
    files = {"README.md": PROVIDER, "examples/a/main.tf": PROVIDER + RESOURCE}
    assert is_not_applicable(rule, files)


def test_what_is_not_hcl_stays_open() -> None:
    said = outcomes(rules.unpinned_provider, {"infra/a.tf": "resource {{{\n"})
    assert [type(one) for one in said] == [Unknown]


class TestRemoteState:
    @pytest.mark.parametrize(
        ("files", "place"),
        [
            ({"infra/main.tf": PROVIDER + RESOURCE}, ("infra/main.tf", None)),
            ({f"{STAGING}/main.tf": RESOURCE}, (f"{STAGING}/main.tf", None)),
            ({"infra/terraform/main.tf": RESOURCE}, ("infra/terraform/main.tf", None)),
            ({"a/b.tf": 'terraform {\n  backend "local" {}\n}\n'}, ("a/b.tf", 2)),
        ],
    )
    def test_without_a_remote_backend(
        self, files: dict[str, str], place: tuple[str, int | None]
    ) -> None:
        assert lines(rules.remote_state, files) == [place]

    @pytest.mark.parametrize(
        "text",
        [
            BACKEND,
            'terraform {\n  cloud {\n    organization = "a"\n  }\n}\n',
            'terraform {\n  backend "gcs" {\n    bucket = "x"\n  }\n}\n',
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = {"infra/main.tf": PROVIDER + RESOURCE, "infra/backend.tf": text}
        assert not subjects(rules.remote_state, files)

    @pytest.mark.parametrize(
        "files",
        [
            {"main.tf": RESOURCE, "variables.tf": 'variable "a" {}\n'},
            {"modules/a/main.tf": PROVIDER + RESOURCE},
            {"infra/main.tf": PROVIDER + RESOURCE, "infra/terragrunt.hcl": ""},
            {"infra/vars/variables.tf": 'variable "a" {}\n'},
        ],
    )
    def test_modules_have_no_backend(self, files: dict[str, str]) -> None:
        assert is_not_applicable(rules.remote_state, files)

    def test_a_called_folder_is_a_module(self) -> None:
        files = {
            "infra/main.tf": BACKEND + 'module "a" {\n  source = "./net"\n}\n',
            "infra/net/main.tf": PROVIDER + RESOURCE,
        }
        assert not subjects(rules.remote_state, files)


class TestEnvironmentParity:
    def test_what_only_one_has(self) -> None:
        files = {
            f"{STAGING}/main.tf": 'variable "a" {}\nmodule "m" {\n  source = "x"\n}\n',
            f"{PRODUCTION}/main.tf": 'variable "a" {}\nvariable "b" {}\n',
            f"{PRODUCTION}/alarms.tf": "",
        }
        (found,) = violations(rules.environment_parity, files)
        assert found.evidence["differences"] == [
            "module m only in staging",
            "file alarms.tf only in production",
            "variable b only in production",
        ]

    def test_one_of_them_missing(self) -> None:
        files = {f"{PRODUCTION}/main.tf": RESOURCE}
        (found,) = violations(rules.environment_parity, files)
        assert found.evidence == {"there": "production", "missing": "staging"}

    def test_variables_files(self) -> None:
        files = {
            "infra/staging.tfvars": 'size = "s"\n',
            "infra/production.tfvars": 'size = "l"\nreplicas = 3\n',
        }
        (found,) = violations(rules.environment_parity, files)
        assert found.evidence["differences"] == ["setting replicas only in production.tfvars"]

    @pytest.mark.parametrize(
        ("staging", "production"),
        [
            ('module "m" {\n  source = "x"\n  size = 1\n}\n', 'module "m" {\n  source = "x"\n}\n'),
            ('variable "a" {\n  default = 1\n}\n', 'variable "a" {\n  default = 2\n}\n'),
            (
                'terraform {\n  backend "s3" {\n    key = "staging"\n  }\n}\n',
                'terraform {\n  backend "s3" {\n    key = "production"\n  }\n}\n',
            ),
            (
                'module "staging_net" {\n  source = "x"\n}\n',
                'module "production_net" {\n  source = "x"\n}\n',
            ),
        ],
    )
    def test_innocent(self, staging: str, production: str) -> None:
        files = {f"{STAGING}/main.tf": staging, f"{PRODUCTION}/main.tf": production}
        assert not subjects(rules.environment_parity, files)

    def test_a_guide_without_environments_compares_none(self) -> None:
        none = structs.replace(built_in_guide().infrastructure, environments=())
        guide = structs.replace(built_in_guide(), infrastructure=none)
        assert is_not_applicable(rules.environment_parity, {"main.tf": RESOURCE}, guide=guide)

    def test_other_environments_are_the_team_s_matter(self) -> None:
        files = {"envs/dev/main.tf": RESOURCE, "envs/prod/main.tf": RESOURCE}
        assert is_not_applicable(rules.environment_parity, files)


class TestDuplicatedResource:
    def test_both_write_it_out(self) -> None:
        files = {f"{STAGING}/main.tf": RESOURCE, f"{PRODUCTION}/main.tf": f"\n{RESOURCE}"}
        (found,) = violations(rules.duplicated_resource, files)
        assert found.evidence == {"resources": ["aws_s3_bucket.a"]}
        assert [place.line for place in found.locations] == [1, 2]

    def test_both_call_a_module(self) -> None:
        call = 'module "a" {\n  source = "../../modules/a"\n}\n'
        files = {
            f"{STAGING}/main.tf": call,
            f"{PRODUCTION}/main.tf": call,
            "infra/terraform/modules/a/main.tf": RESOURCE,
        }
        assert not subjects(rules.duplicated_resource, files)


def root(text: str) -> dict[str, str]:
    return {"infra/main.tf": BACKEND + text, "infra/.terraform.lock.hcl": ""}


class TestUnpinnedProvider:
    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ('"git::https://example.com/a.git"', "no ?ref= with a tag or commit"),
            ('"git::https://example.com/a.git?ref=main"', "?ref=main is a branch"),
            ('"github.com/acme/a"', "no ?ref= with a tag or commit"),
            ('"terraform-aws-modules/vpc/aws"', "no version"),
        ],
    )
    def test_a_module(self, source: str, reason: str) -> None:
        (found,) = violations(
            rules.unpinned_provider, root(f'module "a" {{\n  source = {source}\n}}\n')
        )
        assert found.subject == "infra/main.tf#module.a"
        assert found.evidence["actual"] == reason

    @pytest.mark.parametrize(
        "source",
        [
            '"./net"',
            '"git::https://example.com/a.git?ref=v1.2.0"',
            '"git::https://example.com/a.git//sub?depth=1&ref=0123abc"',
            '"terraform-aws-modules/vpc/aws"\n  version = "5.1.0"',
            '"app.terraform.io/acme/vpc/aws"\n  version = "~> 1.0"',
            "var.source",
        ],
    )
    def test_innocent_modules(self, source: str) -> None:
        text = f'module "a" {{\n  source = {source}\n}}\n'
        assert not subjects(rules.unpinned_provider, root(text))

    def test_providers_and_the_lock_file(self) -> None:
        (found,) = violations(rules.unpinned_provider, {"infra/main.tf": BACKEND + RESOURCE})
        assert found.evidence == {"providers": ["aws"], "lock": "infra/.terraform.lock.hcl"}
        (found,) = violations(rules.unpinned_provider, root(RESOURCE))
        assert found.evidence == {"providers": ["aws"], "lock": None}

    @pytest.mark.parametrize(
        "text",
        [
            PINNED + RESOURCE,
            f'provider "aws" {{\n  version = "~> 4.0"\n}}\n{RESOURCE}',
            PINNED + 'resource "terraform_data" "x" {}\n',
            'variable "a" {}\n',
            PINNED + 'resource "aws_x" "y" {\n  provider = aws.other\n}\n',
        ],
    )
    def test_innocent_providers(self, text: str) -> None:
        assert not subjects(rules.unpinned_provider, root(text))

    def test_a_module_may_leave_the_version_to_its_caller(self) -> None:
        assert not subjects(rules.unpinned_provider, {"modules/a/main.tf": RESOURCE})
