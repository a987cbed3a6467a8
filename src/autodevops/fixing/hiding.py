"""Whether a model's edit repairs a finding or only hides it; asked of no edit of our own.

A model reads hostile text and may obey it. So its edits may touch only files that the findings
name, a bounded number of lines, nothing that decides how the repository is judged, and what a
rule judged must still be there afterwards: jobs, services, tables, functions, routes.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from autodevops.fixing.landmarks import lost
from autodevops.model.edit import Edit
from autodevops.model.snapshot import Snapshot, decode

MOST_LINES = 200
"""Lines that a model may add and take away, together."""
_LONGEST_LINE = 2_000
"""Characters of the longest line that it may write."""
_JUDGES = re.compile(
    r"(?:.*/)?(?:\.?autodevops[^/]*|zizmor\.ya?ml|\.?gitleaks[^/]*|\.gitleaksignore"
    r"|\.secrets\.baseline|\.?trufflehog[^/]*|\.gitattributes|\.git-blame-ignore-revs|\.mailmap"
    r"|\.?semgrep[^/]*|\.snyk|\.?trivyignore[^/]*|\.hadolint\.ya?ml|[^/]*baseline[^/]*\.json)",
    re.IGNORECASE,
)
_GOVERNANCE = re.compile(
    r"\.github/(?:workflows/[^/]+|actions/.+|dependabot\.ya?ml|codeowners)|(?:docs/)?codeowners"
    r"|(?:.*/)?action\.ya?ml|\.gitlab-ci\.ya?ml|\.circleci/.+|\.husky/.+|\.pre-commit-[^/]*\.ya?ml",
    re.IGNORECASE,
)
_ALLOWANCE = re.compile(
    r"autodevops:\s*(?:allow|ignore|disable)|tool\.autodevops|zizmor:\s*ignore|gitleaks:allow"
    r"|trufflehog:ignore|pragma:\s*allowlist|nosec\b|nosemgrep|noqa\b|type:\s*ignore"
    r"|eslint-disable|hadolint\s+ignore|checkov:skip|tfsec:ignore|trivy:ignore|snyk:ignore"
    r"|commitlint-disable|@generated\b|do not edit|kics-scan",
    re.IGNORECASE,
)
_TOOTHLESS = re.compile(
    r"\bif:\s*(?:\$\{\{\s*)?['\"]?false\b|continue-on-error:\s*['\"]?(?:true|\$)"
    r"|\|\|\s*(?:true|:|exit\s+0)(?:\s|['\"]|$)|\bset\s+\+e\b|--no-verify\b|--exit-zero\b",
    re.IGNORECASE,
)
_LEAST_LEFT = 0.5
"""The part of a file's significant lines that an edit must leave."""


class Allowed(Struct, frozen=True, kw_only=True):
    """What a model may touch."""

    paths: frozenset[str]
    """Files that the findings name."""
    governance: bool = False
    """Whether workflows and CODEOWNERS are among them, by an explicit option."""


def hiding_objections(edits: Iterable[Edit], snapshot: Snapshot, allowed: Allowed) -> Iterator[str]:
    """Yield why a model's edits are not taken, each beginning with the path."""
    changed = 0
    for edit in edits:
        before = snapshot.view().data(edit.path)
        old = "" if before is None else decode(before)
        new = None if edit.content is None else decode(edit.content)
        for reason in _about(edit, allowed):
            yield f"{edit.path} {reason}"
        if edit.content is None:
            yield f"{edit.path} would be deleted"
        elif old is None or new is None:
            yield f"{edit.path} is no text"
        else:
            removed, added = _difference(old, new)
            changed += len(removed) + len(added)
            for reason in _of_text(edit.path, old, new, removed, added):
                yield f"{edit.path} {reason}"
    if changed > MOST_LINES:
        yield f"{changed} lines would change, more than {MOST_LINES}"


def _about(edit: Edit, allowed: Allowed) -> Iterator[str]:
    if edit.path not in allowed.paths:
        yield "is not a file that the finding names"
    if _JUDGES.fullmatch(edit.path):
        yield "decides how the repository is judged"
    if not allowed.governance and _GOVERNANCE.fullmatch(edit.path):
        yield "guards the repository itself, which needs an option of its own"
    if edit.executable is not None:
        yield "would get other permissions"
    if edit.keep:
        yield "would leave git"


def _of_text(path: str, old: str, new: str, removed: list[str], added: list[str]) -> Iterator[str]:
    if old.strip() and not new.strip():
        yield "would be emptied"
    if any(_is_odd(char) for line in added for char in line):
        yield "would hold invisible characters"
    if any(_TOOTHLESS.search(line) for line in added):
        yield "would switch off what it should repair"
    if any(len(line) > _LONGEST_LINE for line in added):
        yield f"would hold a line longer than {_LONGEST_LINE} characters"
    if _allowances(new) - _allowances(old):
        yield "would tell a tool to look away"
    significant = [line for line in old.split("\n") if line.strip()]
    gone = [line for line in removed if line.strip()]
    replaced = sum(1 for line in added if line.strip())
    if significant and len(gone) - replaced > (1 - _LEAST_LEFT) * len(significant):
        yield "would lose most of its lines"
    for thing in lost(path, old, new):
        yield f"would lose {thing}"
    if _commented(removed, added):
        yield "would only comment out what the finding is about"


def _is_odd(char: str) -> bool:
    return char != "\t" and unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _allowances(text: str) -> Counter[str]:
    return Counter(one.lower() for one in _ALLOWANCE.findall(text))


def _difference(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return the lines that go and that come."""
    before, after = old.split("\n"), new.split("\n")
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > MOST_LINES * 50)
    removed: list[str] = []
    added: list[str] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "equal":
            removed += before[first:last]
            added += after[start:end]
    return removed, added


def _commented(removed: list[str], added: list[str]) -> bool:
    """Tell whether all that goes comes back behind a comment mark."""
    gone = [line.strip() for line in removed if line.strip()]
    marks = re.compile(r"^\s*(?:#|//|--|<!--|/\*)+\s?")
    hidden = {marks.sub("", line).strip() for line in added if marks.match(line)}
    return bool(gone) and any(line in hidden for line in gone)
