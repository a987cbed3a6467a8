"""Which of the guide's services a repository holds, and so what the guide demands of it."""

from posixpath import splitext

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.guide.model import Service, ServicePolicy
from autodevops.model.paths import basename
from autodevops.model.snapshot import EntryKind, Snapshot

_PYTHON = frozenset({".py"})
_WEB = frozenset({".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue", ".svelte", ".html"})
_ANY = _PYTHON | _WEB | {".go", ".rs", ".java", ".kt", ".rb", ".php", ".cs", ".scala", ".ex"}
# `app/` is also Rails's, Laravel's, Android's and the Next.js router's name for a folder: only
# code in the service's own language makes it the service.
_LANGUAGES = {"fastapi": _PYTHON, "next.js": _WEB}
_MANIFESTS = {
    "fastapi": frozenset({"pyproject.toml", "requirements.txt"}),
    "next.js": frozenset({"package.json"}),
}
_ANY_MANIFEST = frozenset(
    {"package.json", "pyproject.toml", "requirements.txt", "go.mod", "Cargo.toml", "pom.xml"}
)


class Services(Struct, frozen=True, kw_only=True):
    """The guide's services that the repository holds."""

    present: tuple[Service, ...]
    """Services that are there, in the guide's order; declared ones when the team says so."""
    declared: bool
    """Whether the team's file says which services there are."""
    is_platform: bool
    """Whether the guide demands its whole structure: there are at least two services of code."""

    def has(self, name: str) -> bool:
        """Tell whether the service of that name or folder is there."""
        return any(name in {service.name, service.folder} for service in self.present)

    @property
    def of_code(self) -> tuple[Service, ...]:
        """Return the services that are there and whose code the repository holds."""
        return tuple(service for service in self.present if service.kind == "code")

    @property
    def why_not_platform(self) -> str:
        """Return the reason for `not_applicable` where the guide asks this of platforms only."""
        names = ", ".join(f"{service.folder}/" for service in self.of_code if service.folder)
        if self.declared:
            return (
                f"the configuration declares {names or 'no services'}; this is asked of platforms"
            )
        found = f"only {names} is there" if names else "none of the guide's services is there"
        return f"{found}; this is asked of platforms"


@fact
def services(snapshot: Snapshot, policy: ServicePolicy) -> Services:
    """Return the services that the team declares, or else those whose code is tracked."""
    if policy.declared is not None:
        names = set(policy.declared)
        present = tuple(
            service
            for service in policy.services
            if names & {service.name, service.folder} or _is_there(service, snapshot, code=False)
        )
    else:
        present = tuple(
            service for service in policy.services if _is_there(service, snapshot, code=True)
        )
    of_code = [service for service in present if service.kind == "code"]
    return Services(
        present=present,
        declared=policy.declared is not None,
        is_platform=len(of_code) >= policy.platform_from,
    )


def _is_there(service: Service, snapshot: Snapshot, *, code: bool) -> bool:
    """Tell whether a service's folder is there; one of code only counts if `code` says so."""
    if service.folder is None:
        return False
    if service.kind != "code":
        return service.folder in snapshot.folders
    return code and _holds_code(service, snapshot)


def _holds_code(service: Service, snapshot: Snapshot) -> bool:
    technology = service.technology.lower()
    languages = _LANGUAGES.get(technology, _ANY)
    manifests = _MANIFESTS.get(technology, _ANY_MANIFEST)
    prefix = f"{service.folder}/"
    return any(
        entry.kind is EntryKind.FILE
        and entry.path.startswith(prefix)
        and (splitext(entry.path)[1] in languages or basename(entry.path) in manifests)
        for entry in snapshot.entries
    )
