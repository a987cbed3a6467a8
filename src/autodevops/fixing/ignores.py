"""Repository Top-Level Folders: what `.gitignore` hides by mistake comes back into sight."""

from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer


@fixer("LA008", title="except the source folder from the pattern", safety=Safety.UNSAFE)
def uncover_source(finding: Finding, site: Site) -> Answer:
    """Add a `!` line for the folder right below the pattern that hides it."""
    place = finding.locations[0]
    line = None if place.line is None else site.line_now(place.path or "", place.line)
    if place.path is None or line is None:
        return Refusal("the pattern that hides it is not there any more")
    text = site.text(place.path) or ""
    base = place.path.rpartition("/")[0]
    inside = finding.subject.removeprefix(f"{base}/") if base else finding.subject
    return site.write(place.path, _lines.inserted(text, line, f"!/{inside}/"))
