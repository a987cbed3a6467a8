"""Governance and commits: documents, messages, dependency updates, waivers, encodings."""

from collections.abc import Iterator

from autodevops.facts.commit_lint import CommitLint
from autodevops.facts.commit_style import CommitFault, CommitStyle
from autodevops.facts.dependency_manifests import Manifest
from autodevops.facts.dependency_updates import DependencyUpdates
from autodevops.facts.documents import Documents
from autodevops.facts.encodings import Encodings
from autodevops.facts.secrets import Secrets
from autodevops.facts.services import Services
from autodevops.guide.model import CommitPolicy, DependencyPolicy, DocumentPolicy
from autodevops.guide.waivers import Waiver, WaiverUse
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_commit,
    in_file,
)
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_MOST_COMMITS = 20
"""Commits above which the practice is the finding, not each commit."""
_MOST_PLACES = 200
"""Most places that one finding lists."""
_LONGEST_HEADER = 60


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


@rule(
    "GV002",
    "conventional-commit",
    section="CI Pipelines Per Service",
    severity=Severity.LOW,
    tier="H",
)
def conventional_commit(
    style: CommitStyle, policy: CommitPolicy
) -> Iterator[Violation | NotApplicable]:
    """Commits on the default branch are written as Conventional Commits.

    `type(scope): description` lets people and tools see what a change is, and which version it
    makes. Merges and reverts that git words are exempt, and so is what was written before the
    policy's date.

    Remedy: Write `type: description` from now on, with a type of the policy and a header up to its
    limit; let commitlint check it before the commit. History needs no rewriting.

    Example:
        before: Fixed the login
        after:  fix: keep the session after a login
    """
    if not style.judged:
        yield NotApplicable(reason=f"there is no commit since {policy.since} to judge")
    if len(style.faults) > _MOST_COMMITS:
        shown = style.faults[:_MOST_PLACES]
        yield Violation(
            subject=style.branch,
            message=f"{len(style.faults)} of {style.judged} commits on {style.branch} since "
            f"{policy.since} are not written as Conventional Commits",
            at=tuple(in_commit(fault.oid) for fault in shown),
            evidence={
                "faulty": len(style.faults),
                "judged": style.judged,
                "newest": [_shortened(fault) for fault in shown[:5]],
            },
        )
        return
    for fault in style.faults:
        yield Violation(
            subject=fault.oid,
            message=f"{fault.oid[:8]} ({_shortened(fault)}) {fault.reason}",
            at=in_commit(fault.oid),
            evidence={"header": _shortened(fault)},
        )


@rule(
    "GV003",
    "commitlint-config",
    section="CI Pipelines Per Service",
    severity=Severity.LOW,
    fix=Safety.SAFE,
)
def commitlint_config(
    lint: CommitLint, services: Services, policy: CommitPolicy
) -> Iterator[Violation | Unknown | NotApplicable]:
    """The commit linter has a configuration and its types are the policy's.

    A linter without one, or with other types, refuses what the policy allows or lets through what
    it does not.

    Remedy: Create `commitlint.config.js` that extends `@commitlint/config-conventional`.

    Example:
        commitlint.config.js:
        export default { rules: { "type-enum": [2, "always", ["feature", "bug"]] } };
        becomes
        export default { extends: ["@commitlint/config-conventional"] };
    """
    if lint.config is None:
        if lint.used_in is None and not services.is_platform:
            yield NotApplicable(reason="nothing here lints commit messages")
            return
        place = policy.lint_configs[0]
        used = f"{lint.used_in} runs a commit linter, but there" if lint.used_in else "there"
        yield Violation(
            subject=place,
            message=f"{used} is no configuration of commit messages; create {place}",
            at=in_file(lint.used_in or place),
        )
        return
    if lint.types is None:
        # Commitizen's and gitlint's own defaults hold the types of Conventional Commits.
        if lint.config in policy.lint_configs:
            yield Unknown(reason=f"{lint.config} can't be understood without running it")
        return
    missing = [kind for kind in policy.types if kind not in lint.types]
    unknown = sorted(lint.types - set(policy.types))
    if missing or unknown:
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        parts += [f"adds {', '.join(unknown)}"] if unknown else []
        yield Violation(
            subject=lint.config,
            message=f"{lint.config} takes other types than the policy: it {' and '.join(parts)}",
            at=in_file(lint.config, lint.line),
            evidence={"missing": missing, "unknown": unknown},
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


def _shortened(fault: CommitFault) -> str:
    header = fault.header
    return header if len(header) <= _LONGEST_HEADER else f"{header[: _LONGEST_HEADER - 1]}…"


def _entry(manifest: Manifest) -> str:
    return f"{manifest.ecosystem} in /{manifest.folder}"


def _waiver(waiver: Waiver) -> str:
    return f"{waiver.rule} {waiver.subject}"
