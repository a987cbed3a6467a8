"""Folders, services and documents: what a repository is made of."""

from enum import StrEnum

from msgspec import field

from autodevops.guide.sections.base import Entry, PathPattern, Pattern, Section, matches_any
from autodevops.model.finding import Severity


class Folder(Entry, frozen=True, kw_only=True):
    """One top-level folder of the guide."""

    name: str
    """Without slashes."""
    purpose: str
    """What it is for."""
    contents: str
    """What belongs in it."""
    severity: Severity
    """How much its absence matters."""
    required: bool = True
    """False where a team does without it; it is still allowed."""
    of_everyone: bool = False
    """Demanded of any repository, not only of a platform."""


class FolderPolicy(Section, frozen=True, kw_only=True):
    """The top level of the tree."""

    folders: tuple[Folder, ...] = field(name="required")
    """The guide's folders, in its order."""
    allowed: tuple[PathPattern, ...]
    """Patterns of further top-level folders that are fine."""
    placeholders: tuple[Pattern, ...]
    """Patterns of file names that only keep an empty folder in git."""
    root_files: tuple[Pattern, ...]
    """Patterns of file names that belong in the root, compared without case."""

    def find(self, name: str) -> Folder | None:
        """Return the guide's folder of that name."""
        return next((folder for folder in self.folders if folder.name == name), None)

    def is_allowed(self, name: str) -> bool:
        """Tell whether a top-level folder is in the guide or on the list of further ones."""
        return self.find(name) is not None or matches_any(self.allowed, name)

    def is_placeholder(self, filename: str) -> bool:
        """Tell whether a file only keeps its folder in git."""
        return matches_any(self.placeholders, filename)

    def is_root_file(self, filename: str) -> bool:
        """Tell whether a file of that name belongs in the root."""
        return matches_any(self.root_files, filename.lower())


class ArtifactPolicy(Section, frozen=True, kw_only=True):
    """What tools leave behind and git should not hold."""

    folders: tuple[str, ...]
    """Names of folders that never hold source, at any depth."""
    output_folders: tuple[str, ...]
    """Names of folders that hold build output unless their content says otherwise."""
    files: tuple[Pattern, ...]
    """Patterns of file names, at any depth."""
    exempt: tuple[PathPattern, ...]
    """Top-level folders where outputs belong."""


class Reference(Entry, frozen=True, kw_only=True):
    """One row of the guide's Quick Reference."""

    name: str
    """Key of the row."""
    what: str
    """What is to be found."""
    where: PathPattern
    """Path, with a trailing slash for a folder."""
    service: str | None = None
    """Demanded only where this service exists; None for every platform."""


class ReferencePolicy(Section, frozen=True, kw_only=True):
    """Where things are found."""

    rows: tuple[Reference, ...]
    """The rows of the Quick Reference, in its order."""


class ServiceKind(StrEnum):
    """What sort of thing a service is."""

    CODE = "code"
    DATABASE = "database"
    QUEUE = "queue"


class Service(Entry, frozen=True, kw_only=True):
    """One service of the architecture."""

    name: str
    """Short name: `frontend`, `api`, `workers`, `database`, `queue`."""
    responsibility: str = ""
    """What it does."""
    technology: str = ""
    """What it is built with."""
    kind: ServiceKind = ServiceKind.CODE
    """Code of the team, a database or a queue."""
    folder: PathPattern | None = None
    """Top-level folder that owns it; None when it lives outside the repository."""
    port: int | None = None
    """Port it listens on; None for background work."""
    platform: str | None = None
    """Where it runs."""


class ServicePolicy(Section, frozen=True, kw_only=True):
    """The services and where they live."""

    services: tuple[Service, ...] = field(name="known")
    """The guide's services and those that the team adds."""
    declared: tuple[str, ...] | None = None
    """Names of the services that there are, when the team says so; None to look at the tree."""
    platform_from: int
    """How many services of code make a platform."""
    queue_clients: tuple[str, ...]
    """Packages that reach the queue, which a frontend must not depend on."""

    def find(self, name: str) -> Service | None:
        """Return the service of that name or folder (`api` and `app` are the same)."""
        wanted = name.strip("/")
        by_name = (service for service in self.services if service.name == wanted)
        by_folder = (service for service in self.services if service.folder == wanted)
        return next(by_name, None) or next(by_folder, None)

    @property
    def of_code(self) -> tuple[Service, ...]:
        """Return the services whose code the repository holds."""
        return tuple(service for service in self.services if service.kind is ServiceKind.CODE)


class AiPolicy(Section, frozen=True, kw_only=True):
    """Where AI providers may be called from."""

    folders: tuple[str, ...]
    """Folders that may import an AI SDK."""
    python_packages: tuple[str, ...]
    """Import names of AI SDKs."""
    node_packages: tuple[str, ...]
    """Package names of AI SDKs; `@scope/*` for a whole scope."""


class Document(Entry, frozen=True, kw_only=True):
    """One document that the repository must hold."""

    name: str
    """Key of the document."""
    path: PathPattern
    """Where the guide places it."""
    purpose: str
    """What a reader looks for in it."""


class DocumentPolicy(Section, frozen=True, kw_only=True):
    """Governance documents."""

    documents: tuple[Document, ...] = field(name="required")
    """README, CONTRIBUTING, SECURITY, MAINTAINERS, CHANGELOG."""
    folders: tuple[str, ...]
    """Folders where they count, the root as the empty string."""

    def find(self, name: str) -> Document | None:
        """Return the document of that key."""
        return next((document for document in self.documents if document.name == name), None)


class TeamPolicy(Section, frozen=True, kw_only=True):
    """How large a team one repository carries."""

    engineers: int
    """Fewer active authors than this."""
    window_days: int
    """Active means a commit within this many days."""
    bots: tuple[Pattern, ...]
    """Patterns of names and addresses that are automation, compared in lower case."""

    def is_bot(self, name: str, email: str) -> bool:
        """Tell whether an author is automation."""
        return matches_any(self.bots, name.lower()) or matches_any(self.bots, email.lower())


class DependencyPolicy(Section, frozen=True, kw_only=True):
    """Who keeps dependencies fresh."""

    dependabot: tuple[str, ...]
    """Paths of Dependabot's configuration."""
    renovate: tuple[str, ...]
    """Paths of Renovate's configuration."""
