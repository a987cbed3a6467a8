"""Every rule, in the order of the guide: the explicit list that the engine and the docs read."""

from autodevops.rules import codeowners, ownership
from autodevops.rules._api import Rule

RULES: tuple[Rule, ...] = (
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
