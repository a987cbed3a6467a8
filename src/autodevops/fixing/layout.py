"""Repository Top-Level Folders: what belongs there is created, what tools left behind goes."""

import re
from posixpath import basename

from autodevops.facts._path_kinds import is_vendored
from autodevops.facts.artifacts import Artifact, Artifacts
from autodevops.facts.path_index import PathIndex
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._ignoring import anchored, ignored, is_ignored
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import ArtifactPolicy, FolderPolicy, ServicePolicy
from autodevops.guide.sections.base import matches, matches_any

_CODE = "is a service's folder: what belongs there is its code"
_USERS = re.compile(
    r"(?:^|/)(?:Dockerfile[^/]*|[^/]*compose[^/]*\.ya?ml|requirements[^/]*\.(?:txt|in)|Makefile"
    r"|pyproject\.toml|setup\.(?:py|cfg)|package\.json|Cargo\.toml|[^/]*\.tf|MANIFEST\.in)$"
    r"|^\.github/workflows/[^/]*$"
)
"""Files that say what a build or a pipeline takes."""
_MOST_USERS = 300
_GITHUB = ".github"
_NEAR = 1
"""Folders above one in which people would still look for it."""


@fixer("LA001", title="begin the folder with what belongs there", safety=Safety.SAFE)
def create_folder(finding: Finding, site: Site) -> Answer:
    """Create the folder with a README that says what belongs in it."""
    folder = site.guide(FolderPolicy).find(finding.subject)
    if folder is None:
        return Refusal("the guide in force has no such folder")
    if site.has(folder.name):
        return ()
    similar = finding.evidence.get("similar")
    if similar:
        return Refusal(f"{similar}/ may be what belongs there, and a second folder would not help")
    service = site.guide(ServicePolicy).find(folder.name)
    if service is not None and service.folder == folder.name:
        return Refusal(f"{folder.name}/ {_CODE}")
    deeper = _deeper(folder.name, site)
    if deeper is not None:
        return Refusal(f"{deeper}/ holds such things already: move them, or say so in the guide")
    purpose = folder.purpose.rstrip(".")
    text = f"# {purpose[:1].upper()}{purpose[1:]}\n\n{folder.contents.rstrip('.')}.\n"
    return _placed(folder.name, text, site)


@fixer("LA006", title="stop tracking what tools make, and ignore it", safety=Safety.SAFE)
def untrack_artifacts(finding: Finding, site: Site) -> Answer:
    """Take the artifacts out of git, leave them on disk, and add them to `.gitignore`."""
    artifact = _artifact(finding, site)
    if artifact is None:
        return Refusal("what is tracked there can't be told")
    policy = site.guide(ArtifactPolicy)
    disposable = artifact.whole and matches_any(policy.folders, basename(artifact.folder).lower())
    user = None if disposable else _used_by(artifact, site)
    if user is not None:
        return Refusal(f"{user} takes it as it is tracked")
    gone = tuple(edit for path in artifact.files for edit in site.untrack(path))
    return (*gone, *ignored(site, _patterns(artifact, site, policy)))


def _placed(folder: str, text: str, site: Site) -> Answer:
    """Return the edit that begins a folder; GitHub shows some READMEs as the repository's own."""
    if folder == _GITHUB:
        return site.write(f"{folder}/pull_request_template.md", rendered("pull_request.md.j2"))
    is_shown = not any(path.lower().startswith("readme") for path in site.paths if "/" not in path)
    name = "index.md" if is_shown and folder == "docs" else "README.md"
    return site.write(f"{folder}/{name}", text)


def _deeper(name: str, site: Site) -> str | None:
    """Return a folder that is called much the same and lies elsewhere."""
    wanted = _bare(name)
    index = site.fact(PathIndex)
    folders = () if index is None else index.folders
    near = (one for one in folders if one.count("/") <= _NEAR and _bare(basename(one)) == wanted)
    return next((one for one in near if not is_vendored(f"{one}/x")), None)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower()).removesuffix("s")


def _artifact(finding: Finding, site: Site) -> Artifact | None:
    artifacts = site.fact(Artifacts)
    found = () if artifacts is None else artifacts.found
    return next((one for one in found if (one.folder or ".") == finding.subject), None)


def _patterns(artifact: Artifact, site: Site, policy: ArtifactPolicy) -> list[str]:
    """Return what keeps the artifacts out from now on; nothing for those ignored already."""
    loose = [path for path in artifact.files if not is_ignored(site, path)]
    if not loose:
        return []
    if artifact.whole:
        name = basename(artifact.folder)
        own = f"{name}/"
        wide = matches_any(policy.folders, name.lower()) and not _holds_others(site, artifact, name)
        return [own if wide else anchored(f"{artifact.folder}/")]
    return [_pattern(path, artifact, site, policy) for path in loose]


def _holds_others(site: Site, artifact: Artifact, name: str) -> bool:
    """Tell whether tracked files that are no artifacts lie in folders of that name."""
    artifacts = site.fact(Artifacts)
    known = frozenset(artifact.files) if artifacts is None else artifacts.files
    return any(f"/{name}/" in f"/{path}" and path not in known for path in site.paths)


def _pattern(path: str, artifact: Artifact, site: Site, policy: ArtifactPolicy) -> str:
    """Return the policy's pattern for a file, or its own path where that would hide others."""
    name = basename(path)
    artifacts = site.fact(Artifacts)
    known = frozenset(artifact.files) if artifacts is None else artifacts.files
    for pattern in policy.files:
        if matches(pattern, name.lower()):
            wide = pattern if matches(pattern, name) else name
            others = (one for one in site.paths if one not in known)
            if not any(matches(wide, basename(one)) for one in others):
                return wide
    return anchored(path)


def _used_by(artifact: Artifact, site: Site) -> str | None:
    """Return a file that names the artifacts as something that is there."""
    index = site.fact(PathIndex)
    users = [path for path in (index.paths if index else ()) if _USERS.search(path)][:_MOST_USERS]
    names = [f"{basename(artifact.folder)}/"] if artifact.whole else _names(artifact)
    for path in users:
        text = site.text(path) or ""
        if any(_is_named(name, text) for name in names):
            return path
    return None


def _names(artifact: Artifact) -> list[str]:
    return [basename(path) for path in artifact.files]


def _is_named(name: str, text: str) -> bool:
    """Tell whether a text speaks of a file or folder other than to leave it out."""
    at = text.find(name)
    while at >= 0:
        before = text[at - 1 : at]
        start = text.rfind("\n", 0, at) + 1
        if before in {"", " ", "/", '"', "'", "=", ":", "\n", "\t", "("}:
            line = text[start : text.find("\n", at) if "\n" in text[at:] else len(text)]
            if not re.search(r"\brm\b|clean|exclude|ignore|^\s{0,99}[#!]", line):
                return True
        at = text.find(name, at + 1)
    return False
