"""Every rule, in the order of the guide: the explicit list that the engine and the docs read."""

from autodevops.rules import branch_history, branches, codeowners, ignores, layout, ownership
from autodevops.rules._api import Rule

RULES: tuple[Rule, ...] = (
    layout.required_folder,
    layout.unexpected_folder,
    layout.folder_purpose,
    layout.empty_folder,
    layout.stray_root_file,
    layout.committed_artifact,
    ignores.ignored_but_tracked,
    ignores.ignore_hides_source,
    ignores.reference_location,
    branches.default_branch,
    branches.forbidden_branch,
    branches.branch_name,
    branches.branch_age,
    branches.merged_branch,
    branches.diverged_branch,
    branch_history.history_rewritten,
    codeowners.codeowners_missing,
    codeowners.default_owner,
    codeowners.codeowners_syntax,
    codeowners.dead_pattern,
    ownership.unowned_file,
    ownership.unknown_owner,
    codeowners.shadowed_pattern,
    codeowners.redundant_pattern,
    codeowners.maintainers_agree,
    ownership.domain_owner,
    ownership.unguarded_governance,
    ownership.absent_owner,
)
"""Every rule; ids are unique and never change meaning."""
