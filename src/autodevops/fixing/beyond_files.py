"""Findings that no edit of a file repairs, but a deleted branch or a changed setting of GitHub."""

from autodevops.model.finding import Finding

BRANCH_RULES = frozenset({"BR002", "BR005"})
"""Rules whose findings a deletion repairs."""
SETTING_RULES = frozenset({"BR008", "BR009", "BR010", "BR011", "RE010"})
"""Rules whose findings a setting repairs."""


def deletable(finding: Finding) -> bool:
    """Tell whether a finding is about a branch that could be deleted: not about the trunk."""
    return finding.rule in BRANCH_RULES and "tip" in finding.evidence


def settable(finding: Finding) -> bool:
    """Tell whether a setting repairs a finding.

    A required check that no job reports must be taken out of somebody's own ruleset: not by us.
    """
    is_named_check = finding.rule == "BR010" and "check" in finding.evidence
    return finding.rule in SETTING_RULES and not is_named_check
