"""Governance: the documents that every newcomer, reporter and user asks for."""

import json
from collections.abc import Callable, Iterable, Mapping

from autodevops.facts import _toml
from autodevops.facts.codeowners import CodeownersPlaces
from autodevops.facts.documents import Documents
from autodevops.facts.release_notes import ReleaseNotes
from autodevops.facts.tags import Tags
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._owners import codeowners_now
from autodevops.fixing._people import introduced
from autodevops.fixing._release_sections import with_release
from autodevops.fixing.profile import Profile, profile_of
from autodevops.fixing.rendering import rendered
from autodevops.fixing.runbooks import tidied
from autodevops.guide.model import (
    BranchPolicy,
    CommitPolicy,
    DocumentPolicy,
    FolderPolicy,
    ReleasePolicy,
    ReviewPolicy,
)

_MOST_RELEASES = 30
_MANIFESTS = {
    "package.json": ("npm ci", "npm test"),
    "pyproject.toml": ("pip install .", "pytest"),
    "Cargo.toml": ("cargo build", "cargo test"),
    "go.mod": ("go build ./...", "go test ./..."),
}


@fixer("GV001", title="write the document from what is known", safety=Safety.UNSAFE)
def write_document(finding: Finding, site: Site) -> Answer:
    """Write what the guide and the repository itself tell; people add what only they know."""
    policy = site.guide(DocumentPolicy)
    document = next((one for one in policy.documents if one.path == finding.subject), None)
    write = _WRITERS.get(document.name) if document else None
    if document is None or write is None:
        return Refusal("what belongs into it is not known")
    documents = site.fact(Documents)
    found = documents.find(document.name) if documents else None
    path = document.path if found is None else found.path
    if found is None and site.has(path):
        return ()
    text = write(site, profile_of(site))
    return text if isinstance(text, Refusal) else site.write(path, tidied(text))


def _readme(site: Site, profile: Profile) -> str | Refusal:
    folders = site.guide(FolderPolicy)
    known = [one for one in folders.folders if site.has(one.name)]
    description = _description(site)
    commands = _commands(site, profile, 0)
    if not (description or profile.services or (known and commands)):
        return Refusal("what it is about stands nowhere")
    policy = site.guide(DocumentPolicy)
    others = [one for one in policy.documents if one.name != "readme" and site.has(one.path)]
    return rendered(
        "README.md.j2",
        title=profile.name[:1].upper() + profile.name[1:],
        profile=profile,
        description=description,
        folders=known,
        commands=commands,
        documents=[(one.path, one.purpose[:1].lower() + one.purpose[1:]) for one in others],
    )


def _contributing(site: Site, profile: Profile) -> str | Refusal:
    places = site.fact(CodeownersPlaces)
    releases = site.guide(ReleasePolicy)
    return rendered(
        "CONTRIBUTING.md.j2",
        branches=site.guide(BranchPolicy),
        commits=site.guide(CommitPolicy),
        review=site.guide(ReviewPolicy),
        releases=releases,
        owners_file=places.counts if places else None,
        changelog=releases.changelog if site.has(releases.changelog) else None,
        tests=_commands(site, profile, 1),
    )


def _security(_site: Site, profile: Profile) -> str | Refusal:
    return rendered(
        "SECURITY.md.j2",
        contact=next((one for one in profile.owners if not one.startswith("@")), None),
        owners=[one for one in profile.owners if one.startswith("@")],
    )


def _maintainers(site: Site, _profile: Profile) -> str | Refusal:
    codeowners = codeowners_now(site)
    if codeowners is None or not codeowners.owners:
        return Refusal("nobody is named in CODEOWNERS who could be introduced")
    return introduced(None, codeowners, [owner.name for owner, _ in codeowners.owners])


def _changelog(site: Site, _profile: Profile) -> str | Refusal:
    policy = site.guide(ReleasePolicy)
    text = rendered("CHANGELOG.md.j2", prefix=policy.tag_prefix)
    notes = site.fact(ReleaseNotes)
    tags = site.fact(Tags)
    if notes is None and tags is not None and tags.versions:
        return Refusal("what came with each release can't be told without the history")
    if notes is not None and len(notes.releases) > _MOST_RELEASES:
        return Refusal(f"what {len(notes.releases)} releases brought is told elsewhere by now")
    for name, release in notes.releases.items() if notes else ():
        version = name.removeprefix(policy.tag_prefix)
        text = with_release(text, policy.changelog, release, version) or text
    return text


_WRITERS: Mapping[str, Callable[[Site, Profile], str | Refusal]] = {
    "readme": _readme,
    "contributing": _contributing,
    "security": _security,
    "maintainers": _maintainers,
    "changelog": _changelog,
}


def _description(site: Site) -> str:
    """Return what the root's manifest says that this is."""
    try:
        package = json.loads(site.text("package.json") or "{}")
        if isinstance(package, dict) and isinstance(package.get("description"), str):
            return str(package["description"]).strip()
        project = _toml.load(site.text("pyproject.toml") or "").get("project")
    except (ValueError, RecursionError, _toml.TomlError):
        return ""
    told = project.get("description") if isinstance(project, dict) else None
    return told.strip() if isinstance(told, str) else ""


def _commands(site: Site, profile: Profile, which: int) -> list[str]:
    """Return the commands that start (0) or test (1) what there is."""
    if not which and profile.compose:
        return ["docker compose up"]
    folders = ["", *(f"{one.folder}/" for one in profile.services)]
    return list(dict.fromkeys(_found(site, folders, which)))


def _found(site: Site, folders: Iterable[str], which: int) -> Iterable[str]:
    for folder in folders:
        for manifest, commands in _MANIFESTS.items():
            text = site.text(f"{folder}{manifest}")
            if text is None or (manifest == "package.json" and which and '"test"' not in text):
                continue
            yield f"cd {folder.rstrip('/')} && {commands[which]}" if folder else commands[which]
    if which and any(path.startswith("tests/") and path.endswith(".py") for path in site.paths):
        yield "pytest tests"
