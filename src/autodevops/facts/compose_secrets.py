"""Literal credentials in compose files."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._literal_secrets import LiteralSecret, detected, judged, without_repeats
from autodevops.facts.compose import Compose, ComposeFile, default_of
from autodevops.facts.secrets import Secrets
from autodevops.model.finding import Confidence
from autodevops.model.snapshot import Unavailable

_WHOLE = 1 << 30


class ComposeSecrets(Struct, frozen=True):
    """Literal credentials in compose files."""

    found: tuple[LiteralSecret, ...]
    """By file and line."""


@fact
def compose_secrets(compose: Compose, secrets: Secrets | Unavailable) -> ComposeSecrets:
    """Judge every literal value of the services' environments, and take in what is detected."""
    found: list[LiteralSecret] = []
    for file in compose.files:
        # Local defaults are weak, not secret: there only what is made by a generator counts.
        local = file.for_development
        found.extend(
            one for one in _written(file) if not local or one.confidence is Confidence.HIGH
        )
        found.extend(
            one
            for one in detected(secrets, file.path, 1, _WHOLE, "compose file")
            if not local or one.confidence is not Confidence.LOW
        )
    return ComposeSecrets(without_repeats(found))


def _written(file: ComposeFile) -> Iterator[LiteralSecret]:
    for service in file.services:
        for variable in service.environment:
            value = default_of(variable.value or "")
            interpolated = value != variable.value
            if not value:
                continue
            one = judged(
                file.path,
                variable.line,
                variable.name,
                value,
                f"service {service.name}",
                weak=file.for_production and not interpolated,
            )
            if one is not None:
                yield one
