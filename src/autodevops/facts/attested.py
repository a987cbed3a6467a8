"""The documents' claims held against what the tool knows."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._pipeline_claims import Answer, loose_action, missing_scanner
from autodevops.facts.attestations import Attestations, Claim, Topic
from autodevops.facts.branches import Branches
from autodevops.facts.commits import DefaultCommits
from autodevops.facts.env_files import EnvFiles
from autodevops.facts.secrets import secret_history, secrets
from autodevops.model.finding import Confidence, Location, NotApplicable, at_ref, in_commit, in_file
from autodevops.model.settings import Protection
from autodevops.model.snapshot import Snapshot, Unavailable

_SHOWN = 3
_PLACES = 20


class Contradicted(NamedTuple):
    """One claim that is not true."""

    claim: Claim
    """The claim."""
    truth: str
    """What is the case instead."""
    places: tuple[Location, ...]
    """Where that is seen."""


class Undecided(NamedTuple):
    """One claim that could not be checked."""

    claim: Claim
    """The claim."""
    why: Unavailable
    """What kept it from being checked."""


class Attested(Struct, frozen=True, kw_only=True):
    """What became of the claims."""

    claims: int
    """How many claims there are."""
    contradicted: tuple[Contradicted, ...]
    """Claims that are not true."""
    undecided: tuple[Undecided, ...]
    """Claims that could not be checked."""


class Evidence(Struct, frozen=True, kw_only=True):
    """The facts that claims are held against, each as far as it is known."""

    snapshot: Snapshot
    """Where secrets are looked for, if somebody claims that there are none."""
    files: EnvFiles
    """Tracked environment files."""
    branches: Branches | Unavailable | NotApplicable
    """Branches."""
    commits: DefaultCommits | Unavailable | NotApplicable
    """Commits of the default branch."""
    protection: Protection | Unavailable
    """What protects it."""


@fact
def evidence(
    snapshot: Snapshot,
    files: EnvFiles,
    branches: Branches | Unavailable | NotApplicable,
    commits: DefaultCommits | Unavailable | NotApplicable,
    protection: Protection | Unavailable,
) -> Evidence:
    """Gather what claims can be held against."""
    return Evidence(
        snapshot=snapshot,
        files=files,
        branches=branches,
        commits=commits,
        protection=protection,
    )


@fact
def attested(attestations: Attestations, evidence: Evidence) -> Attested:
    """Check each claim against the fact that it is about."""
    contradicted: list[Contradicted] = []
    undecided: list[Undecided] = []
    for claim in attestations.claims:
        answer = _check(claim, evidence)
        if isinstance(answer, Unavailable):
            undecided.append(Undecided(claim, answer))
        elif answer is not None:
            contradicted.append(Contradicted(claim, *answer))
    return Attested(
        claims=len(attestations.claims),
        contradicted=tuple(contradicted),
        undecided=tuple(undecided),
    )


def _check(claim: Claim, known: Evidence) -> Answer:
    match claim.topic:
        case Topic.PINNED_ACTIONS:
            return loose_action(known.snapshot, claim)
        case Topic.SCANNER_IN_CI:
            return missing_scanner(known.snapshot, claim)
        case _:
            return _CHECKS[claim.topic](known)


def _env_files(known: Evidence) -> Answer:
    paths = [file.path for file in known.files.real]
    return (f"{_some(paths)} {_is(paths)} tracked", _files(paths)) if paths else None


def _secrets(known: Evidence) -> Answer:
    # Asked for here and not as a parameter: a file that could not be searched is nobody's gap
    # unless somebody claims that there are no secrets.
    scanned = secrets(known.snapshot)
    if isinstance(scanned, Unavailable):
        return scanned
    found = [
        one
        for one in scanned.in_tree
        if one.allowance is None and one.confidence is not Confidence.LOW
    ]
    if not found:
        return None
    places = tuple(in_file(one.path, one.line) for one in found[:_PLACES])
    return f"{found[0].path} holds a {found[0].title}", places


def _history(known: Evidence) -> Answer:
    in_tree = _secrets(known)
    scanned = secret_history(known.snapshot)
    if isinstance(scanned, Unavailable):
        # What is in the tree is in history too.
        return scanned if in_tree is None else in_tree
    leaks = [
        leak
        for leak in scanned.leaks
        if leak.detection.allowance is None and leak.detection.confidence is not Confidence.LOW
    ]
    if not leaks:
        return None
    first = leaks[0].detection
    where = f"commit {leaks[0].commit[:8]}" if leaks[0].commit else leaks[0].refs[0]
    places = tuple(
        in_commit(leak.commit, leak.detection.path, leak.detection.line)
        for leak in leaks[:_PLACES]
        if leak.commit
    )
    return f"{where} holds a {first.title} in {first.path}", places


def _branches(known: Evidence) -> Answer:
    branches = known.branches
    if isinstance(branches, Unavailable):
        return branches
    if isinstance(branches, NotApplicable) or not branches.others:
        return None
    names = [branch.name for branch in branches.others]
    return f"{_some(names)} {_is(names)} there too", tuple(map(at_ref, names[:_PLACES]))


def _protection(known: Evidence) -> Answer:
    protection = known.protection
    if isinstance(protection, Unavailable):
        return protection
    if protection.pull_request or protection.force_pushes.is_on or protection.required_checks:
        return None
    return protection.unseen or (f"nothing protects {protection.branch} on GitHub", ())


def _signatures(known: Evidence) -> Answer:
    commits = known.commits
    if isinstance(commits, Unavailable):
        return commits
    if isinstance(commits, NotApplicable):
        return None
    unsigned = [commit.oid for commit in commits.commits if not commit.signed]
    if not unsigned:
        return None
    told = f"{len(unsigned)} of the last {len(commits.commits)} commits carry no signature"
    return told, tuple(map(in_commit, unsigned[:_PLACES]))


def _files(paths: list[str]) -> tuple[Location, ...]:
    return tuple(map(in_file, paths[:_PLACES]))


def _some(names: list[str]) -> str:
    """Return the first names and how many are left."""
    told = ", ".join(names[:_SHOWN])
    return f"{told} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else told


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


_CHECKS: dict[Topic, Callable[[Evidence], Answer]] = {
    Topic.NO_SECRETS: _secrets,
    Topic.NO_SECRETS_IN_HISTORY: _history,
    Topic.NO_ENV_FILES: _env_files,
    Topic.ONLY_DEFAULT_BRANCH: _branches,
    Topic.PROTECTED_BRANCH: _protection,
    Topic.SIGNED_COMMITS: _signatures,
}
