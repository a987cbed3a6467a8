"""Secret scanners in workflows that read history, and how much of it the checkout fetches."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.work import Work, Works
from autodevops.facts.workflows import Job, Step, Workflows
from autodevops.model.patterns import regex

_ACTIONS = {
    "gitguardian/ggshield-action",
    "gitguardian/ggshield/actions/secret",
    "gitleaks/gitleaks-action",
    "trufflesecurity/trufflehog",
    "zricethezav/gitleaks-action",
}
_NO_HISTORY = ("--no-git", "--staged", "--pre-commit", "--help")
_UNSHALLOW = regex(r"--unshallow|--depth[= ]\d{5,}|--deepen")


class HistoryScan(NamedTuple):
    """One scanner that reads history."""

    job: Job
    """The job."""
    scanner: str
    """The scanner."""
    path: str
    """The file that runs it."""
    line: int
    """1-based line."""
    checkout: Step
    """The checkout before it."""
    depth: int | None
    """How many commits are fetched; None for all of them, or when only a run can tell."""


class HistoryScans(Struct, frozen=True, kw_only=True):
    """Every scanner that reads history behind a checkout."""

    scans: tuple[HistoryScan, ...]
    """The first of each job, by path and job."""


@fact
def history_scans(workflows: Workflows, works: Works) -> HistoryScans:
    """Find the scanners."""
    found: list[HistoryScan] = []
    for job in workflows.jobs:
        scan = next(_scans(job, works.of(job), workflows.steps_of(job)), None)
        if scan is not None:
            found.append(scan)
    return HistoryScans(scans=tuple(found))


def _scans(job: Job, works: tuple[Work, ...], steps: tuple[Step, ...]) -> Iterator[HistoryScan]:
    for work in works:
        if not _reads_history(work):
            continue
        before = [step for step in steps if step.number < work.step.number]
        checkouts = [step for step in before if _is_own_checkout(step)]
        if checkouts:
            depth = None if any(map(_unshallows, before)) else _depth(checkouts[-1])
            yield HistoryScan(job, work.tool, work.path, work.line, checkouts[-1], depth)


def _reads_history(work: Work) -> bool:
    run = work.run
    if run is None:
        return work.tool in _ACTIONS
    words = {*run.argv[1:4]}
    match run.name:
        case "gitleaks":
            reads = {"detect", "git"} & words and not run.has(*_NO_HISTORY)
        case "trufflehog" | "trufflehog3":
            reads = "git" in words
        case "ggshield":
            reads = {"ci", "repo", "commit-range"} & words
        case "git-secrets":
            reads = run.has("--scan-history")
        case "noseyparker":
            reads = "scan" in words
        case _:
            reads = False
    return bool(reads)


def _is_own_checkout(step: Step) -> bool:
    """Tell whether a step checks this repository out, and not another one beside it."""
    repository = step.input("repository")
    return step.action == "actions/checkout" and repository in (None, "${{ github.repository }}")


def _unshallows(step: Step) -> bool:
    return step.run is not None and _UNSHALLOW.search(step.run.text) is not None


def _depth(step: Step) -> int | None:
    written = step.input("fetch-depth")
    if written is None:
        return 1
    return int(written) if written.isascii() and written.isdigit() and int(written) > 0 else None
