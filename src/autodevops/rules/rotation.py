"""Environment & Secret Management: secrets are renewed, by scripts and in time."""

from collections.abc import Iterator

from autodevops.facts.rotation import RotationScripts, SecretAges
from autodevops.facts.services import Services
from autodevops.guide.model import SecretPolicy
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Violation,
    at_setting,
    in_file,
)
from autodevops.rules._api import rule

_SECTION = "Environment & Secret Management"


@rule("SE010", "rotation-script", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def rotation_script(
    rotation: RotationScripts, services: Services, policy: SecretPolicy
) -> Iterator[Violation | NotApplicable]:
    """Each secret with a rotation period has a script that rotates it.

    `scripts/rotate_*.sh` names the secret, is executable and does more than print what somebody
    should do by hand: on the day a secret leaks nobody reads instructions.

    Remedy: Write the script so that it makes the new value and stores it, and `chmod +x` it.

    Example:
        # scripts/rotate_encryption_key.sh
        before: echo "Set a new ENCRYPTION_KEY in the settings"
        after:  openssl rand -hex 32 | gh secret set ENCRYPTION_KEY
    """
    if not services.of_code:
        yield NotApplicable(reason="there is no service whose environment could be described")
        return
    rotated = {secret.name for secret in policy.rotated}
    for secret in policy.rotated:
        if not any(secret.name in script.names for script in rotation.scripts):
            yield Violation(
                subject=secret.name,
                message=f"no {policy.rotation_scripts} names {secret.name}, whose rotation is "
                f"{secret.rotation}",
                at=in_file("scripts"),
                evidence={"rotation": secret.rotation.value},
            )
    for script in rotation.scripts:
        faults = []
        if not script.executable:
            faults.append("is not executable")
        if script.only_prints:
            faults.append("only prints what somebody should do")
        if faults and rotated & script.names:
            yield Violation(
                subject=script.path,
                message=f"{script.path} {' and '.join(faults)}",
                at=in_file(script.path),
                evidence={"secrets": sorted(rotated & script.names)},
            )


@rule("SE012", "rotation-overdue", section=_SECTION, severity=Severity.HIGH, tier="G3")
def rotation_overdue(ages: SecretAges) -> Iterator[Violation]:
    """No secret is older than its rotation period.

    The longer a key lives, the more places and people have seen it. Quarterly is 92 days, annual
    366; the age is that of the value on GitHub.

    Remedy: Rotate the secret and store the new value: `gh secret set NAME`.

    Example:
        # before: `gh secret list` says that ENCRYPTION_KEY was set 400 days ago
        scripts/rotate_encryption_key.sh   # ends with: gh secret set ENCRYPTION_KEY
    """
    for secret, stored, age, period in ages.ages:
        if age > period:
            yield Violation(
                subject=secret.name,
                message=f"{secret.name} ({stored.place}) is {age.days} days old; it is due "
                f"every {period.days} days",
                at=at_setting("actions/secrets"),
                evidence={"place": stored.place, "updated_at": stored.updated_at.isoformat()},
            )
