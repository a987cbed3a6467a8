"""CI Pipelines Per Service: how commits are written, and what their linter lets through."""

from collections.abc import Iterator

from autodevops.facts.commit_lint import CommitLint
from autodevops.facts.commit_style import CommitFault, CommitStyle
from autodevops.facts.services import Services
from autodevops.guide.model import CommitPolicy
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_commit,
    in_file,
)
from autodevops.rules._api import rule

_SECTION = "CI Pipelines Per Service"
_MOST_COMMITS = 20
"""Commits above which the practice is the finding, not each commit."""
_MOST_PLACES = 200
"""Most commits that one finding lists."""
_LONGEST_HEADER = 60


@rule(
    "GV002",
    "conventional-commit",
    section=_SECTION,
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
    section=_SECTION,
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


def _shortened(fault: CommitFault) -> str:
    header = fault.header
    return header if len(header) <= _LONGEST_HEADER else f"{header[: _LONGEST_HEADER - 1]}…"
