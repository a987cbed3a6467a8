"""Docker & Kubernetes Manifests: what must stay out of an image is left out of its build."""

import re
from posixpath import basename

from autodevops.facts._docker_ignore import read_docker_ignore
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.guide.model import SecretPolicy

_FROM_GIT = re.compile(
    r"setuptools[_-]scm|hatch-vcs|versioningit|poetry-dynamic-versioning|versioneer"
    r"|\bgit\s+(?:rev-parse|describe|log|rev-list|status)\b|\bvcs\.(?:revision|time)\b"
    r"|-buildvcs=true|COPY\s[^\n]{0,200}\.git\b"
)
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Makefile", "package.json")


@fixer("CO006", title="leave it out of the build context", safety=Safety.SAFE)
def leave_out_of_images(finding: Finding, site: Site) -> Answer:
    """Add `.git`, environment files and dependency folders to the `.dockerignore` that counts."""
    path = finding.subject
    left_in = listed(finding, "left_in")
    folder = path.rpartition("/")[0]
    reader = _needs_git(finding, site, folder) if ".git" in left_in else None
    if reader is not None:
        return Refusal(f"{reader} asks git during the build")
    if _has_env(left_in) and (tracked := _tracked_env(site, folder)) is not None:
        return Refusal(f"{tracked} is tracked and would be missing from the image")
    text = site.text(path) or ""
    known = {row.strip() for row in text.split("\n")}
    new = [one for one in _patterns(left_in, site) if one not in known]
    # What an earlier line brings back on purpose stays: the new lines would take it away again.
    changed = _lines.appended(text, *new)
    ignore = read_docker_ignore(path, changed)
    still = [one for one in left_in if not ignore.excluding(one)]
    return Refusal(f"{still[0]} would still be copied") if still else site.write(path, changed)


def _patterns(left_in: tuple[str, ...], site: Site) -> list[str]:
    patterns = [".git"] if ".git" in left_in else []
    if _has_env(left_in):
        example = basename(site.guide(SecretPolicy).env_example)
        patterns += ["**/.env*", f"!**/{example}"]
    others = {basename(one) for one in left_in} - {".git"}
    patterns += [f"**/{one}" for one in sorted(others) if not one.startswith(".env")]
    return patterns


def _has_env(left_in: tuple[str, ...]) -> bool:
    return any(basename(one).startswith(".env") for one in left_in)


def _tracked_env(site: Site, folder: str) -> str | None:
    """Return a tracked environment file of the context that is no template."""
    prefix = f"{folder}/" if folder else ""
    policy = site.guide(SecretPolicy)
    example = basename(policy.env_example)
    for path in sorted(site.paths):
        name = basename(path)
        if path.startswith(prefix) and name.startswith(".env") and name != example:
            return path if not policy.is_env_example(name) else None
    return None


def _needs_git(finding: Finding, site: Site, folder: str) -> str | None:
    """Return a file of the build that asks git for a version."""
    dockerfiles = [one.path for one in finding.locations if one.path is not None]
    prefix = f"{folder}/" if folder else ""
    for path in (*dockerfiles, *(f"{prefix}{name}" for name in _MANIFESTS)):
        if _FROM_GIT.search(site.text(path) or ""):
            return path
    return None
