"""Repository Top-Level Folders."""

from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.guide.model import FolderPolicy


@fixer("LA001", title="create the folder with a README", safety=Safety.SAFE)
def create_folder(finding: Finding, site: Site) -> Answer:
    """Create the folder with a README that says what belongs in it."""
    folder = site.guide(FolderPolicy).find(finding.subject)
    if folder is None:
        return Refusal("the guide in force has no such folder")
    if site.has(folder.name):
        return ()
    purpose = folder.purpose.rstrip(".")
    text = f"# {purpose[:1].upper()}{purpose[1:]}\n\n{folder.contents.rstrip('.')}.\n"
    return site.write(f"{folder.name}/README.md", text)
