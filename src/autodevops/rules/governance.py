"""Governance: documents, dependency updates, waivers, encodings."""

from collections.abc import Iterator

from autodevops.facts.dependency_manifests import Manifest
from autodevops.facts.dependency_updates import DependencyUpdates
from autodevops.facts.documents import Documents
from autodevops.facts.encodings import Encodings
from autodevops.facts.secrets import Secrets
from autodevops.guide.model import DependencyPolicy, DocumentPolicy
from autodevops.guide.waivers import Waiver, WaiverUse
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Violation,
    in_file,
)
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_MOST_PLACES = 200
"""Most places that one finding lists."""


@rule("GV001", "governance-file", section="Summary", severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def governance_file(documents: Documents, policy: DocumentPolicy) -> Iterator[Violation]:
    """README, CONTRIBUTING, SECURITY, MAINTAINERS and CHANGELOG exist and say something.

    They answer what every newcomer, reporter and user asks first. A bare heading, a template's own
    text or TODO answers nothing.

    Remedy: Write the document; a few sentences that are true are enough.

    Example:
        # Security
        TODO
        becomes
        # Security
        Report a weakness to security@example.com. We answer within three working days.
    """
    for document in policy.documents:
        found = documents.find(document.name)
        if found is None:
            yield Violation(
                subject=document.path,
                message=f"{document.path} is missing ({document.purpose})",
                at=in_file(document.path),
            )
        elif (reason := found.stub) is not None:
            yield Violation(
                subject=document.path,
                message=f"{found.path} is a stub: it {reason}",
                at=in_file(found.path),
                evidence={"stub": reason},
            )


@rule("GV004", "dependency-updates", section="Summary", severity=Severity.LOW, fix=Safety.SAFE)
def dependency_updates(
    updates: DependencyUpdates, policy: DependencyPolicy
) -> Iterator[Violation | NotApplicable]:
    """Each manifest is covered by Dependabot or Renovate.

    A dependency that nobody updates is found by whoever looks for its holes.

    Remedy: Add an entry with the ecosystem and folder to `.github/dependabot.yml`, or let Renovate
    look after the repository.

    Example:
        updates:
          - {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}
        becomes, with a package.json in frontend/
        updates:
          - {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}
          - {package-ecosystem: npm, directory: /frontend, schedule: {interval: weekly}}
    """
    if not updates.manifests:
        yield NotApplicable(reason="no manifest names dependencies")
        return
    if updates.dependabot is None and updates.renovate is None:
        kinds = ", ".join(dict.fromkeys(one.ecosystem for one in updates.uncovered))
        paths = [path for one in updates.uncovered for path in one.paths]
        yield Violation(
            subject=policy.dependabot[0],
            message=f"neither Dependabot nor Renovate is set up for "
            f"{counted(len(paths), 'manifest')} ({kinds}); create {policy.dependabot[0]}",
            at=(in_file(policy.dependabot[0]), *map(in_file, paths[:_MOST_PLACES])),
            evidence={"ecosystems": [_entry(one) for one in updates.uncovered[:_MOST_PLACES]]},
        )
        return
    config = updates.dependabot or updates.renovate
    for one in updates.uncovered:
        yield Violation(
            subject=one.paths[0],
            message=f"{config} does not cover {one.paths[0]} ({_entry(one)})",
            at=tuple(map(in_file, one.paths)),
            evidence={"ecosystem": one.ecosystem, "directory": f"/{one.folder}"},
        )


@rule("GV006", "waiver-expired", section="Summary", severity=Severity.MEDIUM)
def waiver_expired(
    use: WaiverUse, secrets: Secrets | Unavailable
) -> Iterator[Violation | NotApplicable]:
    """No waiver is past its date, unused or unexplained.

    A waiver is a decision to live with something for a while. When the while is over, the thing is
    gone or nobody wrote down why, it only hides findings. A comment that allows a secret is a
    waiver, too.

    Remedy: Fix what it covers and remove it, or renew it with a reason and a new date.

    Example:
        [[waivers]]
        rule = "CI012"
        subject = ".github/workflows/nightly.yml"
        expires = 2025-12-31
        becomes
        [[waivers]]
        rule = "CI012"
        subject = ".github/workflows/nightly.yml"
        reason = "the load test ends by itself; a limit comes with issue 12"
        expires = 2027-01-31
    """
    comments = () if isinstance(secrets, Unavailable) else secrets.unexplained
    if not use.count and not comments:
        yield NotApplicable(reason="there are no waivers")
    for detection, line in comments:
        yield Violation(
            subject=detection.subject,
            message=f"the comment in {detection.path} that allows {detection.title} gives no "
            "reason, so it sets nothing aside; write one after `--`",
            at=in_file(detection.path, line),
        )
    kinds = (
        (use.past, "is past its date ({expires})"),
        (use.unexplained, "gives no reason, so it sets nothing aside"),
        (use.unused, "matches no finding"),
    )
    for waivers, text in kinds:
        for waiver in waivers:
            yield Violation(
                subject=_waiver(waiver),
                message=f"the waiver of {_waiver(waiver)} "
                f"{text.format(expires=waiver.expires.isoformat())}",
                at=in_file(waiver.file, waiver.line),
                evidence={"expires": waiver.expires.isoformat(), "reason": waiver.reason},
            )


@rule("GV008", "text-encoding", section="Summary", severity=Severity.MEDIUM, fix=Safety.SAFE)
def text_encoding(encodings: Encodings) -> Iterator[Violation]:
    """Manifests, workflows and configuration are UTF-8 without surprises.

    A byte order mark, UTF-16, a NUL byte or a character that reverses the direction of text makes
    a program read something else than a person sees.

    Remedy: Save the file as UTF-8 without a byte order mark, and delete invisible characters.

    Example:
        $ file requirements.txt
        requirements.txt: Unicode text, UTF-8 (with BOM) text
        becomes
        $ tail -c +4 requirements.txt > plain && mv plain requirements.txt
        $ file requirements.txt
        requirements.txt: ASCII text
    """
    for path, line, faults in encodings.faults:
        yield Violation(
            subject=path,
            message=f"{path} {' and '.join(faults)}",
            at=in_file(path, line),
            evidence={"faults": list(faults)},
        )


def _entry(manifest: Manifest) -> str:
    return f"{manifest.ecosystem} in /{manifest.folder}"


def _waiver(waiver: Waiver) -> str:
    return f"{waiver.rule} {waiver.subject}"
