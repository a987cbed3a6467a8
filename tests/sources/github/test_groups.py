"""Which groups rules need, and what the documentation says about their permissions."""

from pathlib import Path

import pytest

from autodevops.facts.catalog import FACTS
from autodevops.model.settings import Settings
from autodevops.rules._api import Rule, Tier
from autodevops.rules.catalog import RULES
from autodevops.sources.github.groups import (
    ENVIRONMENTS,
    GROUP_OF,
    PERMISSIONS,
    VARIABLES,
    Group,
    groups_for,
)

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/github-settings.md"
ON_GITHUB = {Tier.METADATA, Tier.CONTENTS, Tier.ADMINISTRATION}


def test_every_field_of_settings_is_a_group_with_a_permission() -> None:
    names = set(Settings.__struct_fields__)
    assert names == set(Group) == set(PERMISSIONS) == set(GROUP_OF.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_exactly_the_rules_of_github_s_tiers_need_a_group(rule: Rule) -> None:
    assert bool(groups_for([rule.question], FACTS)) == bool(ON_GITHUB & set(rule.tiers))


def test_groups_of_several_rules_come_together() -> None:
    questions = [rule.question for rule in RULES if rule.id in {"BR008", "SE012", "LA001"}]
    assert groups_for(questions, FACTS) == {Group.PROTECTION, Group.SECRETS}


def test_the_documentation_names_each_permission_and_each_rule() -> None:
    page = PAGE.read_text()
    for needs in (*(one.needs for one in PERMISSIONS.values()), ENVIRONMENTS, VARIABLES):
        assert f"`{needs}`" in page
    for rule in RULES:
        assert (rule.id in page) == bool(groups_for([rule.question], FACTS))
