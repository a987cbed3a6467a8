"""CODEOWNERS & Ownership Boundaries: every file, service and guarded path has its owner."""

from autodevops.facts.ownership import Ownership
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._owners import codeowners_now, default_owners
from autodevops.fixing.codeowners import with_default

_NOBODY = Refusal("there is no default owner to give it to")
_GONE = Refusal("CODEOWNERS is not there any more")


@fixer("OW005", title="give the rest to a default owner", safety=Safety.UNSAFE)
def own_all_files(_finding: Finding, site: Site) -> Answer:
    """Begin the lines with `*` and who owns everything else already."""
    codeowners = codeowners_now(site)
    if codeowners is None:
        return _GONE
    bare = [line.pattern for line in codeowners.lines if not line.owners]
    if bare:
        return Refusal(f"{bare[0]} takes ownership away, and on purpose as it seems")
    if any(line.is_default for line in codeowners.lines):
        return ()
    return with_default(site)


@fixer("OW010", title="give the service a line of its own", safety=Safety.UNSAFE)
def own_service(finding: Finding, site: Site) -> Answer:
    """Add a line for the service with the owners that it has today."""
    codeowners = codeowners_now(site)
    if codeowners is None:
        return _GONE
    owners = _owners_of(finding.subject, site) or default_owners(site)
    if not owners:
        return _NOBODY
    text = site.text(codeowners.path) or ""
    row = f"/{finding.subject} {' '.join(owners)}"
    return site.write(codeowners.path, _lines.appended(text, row))


@fixer("OW011", title="give the guarded path a line of its own", safety=Safety.UNSAFE)
def guard_governance(finding: Finding, site: Site) -> Answer:
    """Add a line below the default, above all that is more exact already."""
    codeowners = codeowners_now(site)
    if codeowners is None:
        return _GONE
    owners = default_owners(site)
    if not owners:
        return _NOBODY
    place = finding.subject
    patterns = [line.pattern.lstrip("/") for line in codeowners.lines if line.owners]
    inside_github = place.startswith(".github/")
    if inside_github and any(one in {".github/", ".github"} for one in patterns):
        return ()
    if inside_github and not any(one.startswith(".github/") for one in patterns):
        place = ".github/"
    wide = [line.line for line in codeowners.lines if line.is_default]
    text = site.text(codeowners.path) or ""
    row = f"/{place} {' '.join(owners)}"
    at = wide[-1] if wide else (codeowners.lines[0].line - 1 if codeowners.lines else 0)
    if not wide or wide[-1] == codeowners.lines[-1].line:
        return site.write(codeowners.path, _lines.appended(text, row))
    return site.write(codeowners.path, _lines.inserted(text, at, row))


def _owners_of(folder: str, site: Site) -> tuple[str, ...]:
    """Return who owns all files of a folder today; nobody when several do."""
    ownership = site.fact(Ownership)
    lines = () if ownership is None else ownership.deciding(folder)
    owners = {
        tuple(owner.name for owner in line.owners) if line is not None else () for line in lines
    }
    return next(iter(owners)) if len(owners) == 1 else ()
