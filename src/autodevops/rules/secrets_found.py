"""Environment & Secret Management: no secret stands in a file, or ever stood in history."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from autodevops.facts.env_files import EnvFiles
from autodevops.facts.secret_baselines import SecretBaselines
from autodevops.facts.secrets import SecretHistory, Secrets, is_environment_example
from autodevops.model.detection import Detection, Leak
from autodevops.model.finding import (
    AppliedWaiver,
    Confidence,
    Location,
    NotApplicable,
    Plain,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_commit,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Environment & Secret Management"
_TREE = ("SE001", "secret-in-tree")
_HISTORY = ("SE001", "secret-in-tree", "SE002", "secret-in-history")
_EXAMPLE = ("SE008", "env-example-value", "SE001", "secret-in-tree")
_MOST_PLACES = 50
"""Most places that one finding lists."""


@rule(
    "SE001",
    "secret-in-tree",
    section=_SECTION,
    severity=Severity.HIGH,
    defers_to=("IN004", "CO002", "CO008", "CO011", "SE008", "SB004"),
)
def secret_in_tree(secrets: Secrets) -> Iterator[Violation]:
    """No tracked file holds a secret.

    Whoever can read the repository, a fork, a backup or a laptop with a clone can use it. Private
    keys, live keys and keys that pass by every policy are critical. Public keys, placeholders,
    references such as `${{ secrets.X }}` and defaults that everybody knows are no secrets.

    A comment on the same line or alone on the line above accepts one that has to stay:
    `autodevops: allow SE001 -- reason`. Without a reason it doesn't count.

    Remedy: Revoke it where it was issued, issue a new one, and keep that in the provider's secret
    store or in GitHub Actions secrets. Deleting the line or rewriting history alone does not help:
    whoever cloned or forked the repository still has it. Afterwards purge it with
    `git filter-repo --replace-text`, push every ref and ask the host to drop cached views.

    Example:
        before: client = Client(token="<the token itself>")
        after:  client = Client(token=os.environ["ACME_TOKEN"])
    """
    yield from _grouped(secrets.in_tree, _TREE)


@rule("SE008", "env-example-value", section=_SECTION, severity=Severity.HIGH, fix=Safety.UNSAFE)
def env_example_value(secrets: Secrets, files: EnvFiles) -> Iterator[Violation | NotApplicable]:
    """The template of the environment file holds no real value.

    `.env.example` is copied, shown and sent around: a real value in it is published on purpose.

    Remedy: Put a placeholder such as `NAME=your-name-here` in its place, and rotate the value.

    Example:
        before: ENCRYPTION_KEY=<64 random digits>
        after:  ENCRYPTION_KEY=generate-with-openssl-rand-hex-32
    """
    if not files.templates:
        yield NotApplicable(reason="there is no `.env.example` or other template")
        return
    templates = {file.path for file in files.templates}
    found = [
        detection
        for detection in secrets.in_tree
        if detection.path in templates or is_environment_example(detection.path)
    ]
    yield from _grouped(found, _EXAMPLE)


@rule("SE002", "secret-in-history", section=_SECTION, severity=Severity.HIGH, tier="H")
def secret_in_history(history: SecretHistory) -> Iterator[Violation | Unknown]:
    """No version of any file that a branch, tag or other ref reaches holds a secret.

    A deleted secret is one `git log -p` away: in old commits, on side branches, under tags, in
    pull requests, in the stash and in notes.

    Remedy: Revoke it where it was issued; that alone ends the danger. Rewriting history by itself
    doesn't help, since clones, forks and caches keep it. Once it is revoked, purge it with
    `git filter-repo --replace-text`, push every ref that is named here, delete those that can't be
    rewritten, and ask the host to drop cached views and pull request refs.

    Example:
        # ../replacements.txt has the line: <the revoked value>==>REMOVED
        git filter-repo --replace-text ../replacements.txt
        git remote add origin URL          # filter-repo took it away
        git push --force origin --all
        git push --force origin --tags
    """
    for leak in history.leaks:
        yield _leaked(leak)
    if history.since is not None:
        day = datetime.fromtimestamp(history.since, UTC).date().isoformat()
        yield Unknown(
            reason=f"only commits since {day} were searched for secrets",
            needs="an audit without `--history-since`",
        )


@rule("SE015", "stale-baseline", section=_SECTION, severity=Severity.MEDIUM)
def stale_baseline(baselines: SecretBaselines) -> Iterator[Violation]:
    """The committed baseline of a secret scanner agrees with the files.

    An entry whose file or secret is gone hides nothing today and the next secret on that line
    tomorrow.

    Remedy: Write the baseline anew (`detect-secrets scan --baseline .secrets.baseline`), drop dead
    lines from `.gitleaksignore`, and look at what is new before accepting it.

    Example:
        # before: .secrets.baseline lists app/old.py, which is gone
        detect-secrets scan --baseline .secrets.baseline
        git diff .secrets.baseline
    """
    for path in baselines.paths:
        stale = [entry for entry in baselines.stale if entry.baseline == path]
        if not stale:
            continue
        places = dict.fromkeys(in_file(path, entry.line) for entry in stale)
        yield Violation(
            subject=path,
            message=f"{path} is stale: {stale[0].reason}{_more(len(stale) - 1)}",
            at=tuple(places)[:_MOST_PLACES],
            evidence={"stale": [entry.reason for entry in stale[:_MOST_PLACES]]},
        )


def _more(count: int) -> str:
    return f"; {count} more like it" if count else ""


def _grouped(detections: Iterable[Detection], rules: tuple[str, ...]) -> Iterator[Violation]:
    """Yield one violation for each file and name: what a person would fix in one go."""
    subjects: dict[str, list[Detection]] = {}
    for detection in detections:
        subjects.setdefault(detection.subject, []).append(detection)
    for same in subjects.values():
        unaccepted = [one for one in same if not one.allowed(*rules)]
        yield _held(unaccepted or same, rules)


def _held(same: list[Detection], rules: tuple[str, ...]) -> Violation:
    worst = max(same, key=lambda one: one.severity.rank)
    places = [in_file(one.path, one.line, one.column, one.end_line) for one in same]
    return Violation(
        subject=worst.subject,
        message=f"{worst.path} holds {_described(worst)}{_unexplained(worst)}",
        at=tuple(dict.fromkeys(places))[:_MOST_PLACES],
        evidence=_evidence(worst),
        severity=worst.severity,
        confidence=worst.confidence,
        remedy=worst.remedy,
        waiver=_waiver(worst, rules),
    )


def _leaked(leak: Leak) -> Violation:
    detection = leak.detection
    reached = listed([_short(name) for name in leak.refs])
    if leak.ref_count > len(leak.refs):
        reached = f"{leak.ref_count} refs, {reached} among them"
    came = f"came with {leak.commit[:12]}" if leak.commit else "stands in no commit"
    where = f"{detection.path} held {_described(detection)}: it {came}"
    return Violation(
        subject=detection.subject,
        message=f"{where} and is reached from {reached}{_unexplained(detection)}",
        at=_place(leak),
        evidence={
            **_evidence(detection),
            "commit": leak.commit,
            "commit_subject": leak.summary,
            "paths": list(leak.paths[:_MOST_PLACES]),
            "versions": leak.versions,
            "refs": [_short(name) for name in leak.refs],
            "ref_count": leak.ref_count,
            "admitted_by": list(leak.admitted),
        },
        severity=detection.severity,
        confidence=detection.confidence,
        remedy=detection.remedy,
        waiver=_waiver(detection, _HISTORY),
    )


def _place(leak: Leak) -> Location:
    detection = leak.detection
    if leak.commit is None:
        return Location(path=detection.path, line=detection.line, ref=_short(leak.refs[0]))
    return in_commit(leak.commit, detection.path, detection.line)


def _short(ref: str) -> str:
    for prefix in ("refs/heads/", "refs/tags/", "refs/remotes/", "refs/"):
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref


def _described(detection: Detection) -> str:
    article = "an" if detection.title[:1] in "AEIOaeio" else "a"
    named = f" as {detection.name}" if detection.name else ""
    unsure = " that looks real" if detection.confidence is not Confidence.HIGH else ""
    return f"{article} {detection.title} ({detection.masked}){unsure}{named}"


def _unexplained(detection: Detection) -> str:
    allowance = detection.allowance
    if allowance is None or allowance.reason is not None:
        return ""
    return "; the comment that allows it gives no reason and does not count"


def _waiver(detection: Detection, rules: tuple[str, ...]) -> AppliedWaiver | None:
    allowance = detection.allowance
    if allowance is None or allowance.reason is None or not detection.allowed(*rules):
        return None
    source = f"{detection.path}:{allowance.line}"
    return AppliedWaiver(reason=allowance.reason, expires=None, approved_by=None, source=source)


def _evidence(detection: Detection) -> dict[str, Plain]:
    told: dict[str, Plain] = {
        "kind": detection.kind,
        "provider": detection.provider,
        "masked": detection.masked,
        "engine_rule": detection.engine_rule,
    }
    return told | dict(detection.evidence)
