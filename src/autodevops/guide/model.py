"""The guide in force, typed: the one place to import its sections from."""

from typing import TypeVar

from autodevops.guide.sections.base import Entry, Section, matches, matches_any
from autodevops.guide.sections.branching import (
    BranchPolicy,
    CommitPolicy,
    OwnershipPolicy,
    ProtectionPolicy,
    ReleasePolicy,
    ReviewPolicy,
)
from autodevops.guide.sections.delivery import (
    ContainerPolicy,
    Dockerfile,
    Environment,
    EnvironmentPolicy,
    EnvironmentTrigger,
    InfrastructurePolicy,
    Job,
    JobKind,
    Trigger,
    Workflow,
    WorkflowPolicy,
    job_key,
)
from autodevops.guide.sections.runtime import (
    ApiPolicy,
    Comparator,
    DatabasePolicy,
    Objective,
    PostmortemSection,
    Rotation,
    Runbook,
    RunbookPolicy,
    Secret,
    SecretPolicy,
    SloPolicy,
    Unit,
)
from autodevops.guide.sections.structure import (
    AiPolicy,
    ArtifactPolicy,
    DependencyPolicy,
    Document,
    DocumentPolicy,
    Folder,
    FolderPolicy,
    Reference,
    ReferencePolicy,
    Service,
    ServiceKind,
    ServicePolicy,
    TeamPolicy,
)

__all__ = [
    "AiPolicy",
    "ApiPolicy",
    "ArtifactPolicy",
    "BranchPolicy",
    "CommitPolicy",
    "Comparator",
    "ContainerPolicy",
    "DatabasePolicy",
    "DependencyPolicy",
    "Dockerfile",
    "Document",
    "DocumentPolicy",
    "Environment",
    "EnvironmentPolicy",
    "EnvironmentTrigger",
    "Folder",
    "FolderPolicy",
    "Guide",
    "InfrastructurePolicy",
    "Job",
    "JobKind",
    "Objective",
    "OwnershipPolicy",
    "PostmortemSection",
    "ProtectionPolicy",
    "Reference",
    "ReferencePolicy",
    "ReleasePolicy",
    "ReviewPolicy",
    "Rotation",
    "Runbook",
    "RunbookPolicy",
    "Secret",
    "SecretPolicy",
    "Section",
    "Service",
    "ServiceKind",
    "ServicePolicy",
    "SloPolicy",
    "TeamPolicy",
    "Trigger",
    "Unit",
    "Workflow",
    "WorkflowPolicy",
    "job_key",
    "matches",
    "matches_any",
]

S = TypeVar("S", bound=Section)


class Guide(Entry, frozen=True, kw_only=True):
    """Every section of the guide in force, in the guide's order."""

    name: str
    """The guide's name."""
    version: str
    """The day of the guide, or what an organisation calls its own."""
    digest: str = ""
    """SHA-256 over everything that can change a verdict."""
    team: TeamPolicy
    folders: FolderPolicy
    artifacts: ArtifactPolicy
    references: ReferencePolicy
    services: ServicePolicy
    ai: AiPolicy
    database: DatabasePolicy
    infrastructure: InfrastructurePolicy
    containers: ContainerPolicy
    secrets: SecretPolicy
    branches: BranchPolicy
    protection: ProtectionPolicy
    releases: ReleasePolicy
    ownership: OwnershipPolicy
    review: ReviewPolicy
    api: ApiPolicy
    workflows: WorkflowPolicy
    environments: EnvironmentPolicy
    slos: SloPolicy
    runbooks: RunbookPolicy
    documents: DocumentPolicy
    commits: CommitPolicy
    dependencies: DependencyPolicy

    def sections(self) -> tuple[Section, ...]:
        """Return every section, in the guide's order."""
        values = (getattr(self, name) for name in self.__struct_fields__)
        return tuple(value for value in values if isinstance(value, Section))

    def section(self, kind: type[S]) -> S:
        """Return the section of that type; raises KeyError for a type that is no section."""
        for value in self.sections():
            if type(value) is kind:
                return value
        raise KeyError(kind.__name__)
