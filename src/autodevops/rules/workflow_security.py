"""Automated CI/CD with security scanning: what a workflow lets others do.

zizmor does the deep part; its observations are folded into these verdicts by its audits' ids.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from autodevops.facts.unpinned_installs import UnpinnedInstalls
from autodevops.facts.untrusted_checkouts import UntrustedCheckouts
from autodevops.facts.workflow_injections import Injections
from autodevops.facts.workflow_pushes import PushingJobs
from autodevops.facts.workflow_uses import ActionUses
from autodevops.facts.workflows import Workflows
from autodevops.model.analysis import Analysis, Observation
from autodevops.model.finding import Confidence, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "CI Pipelines Per Service"
_PERMISSIONS = frozenset({"excessive-permissions"})
_CREDENTIALS = frozenset({"artipacked"})
_UNPINNED = frozenset({"unpinned-uses"})
_TRIGGERS = frozenset({"dangerous-triggers"})
_INJECTION = frozenset({"template-injection", "github-env"})
_FOLDED = _PERMISSIONS | _CREDENTIALS | _UNPINNED | _TRIGGERS | _INJECTION


@rule(
    "WS001",
    "template-injection",
    section=_SECTION,
    severity=Severity.HIGH,
    fix=Safety.SAFE,
)
def template_injection(injections: Injections) -> Iterator[Violation]:
    """No script is put together from what a stranger may write.

    `${{ github.event.issue.title }}` is pasted into the script before the shell reads it: a title
    with `$(...)` in it runs as a command, with the job's token and secrets. A variable of the
    environment is data to the shell and never code; reading it back by `${{ env.X }}` undoes that.

    Remedy: Hand the value over in `env:` and read the variable in the script, quoted.

    Example:
        - run: echo "${{ github.event.issue.title }}"
        becomes
        - run: echo "$TITLE"
          env:
            TITLE: ${{ github.event.issue.title }}
    """
    for injection in injections.found:
        yield Violation(
            subject=injection.subject,
            message=f"the script of {injection.subject} expands {injection.expression}, which "
            f"{'a stranger' if injection.from_stranger else 'others'} may write",
            at=tuple(in_file(injection.path, line) for line in injection.lines),
            evidence={"expression": injection.expression, "zizmor": list(injection.audits)},
            severity=None if injection.from_stranger else Severity.MEDIUM,
            confidence=Confidence.HIGH if injection.from_stranger else Confidence.MEDIUM,
        )


@rule("WS002", "unpinned-action", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def unpinned_action(uses: ActionUses, analysis: Analysis) -> Iterator[Violation]:
    """Actions of others are pinned to a commit.

    A tag or branch can be moved to other code at any time, and that code runs with the job's
    token and secrets. The policy lets GitHub's own actions be pinned by tag.

    Remedy: Replace the tag by the commit that it stands for and keep the tag in a comment.

    Example:
        - uses: acme/deploy@v2
        becomes
        - uses: acme/deploy@8e5e7e5ab8b370d6c329ec480221332ada57f0ab # v2.1.0
    """
    for path, group in groupby(uses.unpinned, key=lambda one: one.path):
        found = list(group)
        yield Violation(
            subject=path,
            message=f"{path} uses {counted(len(found), 'action')} of others by tag or branch: "
            f"{found[0].text}" + (", ..." if len(found) > 1 else ""),
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={
                "uses": [one.text for one in found],
                "zizmor": _ids_on(analysis, _UNPINNED, {(one.path, one.line) for one in found}),
            },
        )


@rule(
    "WS003",
    "excessive-permissions",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def excessive_permissions(analysis: Analysis, workflows: Workflows) -> Iterator[Violation]:
    """Every workflow asks for the least permissions that it needs.

    Without `permissions:` the token has what the repository's default gives, often write access
    to everything; an action that goes bad has it too.

    Remedy: Set `permissions: {}` or `contents: read` for the workflow and add to single jobs what
    they need.

    Example:
        on: push
        permissions:
          contents: read
    """
    for path, found in _by_path(analysis, _PERMISSIONS):
        notes = list(dict.fromkeys(one.note for one in found))
        yield Violation(
            subject=path,
            message=f"{path} gives its token more than it says it needs: {notes[0]}",
            at=tuple(one.at for one in found),
            evidence={"zizmor": _ids(found), "notes": notes},
        )
    told = {path for path, _ in _by_path(analysis, _PERMISSIONS)}
    for workflow in workflows.files:
        # zizmor leaves the only job of a workflow to its author, everything included.
        granted = workflow.permissions
        if workflow.path not in told and granted is not None and granted.as_text == "write-all":
            yield Violation(
                subject=workflow.path,
                message=f"{workflow.path} gives its token every right: write-all",
                at=in_file(workflow.path, granted.line),
                evidence={"notes": ["uses write-all permissions"]},
            )


@rule("WS004", "dangerous-trigger", section=_SECTION, severity=Severity.CRITICAL)
def dangerous_trigger(checkouts: UntrustedCheckouts, analysis: Analysis) -> Iterator[Violation]:
    """No workflow with the repository's own rights checks out a stranger's code.

    `pull_request_target` and `workflow_run` run with secrets and a token that may write, also for
    a pull request from a fork. Whoever opens one then runs a build script of their own with them.

    Remedy: Build pull requests under `pull_request`, without secrets, and let the privileged
    workflow take only the results.

    Example:
        on: pull_request_target
        steps:
          - uses: actions/checkout@v5
            with:
              ref: ${{ github.event.pull_request.head.sha }}
        becomes
        on: pull_request
        steps:
          - uses: actions/checkout@v5
    """
    observed = {one.at.path for one in analysis.observations if one.audit in _TRIGGERS}
    for one in checkouts.found:
        subject = f"{one.job.subject}/{one.step.key}"
        yield Violation(
            subject=subject,
            message=f"{subject} checks out {one.reference.strip()} under {one.event}",
            at=in_file(one.step.path, one.line),
            evidence={
                "event": one.event,
                "checked out": one.reference,
                "zizmor": sorted(_TRIGGERS) if one.step.path in observed else [],
            },
        )


@rule("WS007", "persisted-credentials", section=_SECTION, severity=Severity.LOW, fix=Safety.SAFE)
def persisted_credentials(analysis: Analysis, pushing: PushingJobs) -> Iterator[Violation]:
    """Checkouts that don't push leave no credentials behind.

    `actions/checkout` writes the token into `.git/config`, where every later step and every
    uploaded folder can find it.

    Remedy: Set `persist-credentials: false` on the checkout.

    Example:
        - uses: actions/checkout@v4
          with:
            persist-credentials: false
    """
    for path, found in _by_path(analysis, _CREDENTIALS):
        kept = [one for one in found if (path, one.job) not in pushing.jobs]
        if kept:
            yield Violation(
                subject=path,
                message=f"{counted(len(kept), 'checkout')} of {path} "
                f"{'leaves' if len(kept) == 1 else 'leave'} the token in .git/config",
                at=tuple(one.at for one in kept),
                evidence={"zizmor": _ids(kept)},
            )


@rule("WS008", "unpinned-install", section=_SECTION, severity=Severity.MEDIUM)
def unpinned_install(installs: UnpinnedInstalls) -> Iterator[Violation]:
    """Steps install from a lock file or an exact version.

    What is the newest version today may be a broken or a hijacked one tomorrow, and nobody can
    build last week's commit again.

    Remedy: Use `npm ci`, `--frozen-lockfile`, a requirements file with hashes, or name the version.

    Example:
        - run: npm install -g vercel
        becomes
        - run: npm install -g vercel@39.1.1
    """
    for path, group in groupby(installs.found, key=lambda one: one.path):
        found = list(group)
        yield Violation(
            subject=path,
            message=f"{path} installs open versions: {found[0].why}",
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={"commands": [one.text for one in found], "why": [one.why for one in found]},
        )


@rule(
    "WS010",
    "workflow-weakness",
    section=_SECTION,
    severity=Severity.MEDIUM,
    defers_to=("WS002",),
)
def workflow_weakness(analysis: Analysis) -> Iterator[Violation]:
    """The workflow analyser sees no other weakness of medium severity or above.

    zizmor knows some forty ways in which a workflow can be turned against its owner; those without
    a rule of their own are reported here under their names, where it is at least fairly sure.

    Remedy: Follow zizmor's page of the audit: https://docs.zizmor.sh/audits/

    Example:
        uses: acme/pipelines/.github/workflows/deploy.yml@8e5e7e5ab8b370d6c329ec480221332ada57f0ab
        secrets: inherit   # zizmor's audit secrets-inherit
        becomes
        uses: acme/pipelines/.github/workflows/deploy.yml@8e5e7e5ab8b370d6c329ec480221332ada57f0ab
        secrets:
          RAILWAY_TOKEN: ${{ secrets.RAILWAY_TOKEN }}
    """
    weak = [
        one
        for one in analysis.observations
        if one.audit not in _FOLDED
        and one.severity.rank >= Severity.MEDIUM.rank
        and one.confidence is not Confidence.LOW
    ]
    weak.sort(key=lambda one: (one.at.path or "", one.audit, one.at.line or 0))
    for (path, audit), group in groupby(weak, key=lambda one: (one.at.path, one.audit)):
        found = list(group)
        yield Violation(
            subject=f"{path}#{audit}",
            message=f"{path}: {found[0].summary} ({found[0].note})",
            at=tuple(one.at for one in found),
            evidence={"zizmor": [audit], "notes": [one.note for one in found]},
            confidence=found[0].confidence,
            remedy=f"Follow https://docs.zizmor.sh/audits/#{audit}",
        )


def _by_path(analysis: Analysis, audits: frozenset[str]) -> Iterator[tuple[str, list[Observation]]]:
    """Yield the observations of some audits by file."""
    chosen = [one for one in analysis.observations if one.audit in audits]
    for path, group in groupby(chosen, key=lambda one: one.at.path or ""):
        yield path, list(group)


def _ids(found: Iterable[Observation]) -> list[str]:
    return sorted({one.audit for one in found})


def _ids_on(analysis: Analysis, audits: frozenset[str], places: set[tuple[str, int]]) -> list[str]:
    """Return the audits that observed one of these lines."""
    return sorted(
        {
            one.audit
            for one in analysis.observations
            if one.audit in audits and (one.at.path, one.at.line) in places
        }
    )
