"""Release Branches Policy: what workflows do with branches."""

from collections.abc import Iterator

from autodevops.facts.workflows import Workflows
from autodevops.guide.model import BranchPolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Release Branches Policy"


@rule(
    "BR007",
    "workflow-on-forbidden-branch",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def workflow_on_forbidden_branch(
    workflows: Workflows, policy: BranchPolicy
) -> Iterator[Violation | NotApplicable]:
    """No workflow is triggered by a branch that the guide forbids.

    A pipeline for `develop` or `release/*` keeps such branches alive, or waits for ones that never
    come. Patterns for any branch (`**`) and excluded branches are fine.

    Remedy: Take the branch out of the trigger's `branches`; run on the trunk, on pull requests and
    on tags.

    Example:
        on:
          push:
            branches: [main, develop]   # before
            branches: [main]            # after
    """
    if not workflows.files and not workflows.invalid:
        yield NotApplicable(reason="there are no workflows")
    for workflow in workflows.files:
        found = [
            (trigger.event, name, line)
            for trigger in workflow.triggers
            for name, line in trigger.branch_places
            if policy.is_forbidden_pattern(name)
        ]
        if not found:
            continue
        names = list(dict.fromkeys(name for _, name, _ in found))
        events = list(dict.fromkeys(event for event, _, _ in found))
        yield Violation(
            subject=workflow.path,
            message=f"{workflow.path} runs on {listed(events)} of {listed(names)}, which the guide "
            "forbids",
            at=tuple(in_file(workflow.path, line) for _, _, line in found),
            evidence={"branches": names, "events": events, "forbidden": list(policy.forbidden)},
        )
