"""Whether GitHub looks for secrets and refuses pushes that hold one."""

import msgspec

from autodevops.facts.settings import ADMINISTRATION
from autodevops.model.settings import SecretScanning
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer

HIDDEN = Unavailable(
    "GitHub shows security settings only to administrators of the repository", ADMINISTRATION
)
"""Stands for settings that the token may not see."""


class _State(msgspec.Struct, frozen=True, kw_only=True):
    status: str = ""


class _Security(msgspec.Struct, frozen=True, kw_only=True):
    secret_scanning: _State | None = None
    secret_scanning_push_protection: _State | None = None


class _Repository(msgspec.Struct, frozen=True, kw_only=True):
    security_and_analysis: _Security | None = None


def secret_scanning(answer: Answer) -> SecretScanning | Unavailable:
    """Return what `/repos/{owner}/{repo}` tells; it leaves out what the token may not see."""
    said = answer.read(_Repository)
    if isinstance(said, Unavailable):
        return said if said.needs else Unavailable(said.reason, HIDDEN.needs)
    security = said.security_and_analysis
    if security is None:
        return HIDDEN
    return SecretScanning(
        is_on=_is_on(security.secret_scanning),
        push_protection=_is_on(security.secret_scanning_push_protection),
    )


def _is_on(state: _State | None) -> bool | Unavailable:
    if state is None:
        return Unavailable("GitHub does not tell about it for this repository", HIDDEN.needs)
    return state.status == "enabled"
