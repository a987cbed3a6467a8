"""Release Branches Policy: the checks that a pull request must pass."""

from collections.abc import Iterator

from autodevops.facts.check_names import CheckNames
from autodevops.guide.model import ProtectionPolicy
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    at_setting,
    in_file,
)
from autodevops.model.settings import Protection
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SETTING = "required_status_checks"
_STRICT = "strict_required_status_checks_policy"


@rule(
    "BR010",
    "required-checks",
    section="Release Branches Policy",
    severity=Severity.HIGH,
    tier="G1",
    fix=Safety.UNSAFE,
)
def required_checks(
    protection: Protection, checks: CheckNames, policy: ProtectionPolicy
) -> Iterator[Violation | Unknown | NotApplicable]:
    """The guide's jobs are required checks, strictly, and each required check has its job.

    A job that isn't required may fail and the change is merged all the same. A required check that
    no job reports blocks every pull request, until somebody bypasses the protection. Names are
    those that jobs report: a job's `name:` with its matrix, not `Workflow / job`; the jobs of a
    called workflow report as `caller / job`. A job that a required one waits for is required with
    it.

    Remedy: Set the required checks of the default branch's ruleset to the names that jobs report,
    and tick "Require branches to be up to date before merging".

    Example:
        # part of a ruleset; the workflow CI has a job `backend-test:` without a name
        before: "required_status_checks": [{"context": "CI / backend-test"}]
        after:  "required_status_checks": [{"context": "backend-test"}],
                "strict_required_status_checks_policy": true
    """
    if not checks.jobs and not protection.required_checks:
        yield NotApplicable(reason="there is no job that the guide wants to be required")
        return
    yield from _missing(protection, checks)
    for check in checks.unreported:
        yield Violation(
            subject=check.name,
            message=f"{check.source} requires the check {check.name!r}, which no job reports",
            at=at_setting(_SETTING),
            evidence={"check": check.name, "reported": list(checks.reported)},
        )
    if checks.undecided:
        names = listed([repr(check.name) for check in checks.undecided])
        yield Unknown(reason=f"whether a job reports {names} is only known in a run")
    yield from _strict(protection, policy)


def _missing(protection: Protection, checks: CheckNames) -> Iterator[Violation | Unknown]:
    missing = [one for one in checks.jobs if not one.is_required]
    if missing and protection.unseen is not None:
        names = listed([one.name for one in missing])
        reason = f"{names} may be required where it can't be seen: {protection.unseen.reason}"
        yield Unknown(reason=reason, needs=protection.unseen.needs)
        return
    for one in missing:
        yield Violation(
            subject=one.name,
            message=f"{one.name} is not a required check of {protection.branch}: a pull request "
            "can be merged while it fails",
            at=(at_setting(_SETTING), in_file(one.job.path, one.job.line)),
            evidence={"checks": list(one.job.check_names or ())},
        )


def _strict(protection: Protection, policy: ProtectionPolicy) -> Iterator[Violation | Unknown]:
    if not policy.strict_checks or not protection.required_checks:
        return
    if isinstance(protection.strict, Unavailable):
        yield Unknown(reason=protection.strict.reason, needs=protection.strict.needs)
    elif not protection.strict:
        yield Violation(
            subject=_STRICT,
            message=f"branches may be merged into {protection.branch} without having been tested "
            "on top of it; require them to be up to date",
            at=at_setting(_STRICT),
            evidence={"strict": False},
        )
