"""Governance: Dependabot looks after every manifest."""

from collections.abc import Iterable

from autodevops.facts._yaml import Sequence
from autodevops.facts.dependency_manifests import Manifest
from autodevops.facts.dependency_updates import DependencyUpdates
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.guide.model import DependencyPolicy

_INTERVAL = ("schedule:", "  interval: weekly")


@fixer("GV004", title="let Dependabot look after it", safety=Safety.SAFE)
def keep_dependencies_fresh(finding: Finding, site: Site) -> Answer:
    """Create Dependabot's configuration, or add the ecosystem and folder to it."""
    updates = site.fact(DependencyUpdates)
    if updates is None:
        return Refusal("which manifests there are can't be told")
    if updates.dependabot is None and updates.renovate is not None:
        return Refusal(f"{updates.renovate} leaves it out, by its own choice of managers")
    path = updates.dependabot or site.guide(DependencyPolicy).dependabot[0]
    if updates.dependabot is None:
        rows = ["version: 2", "updates:", *_entries(updates.uncovered)]
        return site.write(path, "".join(f"{row}\n" for row in rows))
    manifest = next((one for one in updates.uncovered if one.paths[0] == finding.subject), None)
    text = site.text(path)
    if manifest is None or text is None:
        return Refusal("the manifest is not there any more")
    lines = (
        f"package-ecosystem: {manifest.ecosystem}",
        f"directory: {_folder(manifest)}",
        *_INTERVAL,
    )
    if _is_there(text, manifest):
        return ()
    new = _yaml.append_item(text, ("updates",), *lines)
    return new if isinstance(new, Refusal) else site.write(path, new)


def _entries(manifests: Iterable[Manifest]) -> list[str]:
    """Return one entry an ecosystem, as lines of a list below `updates:`."""
    folders: dict[str, list[str]] = {}
    for one in manifests:
        folders.setdefault(one.ecosystem, []).append(_folder(one))
    rows = []
    for ecosystem, found in folders.items():
        own = list(dict.fromkeys(found))
        rows.append(f"  - package-ecosystem: {ecosystem}")
        if len(own) == 1:
            rows.append(f"    directory: {own[0]}")
        else:
            rows += ["    directories:", *(f"      - {folder}" for folder in own)]
        rows += [f"    {row}" for row in _INTERVAL]
    return rows


def _folder(manifest: Manifest) -> str:
    # Dependabot looks for workflows and actions from the root.
    folder = "/" if manifest.ecosystem == "github-actions" else f"/{manifest.folder}"
    is_plain = (
        all(letter.isalnum() or letter in "/._-@" for letter in folder) and "/@" not in folder
    )
    return folder if is_plain else '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_there(text: str, manifest: Manifest) -> bool:
    """Tell whether an earlier edit added the entry already."""
    entries = _yaml.find(text, ("updates",))
    for entry in entries.items if isinstance(entries, Sequence) else ():
        ecosystem, folder = entry.get("package-ecosystem"), entry.get("directory")
        if ecosystem is None or folder is None or ecosystem.as_text != manifest.ecosystem:
            continue
        if folder.as_text == _folder(manifest).strip('"'):
            return True
    return False
