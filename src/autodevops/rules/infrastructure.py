"""Infrastructure as Code (IaC) Placement: where it lies, what it holds, what must not be in git."""

from collections.abc import Iterator

from autodevops.facts.branches import Branches
from autodevops.facts.iac import InfrastructureCode
from autodevops.facts.iac_secrets import IacSecrets
from autodevops.facts.platform_files import PlatformFile, PlatformFiles
from autodevops.facts.services import Services
from autodevops.guide.model import BranchPolicy, InfrastructurePolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "Infrastructure as Code (IaC) Placement"
_MOST = 100
"""Most files that one finding lists."""


@rule("IN001", "iac-outside-infra", section=_SECTION, severity=Severity.LOW)
def iac_outside_infra(
    code: InfrastructureCode, services: Services, policy: InfrastructurePolicy
) -> Iterator[Violation | NotApplicable]:
    """Infrastructure code lives under `infra/`.

    One place for it means one owner, one lint job and one answer to what runs where. Platform files
    that a provider reads only from the root, of the repository or of a service, may stay there.

    Remedy: Move it below `infra/PROVIDER/` and adapt the paths in the pipelines.

    Example:
        # before
        terraform/main.tf
        # after
        infra/terraform/main.tf
    """
    if not code.paths:
        yield NotApplicable(reason="there is no infrastructure code")
        return
    if not services.of_code:
        yield NotApplicable(reason="there is no service; the repository may be infrastructure only")
        return
    for one in code.misplaced:
        yield Violation(
            subject=one.folder,
            message=f"{one.folder} holds {one.kind} ({counted(len(one.paths), 'file')}) outside "
            f"{policy.folder}/",
            at=tuple(map(in_file, one.paths[:_MOST])),
            evidence={"kind": one.kind, "files": len(one.paths), "expected": f"{policy.folder}/"},
        )


@rule("IN004", "iac-secret", section=_SECTION, severity=Severity.HIGH)
def iac_secret(found: IacSecrets) -> Iterator[Violation | NotApplicable]:
    """Infrastructure code holds no literal secret.

    Terraform, Pulumi, platform files and Helm values are read by everybody who may clone, and
    plans and pipelines print them. A default that is a secret is used when nobody notices.

    Remedy: Rotate the secret, then pass it in: a variable without a default and `sensitive = true`,
    the provider's secret manager, or a variable of the platform.

    Example:
        # before
        password = "..."
        # after
        password = var.database_password
    """
    if not found.files and not found.found:
        yield NotApplicable(reason="there is no infrastructure code")
    for one in found.found:
        yield Violation(
            subject=f"{one.path}#{one.name}",
            message=f"{one.name} in {one.where} is a literal secret: {one.reason}",
            at=in_file(one.path, one.line, end_line=one.end_line),
            evidence={"name": one.name, "in": one.where, "because": one.reason},
            confidence=one.confidence,
        )


@rule(
    "IN005",
    "state-committed",
    section=_SECTION,
    severity=Severity.CRITICAL,
    fix=Safety.SAFE,
)
def state_committed(code: InfrastructureCode) -> Iterator[Violation | NotApplicable]:
    """No Terraform state, plan or `.terraform` folder is tracked.

    State and plans hold every attribute of every resource in plain text, passwords included, and
    two people with their own copies overwrite each other's infrastructure.

    Remedy: Move the state to a remote backend, take the file out with `git rm --cached PATH`,
    ignore `*.tfstate*`, `*.tfplan` and `.terraform/`, and rotate what it held. The lock file
    `.terraform.lock.hcl` stays.

    Example:
        # before: infra/terraform/terraform.tfstate is tracked
        git rm --cached infra/terraform/terraform.tfstate
        echo "*.tfstate*" >> .gitignore
    """
    if not code.paths and not code.state:
        yield NotApplicable(reason="there is no infrastructure code")
    for one in code.state:
        yield Violation(
            subject=one.subject,
            message=f"{one.subject} is Terraform's {one.kind} and is tracked"
            + (f" ({counted(len(one.paths), 'file')})" if len(one.paths) > 1 else ""),
            at=tuple(map(in_file, one.paths[:_MOST])),
            evidence={"kind": one.kind, "files": len(one.paths)},
        )


