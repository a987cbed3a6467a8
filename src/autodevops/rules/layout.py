"""Repository Top-Level Folders: everything is where a reader looks for it, and nothing else is."""

from collections.abc import Iterator

from autodevops.facts.artifacts import Artifacts
from autodevops.facts.folder_contents import FolderContents
from autodevops.facts.layout import DemandedFolders, TopLevel
from autodevops.facts.root_files import StrayFiles
from autodevops.facts.services import Services
from autodevops.guide.model import FolderPolicy, ServicePolicy
from autodevops.model.finding import (
    Location,
    NotApplicable,
    Safety,
    Severity,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Repository Top-Level Folders"
_MOST_PLACES = 1_000
"""Most files that one finding lists."""


@rule("LA001", "required-folder", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def required_folder(demanded: DemandedFolders, top: TopLevel) -> Iterator[Violation]:
    """Each folder of the guide exists.

    People and tools find things because they are in the same place in every repository. A platform
    is asked for all folders; any other repository for `docs`, `tests` and `.github`.

    Remedy: Create the folder with what belongs in it, or rename the one that holds it today.

    Example:
        before: documentation/deploy.md
        after:  docs/deploy.md
    """
    for folder in demanded.folders:
        if top.has(folder.name):
            continue
        near = top.similar(folder.name)
        hint = f"; {near}/ may be what belongs there" if near else ""
        yield Violation(
            subject=folder.name,
            message=f"{folder.name}/ is missing ({folder.purpose}: {folder.contents}){hint}",
            at=in_file(folder.name),
            evidence={"purpose": folder.purpose, "similar": near},
            severity=folder.severity,
        )


@rule("LA002", "unexpected-folder", section=_SECTION, severity=Severity.LOW)
def unexpected_folder(
    top: TopLevel,
    artifacts: Artifacts,
    services: Services,
    policy: FolderPolicy,
    known: ServicePolicy,
) -> Iterator[Violation | NotApplicable]:
    """Every top-level folder is in the guide or in the allow list.

    A folder that the guide does not know is one that nobody knows the purpose of. One that a tool
    made is the artifacts' matter.

    Remedy: Move its contents into the guide's folder for them, or add its name to
    `extend-allowed` of `[folders]` in the team's file.

    Example:
        before: misc/import_users.py
        after:  scripts/import_users.py
        or, in autodevops.toml:
        [folders]
        extend-allowed = ["misc"]
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    accounted = {artifact.folder for artifact in artifacts.found if artifact.whole}
    accounted |= {service.folder for service in known.services if service.folder is not None}
    for folder in top.folders:
        if not policy.is_allowed(folder.name) and folder.name not in accounted:
            yield Violation(
                subject=folder.name,
                message=f"{folder.name}/ ({counted(folder.files, 'file')}) is no folder of the "
                "guide",
                at=(in_file(folder.name), *_places(folder.shown)),
                evidence={"files": folder.files},
            )


@rule(
    "LA003",
    "folder-purpose",
    section=_SECTION,
    severity=Severity.MEDIUM,
    defers_to=("SL004",),
)
def folder_purpose(contents: FolderContents) -> Iterator[Violation]:
    """Folders hold what they are for.

    `app` holds a FastAPI application, `frontend` a Next.js package, `workers` BullMQ processors,
    `supabase` migrations, `grafana` dashboards that parse; `ci` holds no source code.

    Remedy: Move what does not belong, and put in what the folder is for.

    Example:
        before: ci/release.py
        after:  scripts/release.py
    """
    for subject, message, places in contents.misfits:
        at = tuple(in_file(path, line) for path, line in places)
        yield Violation(subject=subject, message=message, at=at)


@rule("LA004", "empty-folder", section=_SECTION, severity=Severity.INFO)
def empty_folder(demanded: DemandedFolders, top: TopLevel) -> Iterator[Violation]:
    """A required folder holds more than a placeholder.

    A folder that only exists satisfies the list and helps nobody.

    Remedy: Put in it what it is for, or add its name to `remove-required` of `[folders]` in the
    team's file.

    Example:
        before: grafana/.gitkeep
        after:  grafana/api.json
        or, in autodevops.toml:
        [folders]
        remove-required = ["grafana"]
    """
    for wanted in demanded.folders:
        folder = top.find(wanted.name)
        if folder is not None and folder.is_empty:
            yield Violation(
                subject=folder.name,
                message=f"{folder.name}/ holds nothing but {', '.join(folder.shown)}",
                at=(in_file(folder.name), *_places(folder.shown)),
            )


@rule(
    "LA005",
    "stray-root-file",
    section=_SECTION,
    severity=Severity.LOW,
    defers_to=("LA006", "SE003", "IN005"),
)
def stray_root_file(strays: StrayFiles) -> Iterator[Violation]:
    """The root holds only known files: no reports, one-off scripts, backups or dumps.

    The root is the first thing that everybody reads; each stray file there hides the ones that
    matter.

    Remedy: Move reports to `docs/` or `ci/`, scripts to `scripts/`, and delete backups and dumps.

    Example:
        before: audit-report.md, fix_users.py, users.sql
        after:  docs/audit-report.md, scripts/fix_users.py
    """
    for stray in strays.found:
        yield Violation(
            subject=stray.path,
            message=f"{stray.path} in the root {stray.reason}",
            at=in_file(stray.path),
        )


@rule(
    "LA006",
    "committed-artifact",
    section=_SECTION,
    severity=Severity.LOW,
    fix=Safety.SAFE,
    defers_to=("IN005", "SE003"),
)
def committed_artifact(artifacts: Artifacts) -> Iterator[Violation]:
    """No build output, coverage, cache, bundle, backup or dependency folder is tracked.

    What a tool can make again only grows the repository, goes stale and hides real changes in
    reviews. `ci/` is the place for outputs that are kept.

    Remedy: Run `git rm -r --cached PATH` and add it to `.gitignore`.

    Example:
        # before: app/__pycache__/main.cpython-312.pyc is tracked
        git rm -r --cached app/__pycache__
        echo "__pycache__/" >> .gitignore
    """
    for folder, whole, files in artifacts.found:
        place = f"{folder}/" if folder else "the root"
        message = (
            f"{place} is made by a tool, yet git tracks {counted(len(files), 'file')} of it"
            if whole
            else f"{place} holds tracked artifacts: {', '.join(_names(files))}"
        )
        yield Violation(
            subject=folder or ".",
            message=message,
            at=_places(files[:_MOST_PLACES]),
            evidence={"files": len(files)},
        )


def _places(paths: tuple[str, ...]) -> tuple[Location, ...]:
    return tuple(in_file(path) for path in paths)


def _names(files: tuple[str, ...]) -> Iterator[str]:
    """Yield the first few file names, and how many are left."""
    few = 3
    for path in files[:few]:
        yield path.rpartition("/")[2]
    if len(files) > few:
        yield f"and {len(files) - few} more"
