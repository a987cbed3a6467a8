"""Docker & Kubernetes Manifests: credentials and open ports of compose files."""

from collections.abc import Iterator

from autodevops.facts.compose_secrets import ComposeSecrets
from autodevops.facts.exposed_stores import ExposedStores
from autodevops.model.finding import NotApplicable, Severity, Violation, in_file
from autodevops.rules._api import rule

_SECTION = "Docker & Kubernetes Manifests"


@rule("CO008", "compose-secret", section=_SECTION, severity=Severity.HIGH)
def compose_secret(secrets: ComposeSecrets) -> Iterator[Violation]:
    """No compose file holds a literal credential.

    A compose file is copied from machine to machine and read by everybody who may clone. Local
    defaults such as `postgres` or `${X:-dev}` are weak, not secret.

    Remedy: Rotate it, and take it from the environment: `${NAME:?set NAME in .env}`.

    Example:
        # before
        DATABASE_PASSWORD: "..."
        # after
        DATABASE_PASSWORD: ${DATABASE_PASSWORD:?}
    """
    for one in secrets.found:
        yield Violation(
            subject=f"{one.path}#{one.name}",
            message=f"{one.name} in {one.where} of {one.path} is a literal credential: "
            f"{one.reason}",
            at=in_file(one.path, one.line, end_line=one.end_line),
            evidence={"name": one.name, "in": one.where, "because": one.reason},
            confidence=one.confidence,
        )


@rule("CO009", "exposed-datastore", section=_SECTION, severity=Severity.MEDIUM)
def exposed_datastore(exposed: ExposedStores) -> Iterator[Violation | NotApplicable]:
    """No data store is published on all interfaces without a password.

    Docker opens a published port past the host's firewall; anybody in the same network, or on the
    internet, reads and writes the data.

    Remedy: Publish it on this machine only, don't publish it at all, or set a password.

    Example:
        # before
        ports: ["6379:6379"]
        # after
        ports: ["127.0.0.1:6379:6379"]
    """
    if not exposed.judged:
        yield NotApplicable(reason="no compose file runs a data store")
    for one in exposed.stores:
        yield Violation(
            subject=f"{one.path}#{one.service}",
            message=f"{one.service} ({one.image}) in {one.path} is published on all interfaces as "
            f"{one.port} and asks for no password",
            at=in_file(one.path, one.line),
            evidence={"image": one.image, "port": one.port, "expected": f"127.0.0.1:{one.port}"},
        )
