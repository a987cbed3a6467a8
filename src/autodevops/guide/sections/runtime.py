"""Secrets, data, interfaces and operations: how the system runs."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import field

from autodevops.guide.sections.base import Entry, PathPattern, Pattern, Section, matches_any


class Rotation(StrEnum):
    """How often a secret is renewed."""

    MANUAL = "manual"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


class Secret(Entry, frozen=True, kw_only=True):
    """One required secret."""

    name: str
    """Name of the variable."""
    purpose: str
    """What it is for."""
    rotation: Rotation
    """How often it is renewed."""
    privileged: bool = False
    """Gives access that a frontend must never have."""


class SecretPolicy(Section, frozen=True, kw_only=True):
    """Secrets and the environment that carries them."""

    secrets: tuple[Secret, ...] = field(name="required")
    """The Required Secrets table."""
    rotation_days: Mapping[Rotation, int]
    """Days after which a secret of that rotation is overdue; none for manual ones."""
    env_example: PathPattern
    """Path of the template with all required variables."""
    env_examples: tuple[Pattern, ...]
    """Patterns of `.env*` file names that are templates."""
    env_ignored: tuple[PathPattern, ...]
    """Paths of environment files that git must ignore."""
    config_module: PathPattern
    """Path of the module that reads the environment."""
    config_readers: int
    """Modules outside it that read the environment from which it is "all over"."""
    rotation_scripts: PathPattern
    """Pattern of the scripts that rotate keys."""
    provided: tuple[Pattern, ...]
    """Patterns of variables that a platform sets, so nobody declares them."""
    public_prefixes: tuple[str, ...]
    """Prefixes of variables that a bundler puts into the browser's code."""
    unsettable_prefixes: tuple[str, ...]
    """Prefixes that GitHub refuses in the names of Actions secrets."""

    def find(self, name: str) -> Secret | None:
        """Return the required secret of that name."""
        return next((secret for secret in self.secrets if secret.name == name), None)

    def period(self, secret: Secret) -> timedelta | None:
        """Return the time after which a secret is overdue; None when it is renewed by hand."""
        days = self.rotation_days.get(secret.rotation)
        return None if days is None else timedelta(days=days)

    @property
    def rotated(self) -> tuple[Secret, ...]:
        """Return the secrets with a rotation period."""
        return tuple(secret for secret in self.secrets if self.period(secret) is not None)

    def is_provided(self, name: str) -> bool:
        """Tell whether a platform sets the variable."""
        return matches_any(self.provided, name)

    def is_env_example(self, filename: str) -> bool:
        """Tell whether an environment file is a template."""
        return matches_any(self.env_examples, filename.lower())

    def is_settable(self, name: str) -> bool:
        """Tell whether GitHub accepts the name for an Actions secret."""
        return not name.upper().startswith(self.unsettable_prefixes)


class DatabasePolicy(Section, frozen=True, kw_only=True):
    """Migrations and what they expose."""

    migrations: PathPattern
    """Folder of the migrations, with a trailing slash."""
    config: PathPattern
    """Path of Supabase's configuration."""
    exposed_schemas: tuple[str, ...]
    """Schemas that the API serves, besides those of the configuration."""
    personal_columns: tuple[Pattern, ...]
    """Patterns of column names that hold personal data."""


class ApiPolicy(Section, frozen=True, kw_only=True):
    """How routes carry their version."""

    prefix: str
    """What stands before the version's number in a path."""
    support_months: int
    """Months that a version stays after its successor appears."""
    exempt: tuple[Pattern, ...]
    """Patterns of routes without a version."""
    deprecation_headers: tuple[str, ...]
    """Headers that announce a deprecation."""
    version_carriers: tuple[str, ...]
    """Header and query names, in lower case, that carry a version where the path should."""

    def is_exempt(self, route: str) -> bool:
        """Tell whether a route needs no version."""
        return matches_any(self.exempt, route)


class Unit(StrEnum):
    """Unit of an objective."""

    PERCENT = "%"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MINUTES = "min"


_SECONDS = {Unit.MILLISECONDS: 0.001, Unit.SECONDS: 1.0, Unit.MINUTES: 60.0}


class Comparator(StrEnum):
    """Which side of the value is good."""

    BELOW = "<"
    AT_LEAST = ">="


class Objective(Entry, frozen=True, kw_only=True):
    """One service level objective."""

    name: str
    """Key of the objective."""
    service: str
    """What it is promised for: `api`, `workers`, `ai`."""
    measure: str
    """What is measured: `availability`, `latency`, `processing`, `response`."""
    percentile: int | None = None
    """Percentile of a duration; None for a ratio."""
    comparator: Comparator
    """Which side of the value is good."""
    value: float
    """The figure, in `unit`."""
    unit: Unit
    """Unit of the figure."""
    sli: str
    """The indicator that shows it."""

    @property
    def seconds(self) -> float | None:
        """Return the figure in seconds; None for a ratio."""
        factor = _SECONDS.get(self.unit)
        return None if factor is None else self.value * factor

    @property
    def text(self) -> str:
        """Return the objective as the guide writes it, such as `p95 latency < 500ms`."""
        figure = f"{self.value:g}{self.unit}"
        if self.percentile is None:
            return f"{figure} {self.measure}"
        return f"p{self.percentile} {self.measure} {self.comparator} {figure}"


class SloPolicy(Section, frozen=True, kw_only=True):
    """Service level objectives and who is called."""

    objectives: tuple[Objective, ...]
    """The guide's SLO table."""
    alert_routes: tuple[str, ...]
    """Products that alerts go to; one is enough."""
    oncall_playbook: PathPattern
    """Path of the document that says who is called and how."""


class Runbook(Entry, frozen=True, kw_only=True):
    """One runbook of the guide."""

    name: str
    """Key of the runbook."""
    path: PathPattern
    """Path of the file."""
    purpose: str
    """What it covers."""


class PostmortemSection(Entry, frozen=True, kw_only=True):
    """One part that every postmortem has."""

    name: str
    """Key of the part."""
    purpose: str
    """What it says."""
    headings: tuple[str, ...]
    """Words, in lower case, of which a heading holds one."""


class RunbookPolicy(Section, frozen=True, kw_only=True):
    """Runbooks and postmortems."""

    folder: PathPattern
    """Where runbooks live."""
    runbooks: tuple[Runbook, ...] = field(name="required")
    """The required ones."""
    postmortem_sections: tuple[PostmortemSection, ...]
    """What every postmortem has."""
    postmortem_files: tuple[PathPattern, ...]
    """Patterns of paths, in lower case, that are postmortems or their template."""
    stale_days: int
    """How much older than the service it describes a runbook may be."""
