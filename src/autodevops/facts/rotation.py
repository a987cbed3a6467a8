"""The scripts that rotate secrets: which they name, whether they can run, whether they do."""

from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _shell
from autodevops.facts._api import fact
from autodevops.facts._words import words
from autodevops.facts.services import Services
from autodevops.guide.model import Secret, SecretPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.finding import NotApplicable
from autodevops.model.settings import StoredSecret, StoredSecrets
from autodevops.model.snapshot import EntryKind, Snapshot, Unavailable

_PRINTS = words(
    "echo printf cat tput clear read exit return set shopt export local declare readonly unset "
    "true false : test [ [[ trap shift usage help date sleep cd pwd source . log info warn error "
    "success command type which hash umask"
)
_SCREENS = frozenset({"/dev/null", "/dev/stderr", "/dev/stdout", "/dev/tty", "&1", "&2"})


class RotationScript(NamedTuple):
    """One script."""

    path: str
    """Where it lies."""
    names: frozenset[str]
    """Required secrets that its text names."""
    executable: bool
    """Whether its mode says so."""
    only_prints: bool
    """Whether it does nothing but tell somebody what to do."""


class RotationScripts(Struct, frozen=True, kw_only=True):
    """Every rotation script."""

    scripts: tuple[RotationScript, ...]
    """By path."""


class SecretAge(NamedTuple):
    """How old the stored value of a secret with a rotation period is."""

    secret: Secret
    """What the guide says about it."""
    stored: StoredSecret
    """Where GitHub stores it."""
    age: timedelta
    """Since its value was last set."""
    period: timedelta
    """After which it is overdue."""


class SecretAges(Struct, frozen=True, kw_only=True):
    """The age of every stored secret with a rotation period."""

    ages: tuple[SecretAge, ...]
    """In the guide's order."""


@fact
def secret_ages(
    snapshot: Snapshot,
    services: Services,
    stored: StoredSecrets | Unavailable,
    policy: SecretPolicy,
) -> SecretAges | NotApplicable | Unavailable:
    """Hold the stored secrets against the guide's rotation periods."""
    if not services.of_code:
        return NotApplicable(reason="there is no service that needs the required secrets")
    if isinstance(stored, Unavailable):
        return stored
    return SecretAges(
        ages=tuple(
            SecretAge(secret, one, snapshot.now - one.updated_at, period)
            for secret in policy.rotated
            if (period := policy.period(secret)) is not None
            for one in stored.secrets
            if one.name == secret.name.upper()
        )
    )


@fact
def rotation_scripts(snapshot: Snapshot, policy: SecretPolicy) -> RotationScripts:
    """Find the scripts where the guide places them and read what they do."""
    found = []
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not matches_any(
            (policy.rotation_scripts,), entry.path
        ):
            continue
        text = snapshot.text(entry.path)
        if text is not None:
            names = frozenset(secret.name for secret in policy.secrets if secret.name in text)
            found.append(RotationScript(entry.path, names, entry.executable, _only_prints(text)))
    return RotationScripts(scripts=tuple(found))


def _only_prints(text: str) -> bool:
    """Tell whether a script runs nothing and writes nothing; what can't be read does something."""
    script = _shell.parse(text, _shell.PLAIN)
    if script.problem is not None:
        return False
    return all(
        command.name in _PRINTS and _SCREENS.issuperset(command.output)
        for command in script.commands
    )
