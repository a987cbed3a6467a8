"""Infrastructure as Code (IaC) Placement: remote state, equal environments, modules, versions."""

from collections.abc import Iterator

from autodevops.facts.parity import EnvironmentPair, EnvironmentPairs
from autodevops.facts.terraform import Terraform
from autodevops.facts.terraform_pins import TerraformPins
from autodevops.guide.model import InfrastructurePolicy
from autodevops.model.finding import NotApplicable, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "Infrastructure as Code (IaC) Placement"
_MOST = 100
"""Most places or differences that one finding lists."""


@rule("IN002", "remote-state", section=_SECTION, severity=Severity.HIGH)
def remote_state(terraform: Terraform) -> Iterator[Violation | NotApplicable]:
    """Every Terraform root module keeps its state in a remote backend or in `cloud`.

    Local state is on one machine: a second person, or the pipeline, would create everything again,
    and nothing locks it while it changes.

    Remedy: Add a backend with locking (`s3` with `use_lockfile`, `gcs`, `azurerm`) or a `cloud`
    block, then `terraform init -migrate-state`.

    Example:
        # before
        terraform {}
        # after
        terraform {
          backend "s3" {}
        }
    """
    judged = [module for module in terraform.roots if not module.is_generated]
    if not judged:
        yield NotApplicable(
            reason="no folder of Terraform is a root module with a backend of its own"
        )
    for module in judged:
        if module.backend is None:
            yield Violation(
                subject=module.folder or ".",
                message=f"{module.place} has neither a backend nor a cloud block, "
                "so its state stays on one machine",
                at=in_file(module.files[0].path),
                evidence={
                    "files": [file.path for file in module.files[:10]],
                    "providers": sorted(module.used_providers),
                },
            )
        elif module.backend[0] == "local":
            _kind, path, line = module.backend
            yield Violation(
                subject=module.folder or ".",
                message=f"{module.place} keeps its state in a local file",
                at=in_file(path, line),
                evidence={"backend": "local"},
            )


@rule("IN003", "environment-parity", section=_SECTION, severity=Severity.MEDIUM)
def environment_parity(
    pairs: EnvironmentPairs, policy: InfrastructurePolicy
) -> Iterator[Violation | NotApplicable]:
    """Staging and production define the same files, variables and modules.

    What only production has was never tried before users met it. Values may differ.

    Remedy: Define the same things in both, from the same modules, and let only values differ.

    Example:
        # before: only in infra/terraform/production/main.tf
        # after: in infra/terraform/staging/main.tf too, with values of its own
        module "cache" {
          source = "../modules/cache"
          size   = 1
        }
    """
    if not pairs.pairs:
        names = " and ".join(policy.environments)
        yield NotApplicable(reason=f"Terraform has no folders or files for {names}")
    for pair in pairs.pairs:
        if pair.missing is not None:
            yield Violation(
                subject=pair.folder,
                message=f"{pair.folder}/ has {pair.names[0]} but no {pair.missing}",
                at=tuple(map(in_file, pair.places)),
                evidence={"there": pair.names[0], "missing": pair.missing},
            )
        elif pair.differences:
            yield _unequal(pair)


def _unequal(pair: EnvironmentPair) -> Violation:
    told = [f"{one.what} {one.name} only in {one.only_in}" for one in pair.differences[:_MOST]]
    return Violation(
        subject=pair.folder or "/".join(pair.names),
        message=f"{pair.names[0]} and {pair.names[1]} differ in "
        f"{counted(len(pair.differences), 'definition')}: {listed(told)}",
        at=tuple(map(in_file, pair.places)),
        evidence={"differences": told},
    )


@rule("IN007", "duplicated-resource", section=_SECTION, severity=Severity.LOW)
def duplicated_resource(
    pairs: EnvironmentPairs, policy: InfrastructurePolicy
) -> Iterator[Violation | NotApplicable]:
    """Environments share modules instead of repeating resources.

    A change has to be made twice and is made once; the environments drift apart.

    Remedy: Move the resources to a module below `infra/terraform/modules/` and call it from each
    environment with its own values.

    Example:
        # before: in staging/main.tf and again in production/main.tf
        resource "aws_s3_bucket" "uploads" {}
        # after: the resource is in modules/storage/main.tf, and both have
        module "storage" {
          source = "../modules/storage"
        }
    """
    if not pairs.pairs:
        names = " and ".join(policy.environments)
        yield NotApplicable(reason=f"Terraform has no folders or files for {names}")
    for pair in pairs.pairs:
        if pair.repeated:
            yield Violation(
                subject=pair.folder or "/".join(pair.names),
                message=f"{pair.names[0]} and {pair.names[1]} both write out "
                f"{listed(list(pair.repeated))}",
                at=tuple(in_file(path, line) for path, line in pair.repeated_places[:_MOST]),
                evidence={"resources": list(pair.repeated[:_MOST])},
            )


@rule("IN008", "unpinned-provider", section=_SECTION, severity=Severity.MEDIUM)
def unpinned_provider(pins: TerraformPins) -> Iterator[Violation]:
    """Providers and remote modules are pinned, and the lock file of a root module is tracked.

    Without pins the next `terraform init` may bring another provider or module, and the plan that
    was reviewed is not the plan that is applied.

    Remedy: Give each provider a `version` in `required_providers`, each registry module a
    `version`, each git module a `?ref=` with a tag or commit, and commit `.terraform.lock.hcl`.

    Example:
        # before
        source = "git::https://example.com/network.git"
        # after
        source = "git::https://example.com/network.git?ref=v1.4.0"
    """
    for one in pins.modules:
        call = one.call
        yield Violation(
            subject=f"{call.path}#module.{call.name}",
            message=f"module {call.name} comes from {call.source} with {one.reason}",
            at=in_file(call.path, call.line),
            evidence={"source": call.source, "actual": one.reason},
        )
    for root in pins.roots:
        names = [name for name, _path, _line in root.providers]
        lacks = [f"no version for {listed(names)}"] if names else []
        lacks += [f"no tracked {root.lock}"] if root.lock else []
        yield Violation(
            subject=root.module.folder or ".",
            message=f"{root.module.place} has {' and '.join(lacks)}",
            at=tuple(in_file(path, line) for _name, path, line in root.providers)
            or in_file(root.module.files[0].path),
            evidence={"providers": names, "lock": root.lock},
        )
