"""Pipelines, environments, images and infrastructure: how changes reach production."""

from datetime import timedelta
from enum import StrEnum

from msgspec import field

from autodevops.guide.sections.base import Entry, PathPattern, Pattern, Section, matches_any
from autodevops.model.settings import CiLimit


class Trigger(StrEnum):
    """When a job runs."""

    ALWAYS = "always"
    AFTER_UNIT_TESTS = "after-unit-tests"
    MAIN = "main"
    MAIN_AND_TAG = "main+tag"


class JobKind(StrEnum):
    """What a job is for."""

    SCAN = "scan"
    UNIT_TEST = "unit-test"
    LINT = "lint"
    INTEGRATION = "integration"
    BUILD = "build"
    DEPLOY = "deploy"


class Job(Entry, frozen=True, kw_only=True):
    """One job of the guide."""

    name: str
    """Its id."""
    services: tuple[str, ...] = ()
    """Services that it serves; empty for all."""
    paths: tuple[PathPattern, ...] = ()
    """Paths that it looks at, as patterns; empty for the whole repository."""
    trigger: Trigger
    """When it runs."""
    kind: JobKind
    """What it is for."""


class Workflow(Entry, frozen=True, kw_only=True):
    """One workflow file of the guide."""

    name: str
    """Key of the workflow."""
    path: PathPattern
    """Path of the file."""
    purpose: str
    """What it does."""


class WorkflowPolicy(Section, frozen=True, kw_only=True):
    """Workflows, jobs and how fast they are."""

    workflows: tuple[Workflow, ...] = field(name="required")
    """The required workflow files."""
    jobs: tuple[Job, ...]
    """The eight jobs, in the guide's order."""
    duration_limit_minutes: int
    """The p95 of successful runs on the trunk stays under this."""
    runs_window: int
    """How many of the last runs are looked at."""
    tag_pinned_actions: tuple[Pattern, ...]
    """Patterns of actions that may be pinned by tag instead of commit."""

    @property
    def ci_limit(self) -> CiLimit:
        """Return how long CI may take."""
        limit = timedelta(minutes=self.duration_limit_minutes)
        return CiLimit(duration=limit, newest=self.runs_window)

    def find(self, name: str) -> Job | None:
        """Return the job of that name, letters' case, dashes, underscores and spaces aside."""
        wanted = job_key(name)
        return next((job for job in self.jobs if job_key(job.name) == wanted), None)

    def of_kind(self, *kinds: JobKind) -> tuple[Job, ...]:
        """Return the jobs of these kinds."""
        return tuple(job for job in self.jobs if job.kind in kinds)

    @property
    def required_checks(self) -> tuple[Job, ...]:
        """Return the jobs that report on a pull request and so can be required there."""
        reporting = (Trigger.ALWAYS, Trigger.AFTER_UNIT_TESTS)
        return tuple(job for job in self.jobs if job.trigger in reporting)

    def may_pin_by_tag(self, action: str) -> bool:
        """Tell whether `owner/name` may be used by tag."""
        return matches_any(self.tag_pinned_actions, action.lower())


def job_key(name: str) -> str:
    """Return a job's name as it is compared: `Backend Test` and `backend_test` are the same."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


class EnvironmentTrigger(StrEnum):
    """What deploys to an environment."""

    PULL_REQUEST = "pull-request"
    MERGE = "merge"


class Environment(Entry, frozen=True, kw_only=True):
    """One environment of the guide."""

    name: str
    """As in the guide; names compare without case."""
    trigger: EnvironmentTrigger
    """What deploys to it."""
    branch: Pattern
    """Pattern of the branches that it takes."""
    purpose: str
    """What it is for."""
    protected: bool
    """Needs reviewers and a branch policy, and its secrets are production's."""


class EnvironmentPolicy(Section, frozen=True, kw_only=True):
    """Where deployments go."""

    environments: tuple[Environment, ...] = field(name="known")
    """The guide's environments."""
    production_prefixes: tuple[str, ...]
    """A secret whose name begins so is production's."""

    def find(self, name: str) -> Environment | None:
        """Return the environment of that name, without regard to case."""
        wanted = name.casefold()
        found = (entry for entry in self.environments if entry.name.casefold() == wanted)
        return next(found, None)


class Dockerfile(Entry, frozen=True, kw_only=True):
    """One Dockerfile of the guide."""

    name: str
    """Key of the image."""
    path: PathPattern
    """Path of the file."""
    purpose: str
    """What the image is."""
    services: tuple[str, ...] = ()
    """Demanded where one of these services exists; empty for every platform."""


class ContainerPolicy(Section, frozen=True, kw_only=True):
    """Images, compose files and Kubernetes manifests."""

    dockerfiles: tuple[Dockerfile, ...]
    """The guide's Dockerfiles."""
    compose_files: tuple[PathPattern, ...]
    """Names under which a compose file counts, the guide's own first."""
    data_store_images: tuple[str, ...]
    """Names of images that hold data, registry and tag aside."""
    ignored: tuple[str, ...]
    """What a `.dockerignore` leaves out of a context that is copied whole."""
    kubernetes_folder: PathPattern
    """Folder of the manifests."""
    kubernetes_base: str
    """Folder inside it that all overlays share."""
    kubernetes_overlays: tuple[str, ...]
    """Overlays that must be there once the folder is."""


class InfrastructurePolicy(Section, frozen=True, kw_only=True):
    """Infrastructure as code."""

    folder: PathPattern
    """Where it lives."""
    root_files: tuple[Pattern, ...]
    """Patterns of platform files that a provider reads only from the root."""
    railway_config: PathPattern
    """Path of Railway's configuration."""
    terraform_folder: PathPattern
    """Where Terraform lives, if there is any."""
    environments: tuple[str, ...]
    """Environments that must define the same things."""
    provider_document: str
    """File that each provider's folder holds."""
