"""Claims about what pipelines run and use, held against the files that pipelines are made of."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from autodevops.facts._line_counter import LineCounter
from autodevops.facts.attestations import Claim
from autodevops.facts.workflows import WORKFLOWS
from autodevops.model.finding import Location, in_file
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable

Answer: TypeAlias = tuple[str, tuple[Location, ...]] | Unavailable | None
"""What contradicts a claim and where; why that is unknown; None when nothing does."""

_USES = regex(
    r"^\s{0,99}(?:-\s{1,9})?uses:\s{1,9}[\"']?([\w.-]+/[\w./-]+)@([\w./-]+)", re.MULTILINE
)
_COMMIT = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_GITHUBS_OWN = ("actions/", "github/")
_PIPELINES = (
    ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", "Jenkinsfile", "Makefile",
    "package.json", ".pre-commit-config.yaml", "tox.ini", "noxfile.py", "pyproject.toml",
    "justfile",    "Taskfile.yml", "bitbucket-pipelines.yml", ".travis.yml", "lefthook.yml",
)  # fmt: skip
_PLACES = 20


def loose_action(snapshot: Snapshot, claim: Claim) -> Answer:
    """Return an action that is used by tag or branch, although all are said to be pinned."""
    only_others = "third-party" in claim.statement.text
    loose = []
    for path, text in _workflows(snapshot):
        lines = LineCounter(text)
        for match in _USES.finditer(text):
            if _COMMIT.fullmatch(match[2]):
                continue
            if not (only_others and match[1].startswith(_GITHUBS_OWN)):
                place = in_file(path, lines.line_at(match.start(1)))
                loose.append((f"{match[1]}@{match[2]}", place))
    if not loose:
        return None
    return f"{loose[0][0]} is not pinned to a commit", tuple(at for _, at in loose[:_PLACES])


def missing_scanner(snapshot: Snapshot, claim: Claim) -> Answer:
    """Return that nothing in the repository runs a scanner that is said to run."""
    scanner = claim.scanner or ""
    program = scanner.partition(" ")[0]
    texts = [text for _, text in _workflows(snapshot)]
    texts += [snapshot.text(path, CONFIG_LIMIT) or "" for path in _PIPELINES]
    texts += [
        snapshot.text(entry.path, CONFIG_LIMIT) or ""
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE and entry.path.startswith((".github/actions/", "scripts/"))
    ]
    wanted = scanner if program == "npm" else program
    if any(wanted in text.lower() for text in texts):
        return None
    return f"no workflow, hook or script names {scanner}", ()


def _workflows(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for entry in snapshot.entries:
        if entry.kind is EntryKind.FILE and entry.path.startswith(WORKFLOWS):
            yield entry.path, snapshot.text(entry.path, CONFIG_LIMIT) or ""
