"""Environment & Secret Management: variables are declared once, values stay out of git."""

import re
from collections.abc import Iterable
from itertools import pairwise
from posixpath import basename, dirname

from autodevops.facts.env_drift import needs_declaration
from autodevops.facts.env_files import EnvFiles, declarations
from autodevops.facts.environment import EnvironmentReads
from autodevops.facts.services import Services
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Edits, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._ignoring import GITIGNORE, anchored, ignored, is_ignored
from autodevops.fixing._paragraphs import without_line
from autodevops.guide.model import SecretPolicy

_READERS = re.compile(
    r"(?:^|/)(?:[^/]*compose[^/]*\.ya?ml|[^/]*Dockerfile[^/]*|Makefile|[^/]*\.sh)$"
)
"""Files that may read an environment file by its name."""
_GONE = Refusal("the line is not there any more")


@fixer("SE003", title="stop tracking the environment file", safety=Safety.SAFE)
def untrack_env_file(finding: Finding, site: Site) -> Answer:
    """Take the file out of git, leave it on disk, ignore it, and keep its names in the template."""
    path = finding.subject
    policy = site.guide(SecretPolicy)
    names = [one.name for one in declarations(site.text(path) or "") if not one.commented]
    public = next((one for one in names if one.startswith(policy.public_prefixes)), None)
    if public is not None:
        return Refusal(f"builds take {public} from it: say first where they get it otherwise")
    reader = next((one for one in sorted(site.paths) if _reads(one, path, site)), None)
    if reader is not None:
        return Refusal(f"{reader} reads it: say first where its values come from otherwise")
    covered = is_ignored(site, path)
    hidden = () if covered else ignored(site, [anchored(path)])
    return (*site.untrack(path), *hidden, *_kept_names(names, site))


@fixer("SE004", title="ignore environment files", safety=Safety.SAFE)
def ignore_env_files(finding: Finding, site: Site) -> Answer:
    """Add `.env` and its variants to `.gitignore`, but not the templates."""
    paths = listed(finding, "not_ignored")
    loose = {basename(path) for path in paths}
    policy = site.guide(SecretPolicy)
    files = site.fact(EnvFiles)
    real = {one.path for one in files.real} if files else set()
    others = {one for one in site.paths if basename(one) in loose} - real
    if others:
        # A pattern without a folder would hide tracked files of tests and examples.
        return ignored(site, [anchored(path) for path in paths])
    variants = sorted(loose - {".env"})
    patterns = [".env"] if ".env" in loose else []
    if variants:
        tracked = {basename(path) for path in site.paths if basename(path).startswith(".env.")}
        templates = {name for name in tracked if policy.is_env_example(name)}
        # A wide pattern would hide what is tracked and no template: then each by its name.
        patterns += variants if tracked - templates else [".env.*"]
        if tracked == templates:
            patterns += [f"!{name}" for name in sorted(templates | {policy.env_example})]
    text = site.text(GITIGNORE) or ""
    there = {row.strip() for row in text.split("\n")}
    # A line that is there and yet loses to a later one has to stand below that.
    again = [one for one in patterns if one in there and not one.startswith("!")]
    if again:
        return Refusal(f"{again[0]} is there and overruled by a later line of {GITIGNORE}")
    return ignored(site, patterns)


@fixer("SE005", title="list the variables in a template", safety=Safety.SAFE)
def write_env_example(finding: Finding, site: Site) -> Answer:
    """Create the template with every variable that has to be set, and no value."""
    policy = site.guide(SecretPolicy)
    near = [path for path in listed(finding, "templates") if not dirname(path)]
    if near:
        return Refusal(f"{near[0]} is a template already: rename it, and where it is named")
    if site.has(policy.env_example):
        return ()
    files = site.fact(EnvFiles)
    kept = "" if files and files.real else "; .env is never committed"
    rows = [f"# Copy to .env and fill in{kept}."]
    for secret in policy.secrets:
        rows += ["", f"# {secret.purpose}", f"{secret.name}="]
    required = {secret.name for secret in policy.secrets}
    rows += _read_rows(name for name in _needed(site) if name not in required)
    return site.write(policy.env_example, "".join(f"{row}\n" for row in rows))


@fixer("SE006", title="name the secret in the template", safety=Safety.SAFE)
def name_secret(finding: Finding, site: Site) -> Answer:
    """Add `NAME=` with what it is for."""
    policy = site.guide(SecretPolicy)
    secret = policy.find(finding.subject)
    if secret is None:
        return Refusal("the guide in force has no such secret")
    return _declared(site, [secret.name], secret.purpose)


@fixer("SE007", title="let the template agree with the code", safety=Safety.SAFE)
def agree_on_variable(finding: Finding, site: Site) -> Answer:
    """Add a variable that something reads, take one out that nothing does."""
    if finding.evidence.get("drift") != "unused":
        return _declared(site, [finding.subject], None)
    path = site.guide(SecretPolicy).env_example
    text = site.text(path)
    if text is None:
        return _GONE
    found = [one for one in declarations(text) if one.name == finding.subject]
    if len(found) != 1:
        return Refusal("it is declared several times")
    row = text.split("\n")[found[0].line - 1]
    if row.count('"') % 2 or row.count("'") % 2:
        return Refusal("its value goes over several lines")
    return site.write(path, without_line(text, found[0].line))


def _declared(site: Site, names: Iterable[str], purpose: str | None) -> Edits:
    """Return the edit that adds variables without values to the template."""
    path = site.guide(SecretPolicy).env_example
    text = site.text(path) or ""
    known = {one.name for one in declarations(text)}
    new = [name for name in names if name not in known]
    if not new:
        return ()
    documented = purpose is not None and _is_documented(text)
    comment = [f"# {purpose}"] if documented else []
    gap = [""] if documented and text.rstrip("\n") else []
    return site.write(path, _lines.appended(text, *gap, *comment, *(f"{one}=" for one in new)))


def _is_documented(text: str) -> bool:
    """Tell whether a template says of its variables what they are for."""
    rows = text.split("\n")
    pairs = pairwise(rows)
    told = sum(a.startswith("# ") and "=" not in a and "=" in b for a, b in pairs)
    return told * 2 >= sum("=" in row and not row.startswith("#") for row in rows)


def _needed(site: Site) -> list[str]:
    """Return the variables that something reads and nobody sets, by name."""
    reads = site.fact(EnvironmentReads)
    policy = site.guide(SecretPolicy)
    return [
        name
        for name, readers in (reads.by_name.items() if reads else ())
        if not policy.is_provided(name) and any(map(needs_declaration, readers))
    ]


def _read_rows(names: Iterable[str]) -> list[str]:
    rows = [f"{name}=" for name in names]
    return ["", *rows] if rows else []


def _kept_names(names: Iterable[str], site: Site) -> Edits:
    """Return the edit that keeps the names of variables which something reads in the template."""
    files = site.fact(EnvFiles)
    services = site.fact(Services)
    path = site.guide(SecretPolicy).env_example
    if files is None or services is None or not site.has(path):
        return ()
    read = set(_needed(site))
    return _declared(site, [one for one in names if one in read - files.declared], None)


def _reads(path: str, env_file: str, site: Site) -> bool:
    """Tell whether a file names an environment file as one that is there."""
    if not (_READERS.search(path) or path.startswith(".github/workflows/")):
        return False
    named = re.compile(rf"(?<![\w.-]){re.escape(basename(env_file))}(?![\w.*-])")
    return any(
        named.search(row) and not re.search(r"^\s*#|\b(?:cp|ln|touch|rm)\s|>", row)
        for row in (site.text(path) or "").split("\n")
    )
