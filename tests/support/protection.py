"""What GitHub demands of a trunk in which nothing is missing."""

from autodevops.model.settings import Block, Protection

WHOLE = Protection(
    branch="main",
    pull_request=True,
    approvals=1,
    dismiss_stale=True,
    code_owners=True,
    resolved_conversations=True,
    force_pushes=Block(is_on=True),
    deletion=Block(is_on=True),
    required_checks=(),
    strict=True,
    signed_commits=False,
    linear_history=False,
)
