"""Every rule, in the order of the guide: the explicit list that the engine and the docs read."""

from autodevops.rules._api import Rule

RULES: tuple[Rule, ...] = ()
"""Every rule; ids are unique and never change meaning."""
