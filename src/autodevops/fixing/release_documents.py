"""Tagging and Promotion: the changelog says what each release brought."""

from functools import lru_cache

from autodevops.facts.changelog import read_sections
from autodevops.facts.release_notes import ReleaseNotes
from autodevops.facts.semver import Version, parse_version
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._release_sections import with_release
from autodevops.guide.model import ReleasePolicy


@fixer("RE006", title="write the section from the commits", safety=Safety.UNSAFE)
def write_release_notes(finding: Finding, site: Site) -> Answer:
    """Add a section that names what the release's commits say; people word it for users."""
    notes = site.fact(ReleaseNotes)
    release = notes.releases.get(finding.subject) if notes else None
    path = next(iter(listed(finding, "changelogs")), None)
    text = None if path is None else site.text(path)
    if release is None or path is None or text is None:
        return Refusal("what came with the release can't be told")
    if not release.headers:
        return Refusal("no commit came with it that no earlier release has")
    version = finding.subject.removeprefix(site.guide(ReleasePolicy).tag_prefix)
    wanted = parse_version(version)
    known = _versions(path, text)
    if wanted is None or any(one and one.precedence == wanted.precedence for one in known):
        return ()
    if known and all(one is None or one.precedence > wanted.precedence for one in known):
        return Refusal(f"{path} begins with a later version")
    new = with_release(text, path, release, version)
    if new is None:
        return Refusal(f"how {path} heads its sections is not known")
    return site.write(path, new)


@lru_cache(maxsize=4)
def _versions(path: str, text: str) -> tuple[Version | None, ...]:
    """Return the versions of a changelog's sections; hundreds of releases ask for the same."""
    return tuple(one.version for one in read_sections(path, text))