@rule("IN006", "provider-readme", section=_SECTION, severity=Severity.LOW, fix=Safety.SAFE)
def provider_readme(
    code: InfrastructureCode, policy: InfrastructurePolicy
) -> Iterator[Violation | NotApplicable]:
    """Each `infra/PROVIDER/` folder has a README.

    Whoever is called at night has to see what a folder sets up, how it is applied and who may.

    Remedy: Add a README that says what is set up there, how to apply it and where its secrets are.

    Example:
        before: infra/railway/railway.toml
        after:  infra/railway/railway.toml
                infra/railway/README.md
    """
    if not code.providers:
        yield NotApplicable(reason=f"there is no {policy.folder}/ with a provider's folder")
    for one in code.providers:
        if one.document is None:
            yield Violation(
                subject=one.folder,
                message=f"{one.folder}/ has no {policy.provider_document}",
                at=in_file(one.files[0]),
                evidence={
                    "expected": f"{one.folder}/{policy.provider_document}",
                    "files": list(one.files[:5]),
                },
            )


@rule("IN009", "railway-config", section=_SECTION, severity=Severity.MEDIUM)
def railway_config(
    platform: PlatformFiles,
    services: Services,
    policy: InfrastructurePolicy,
    branches: Branches | Unavailable,
    trunk: BranchPolicy,
) -> Iterator[Violation | NotApplicable]:
    """Railway's configuration parses, deploys the default branch and checks each service's health.

    A file that does not parse is ignored and the last settings stay; without a health check a
    deploy that never answers replaces one that does.

    Remedy: Keep `infra/railway/railway.toml` valid, leave its branch at the default branch, and set
    `healthcheckPath` for each service that is not on a timer.

    Example:
        # before
        [deploy]
        startCommand = "uvicorn app.main:app --port $PORT"
        # after
        [deploy]
        startCommand = "uvicorn app.main:app --port $PORT"
        healthcheckPath = "/health"
    """
    if not platform.railway:
        if not services.is_platform or platform.files:
            yield NotApplicable(reason="there is no configuration of Railway")
            return
        yield Violation(
            subject=policy.railway_config,
            message=f"{policy.railway_config} is missing; the guide deploys API and workers there",
            evidence={"expected": policy.railway_config, "services": _names(services)},
        )
        return
    default = trunk.default if isinstance(branches, Unavailable) else branches.default
    for file in platform.railway:
        yield from _broken(file)
        yield from _wrong_branch(file, default)
        yield from _unchecked(file)


def _names(services: Services) -> list[str]:
    return [service.name for service in services.of_code]


def _broken(file: PlatformFile) -> Iterator[Violation]:
    if file.settings.problem is not None:
        yield Violation(
            subject=file.path,
            message=f"{file.path} does not parse: {file.settings.problem}",
            at=in_file(file.path, file.settings.problem_line),
            evidence={"problem": file.settings.problem},
        )


def _wrong_branch(file: PlatformFile, default: str) -> Iterator[Violation]:
    for one in file.branches:
        if one.value != default:
            yield Violation(
                subject=f"{file.path}#{'.'.join(one.keys)}",
                message=f"{file.path} deploys {one.value}; the default branch is {default}",
                at=in_file(file.path, one.line),
                evidence={"expected": default, "actual": one.value},
            )


def _unchecked(file: PlatformFile) -> Iterator[Violation]:
    for one in file.services:
        if one.has_health_check or not one.answers_requests:
            continue
        name = f"service {one.name}" if one.name else "the service"
        yield Violation(
            subject=f"{file.path}#{one.name}" if one.name else file.path,
            message=f"{file.path} sets no healthcheckPath for {name}",
            at=in_file(file.path, one.line),
            evidence={
                "expected": "healthcheckPath",
                "services": listed([each.name or "(one)" for each in file.services], most=10),
            },
        )
