"""Environment & Secret Management: what GitHub stores, and how it watches over secrets."""

from collections.abc import Iterator

from autodevops.facts.services import Services
from autodevops.facts.workflow_secrets import WorkflowSecret, WorkflowSecrets
from autodevops.guide.model import ProtectionPolicy, Secret, SecretPolicy
from autodevops.model.finding import (
    Location,
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    at_setting,
    in_file,
)
from autodevops.model.settings import SecretScanning, StoredSecrets
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule

_SECTION = "Environment & Secret Management"
_SETTING = "actions/secrets"
_UNSEEN = "GitHub: secrets of the organisation and of environments (read)"


@rule("SE011", "secret-not-configured", section=_SECTION, severity=Severity.MEDIUM, tier="G3")
def secret_not_configured(
    stored: StoredSecrets | Unavailable, services: Services, policy: SecretPolicy
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Each required secret is set as an Actions secret.

    Set in the repository, an environment or the organisation, it reaches a pipeline without being
    written into a file. GitHub refuses names that begin with `GITHUB_`; those are not asked for.

    Remedy: Run `gh secret set NAME`.

    Example:
        # before: `gh secret list` does not show ENCRYPTION_KEY
        openssl rand -hex 32 | gh secret set ENCRYPTION_KEY
    """
    if not services.of_code:
        yield NotApplicable(reason="there is no service that needs the required secrets")
        return
    if isinstance(stored, Unavailable):
        yield Unknown(reason=stored.reason, needs=stored.needs)
        return
    missing = _missing(stored, policy)
    if missing and stored.unseen is not None:
        names = ", ".join(secret.name for secret in missing)
        reason = f"{names} may be set where this token can't look: {stored.unseen.reason}"
        yield Unknown(reason=reason, needs=stored.unseen.needs or _UNSEEN)
        return
    unread = stored.variables_unseen
    maybe = [secret for secret in missing if not secret.privileged] if unread else []
    if maybe and unread is not None:
        names = ", ".join(secret.name for secret in maybe)
        yield Unknown(
            reason=f"{names} may be set as variables: {unread.reason}", needs=unread.needs
        )
        missing = [secret for secret in missing if secret.privileged]
    for secret in missing:
        yield Violation(
            subject=secret.name,
            message=f"{secret.name} ({secret.purpose}) is not set as an Actions secret",
            at=at_setting(_SETTING),
        )


def _missing(stored: StoredSecrets, policy: SecretPolicy) -> list[Secret]:
    """Return the required secrets that are not stored, as far as the token could look."""
    secrets = {one.name for one in stored.secrets}
    variables = {one.name for one in stored.variables}
    return [
        secret
        for secret in policy.secrets
        if policy.is_settable(secret.name) and secret.name.upper() not in secrets
        # What is not privileged, such as a URL, may as well be a variable.
        if secret.privileged or secret.name.upper() not in variables
    ]


@rule("SE013", "undefined-secret", section=_SECTION, severity=Severity.MEDIUM, tier="G3")
def undefined_secret(
    stored: StoredSecrets, workflows: WorkflowSecrets, policy: SecretPolicy
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Every secret that a workflow uses is defined.

    An undefined secret is an empty text: the step fails late, or goes on without a password. A
    secret that no workflow uses, and the guide does not require, is one to leak for nothing.

    Remedy: Run `gh secret set NAME`, or correct the name in the workflow; delete what nothing uses.

    Example:
        env:
          RAILWAY_TOKEN: ${{ secrets.RAILWAY_TOEKN }}   # before
          RAILWAY_TOKEN: ${{ secrets.RAILWAY_TOKEN }}   # after
    """
    if not workflows.used and not stored.secrets:
        yield NotApplicable(reason="no workflow uses a secret and none is stored")
        return
    known = {one.name for one in stored.secrets}
    undefined: dict[str, list[WorkflowSecret]] = {}
    for use in workflows.used:
        if use.name not in known and not use.has_fallback:
            undefined.setdefault(use.name, []).append(use)
    if undefined and stored.unseen is not None:
        reason = f"{', '.join(undefined)} may be defined out of sight: {stored.unseen.reason}"
        yield Unknown(reason=reason, needs=stored.unseen.needs or _UNSEEN)
    else:
        for name, uses in undefined.items():
            yield Violation(
                subject=name,
                message=f"{uses[0].path} uses secrets.{name}, which is not defined",
                at=_places(uses),
            )
    if not workflows.takes_all:
        used = {use.name for use in workflows.used}
        used |= {secret.name.upper() for secret in policy.secrets}
        for one in stored.secrets:
            if one.name not in used and not one.place.startswith("organization"):
                yield Violation(
                    subject=one.name,
                    message=f"no workflow uses the secret {one.name} ({one.place})",
                    at=at_setting(_SETTING),
                    severity=Severity.INFO,
                )


@rule("SE014", "push-protection", section=_SECTION, severity=Severity.MEDIUM, tier="G3")
def push_protection(
    scanning: SecretScanning, policy: ProtectionPolicy
) -> Iterator[Violation | Unknown]:
    """GitHub's secret scanning and push protection are on.

    A push that holds a secret is refused before anybody can read it; a hook on one machine is not
    on the next.

    Remedy: Turn both on in the repository's settings, under "Code security".

    Example:
        # before: both are off
        gh repo edit --enable-secret-scanning --enable-secret-scanning-push-protection
    """
    wanted = (
        (policy.secret_scanning, scanning.is_on, "secret_scanning", "secret scanning"),
        (
            policy.push_protection,
            scanning.push_protection,
            "secret_scanning_push_protection",
            "push protection",
        ),
    )
    for demanded, state, setting, words in wanted:
        if not demanded:
            continue
        if isinstance(state, Unavailable):
            yield Unknown(reason=state.reason, needs=state.needs)
        elif not state:
            yield Violation(subject=setting, message=f"{words} is off", at=at_setting(setting))


def _places(uses: list[WorkflowSecret]) -> tuple[Location, ...]:
    return tuple(in_file(use.path, use.line) for use in uses)
