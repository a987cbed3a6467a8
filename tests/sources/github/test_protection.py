"""Rulesets and classic protection, merged into what is in force."""

from datetime import UTC, datetime
from typing import Any

import pytest

from autodevops.facts.settings import ADMINISTRATION
from autodevops.model.settings import Block, RequiredCheck
from autodevops.model.snapshot import Unavailable
from tests.sources.github.showing import (
    BOTH,
    NOBODY,
    actor,
    checks,
    classic,
    merged,
    review,
    ruleset,
    shown,
)

OFF = Block(is_on=False)
REVIEWED = {
    "requiresApprovingReviews": True,
    "requiredApprovingReviewCount": 1,
    "dismissesStaleReviews": True,
    "requiresCodeOwnerReviews": True,
    "requiresConversationResolution": True,
}


@pytest.mark.parametrize(
    ("rulesets", "rule"),
    [
        ([ruleset(review(), *BOTH)], None),
        ([ruleset(review()), ruleset(*BOTH, name="the organisation's")], None),
        ([], classic(isAdminEnforced=True, **REVIEWED)),
        ([ruleset(*BOTH)], classic(allowsForcePushes=True, **REVIEWED)),
        ([ruleset(review())], classic(isAdminEnforced=True)),
        ([ruleset(review(), *BOTH)], classic(allowsForcePushes=True, allowsDeletions=True)),
        ([ruleset(review(), *BOTH, include=["refs/heads/main"])], None),
        ([ruleset(review(), *BOTH, include=["refs/heads/ma*"])], None),
        ([ruleset(review(), *BOTH, include=["refs/heads/**/*"])], None),
        ([ruleset(review(), *BOTH, include=["~ALL"], exclude=["refs/heads/release/*"])], None),
        ([ruleset(review(), *BOTH, conditions={"refName": None})], None),
    ],
    ids=[
        "one ruleset",
        "two rulesets",
        "classic",
        "each a part",
        "review by ruleset",
        "classic demands less",
        "by name",
        "by pattern",
        "by any pattern",
        "all but others",
        "no condition",
    ],
)
def test_everything_is_in_force(
    rulesets: list[dict[str, Any]], rule: dict[str, Any] | None
) -> None:
    found = merged(shown(*rulesets, rule=rule))
    assert found.pull_request
    assert found.approvals == 1
    assert found.dismiss_stale
    assert found.code_owners
    assert found.resolved_conversations
    assert found.force_pushes == found.deletion == NOBODY
    assert found.unseen is None


@pytest.mark.parametrize(
    "change",
    [
        {"enforcement": "EVALUATE"},
        {"enforcement": "DISABLED"},
        {"target": "TAG"},
        {"target": "PUSH"},
        {"exclude": ["~DEFAULT_BRANCH"]},
        {"exclude": ["refs/heads/main"]},
        {"exclude": ["refs/heads/m*n"]},
        {"include": ["refs/heads/release/*"]},
        {"include": ["refs/heads/mai"]},
        {"include": ["refs/heads/*/main"]},
        {"include": []},
    ],
    ids=str,
)
def test_what_is_not_for_the_default_branch_protects_nothing(change: dict[str, Any]) -> None:
    found = merged(shown(ruleset(review(), *BOTH, checks("test"), **change)))
    assert not found.pull_request
    assert found.required_checks == ()
    assert found.force_pushes == found.deletion == OFF
    assert found.unseen is None


def test_a_star_stops_at_a_slash() -> None:
    branch = {"name": "team/main", "branchProtectionRule": None, "refUpdateRule": None}
    one = ruleset(*BOTH, include=["refs/heads/*"])
    assert merged(shown(one, defaultBranchRef=branch)).deletion == OFF
    two = ruleset(*BOTH, include=["refs/heads/team/*"])
    assert merged(shown(two, defaultBranchRef=branch)).deletion == NOBODY


class TestBypass:
    @pytest.mark.parametrize(
        ("who", "called"),
        [
            ({"repositoryRoleName": "admin"}, "administrators"),
            ({"repositoryRoleName": "maintain"}, "the role maintain"),
            ({"organizationAdmin": True}, "organization owners"),
            ({"deployKey": True, "bypassMode": None}, "deploy keys"),
            ({"actor": {"slug": "release-bot"}}, "release-bot"),
            ({}, "somebody"),
        ],
    )
    def test_who_always_bypasses_is_named(self, who: dict[str, Any], called: str) -> None:
        found = merged(shown(ruleset("DELETION", bypass=[actor(**who)])))
        assert found.deletion == Block(is_on=True, bypassed_by=(called,))

    def test_who_bypasses_in_pull_requests_rewrites_nothing(self) -> None:
        by_pull_request = actor(repositoryRoleName="admin", bypassMode="PULL_REQUEST")
        assert merged(shown(ruleset("DELETION", bypass=[by_pull_request]))).deletion == NOBODY

    def test_a_second_ruleset_without_bypass_binds_them(self) -> None:
        loose = ruleset("DELETION", bypass=[actor(repositoryRoleName="admin")])
        assert merged(shown(loose, ruleset("DELETION"))).deletion == NOBODY

    def test_who_bypasses_both_gets_through(self) -> None:
        admins = actor(repositoryRoleName="admin")
        one = ruleset("DELETION", bypass=[admins, actor(deployKey=True)])
        assert merged(shown(one, rule=classic())).deletion.bypassed_by == ("administrators",)

    def test_owners_are_administrators_too(self) -> None:
        one = ruleset("DELETION", bypass=[actor(organizationAdmin=True)])
        found = merged(shown(one, rule=classic())).deletion.bypassed_by
        assert found == ("organization owners",)

    def test_two_teams_are_not_the_same_people(self) -> None:
        one = ruleset("DELETION", bypass=[actor(actor={"slug": "web"})])
        two = ruleset("DELETION", bypass=[actor(actor={"slug": "api"})])
        assert merged(shown(one, two)).deletion == NOBODY

    def test_classic_protection_lets_administrators_through_unless_it_says_otherwise(self) -> None:
        assert merged(shown(rule=classic())).force_pushes.bypassed_by == ("administrators",)
        assert merged(shown(rule=classic(isAdminEnforced=True))).force_pushes == NOBODY

    def test_who_may_force_push_by_classic_protection_is_named(self) -> None:
        allowed = {"nodes": [{"actor": {"login": "ada"}}, {"actor": None}]}
        rule = classic(isAdminEnforced=True, bypassForcePushAllowances=allowed)
        found = merged(shown(rule=rule))
        assert found.force_pushes.bypassed_by == ("ada", "somebody")
        assert found.deletion == NOBODY

    @pytest.mark.parametrize("bypass", [None, [None], []], ids=["null", "nulls", "an empty list"])
    def test_a_reader_never_sees_that_nobody_bypasses(self, bypass: list[None] | None) -> None:
        found = merged(shown(ruleset("DELETION", bypass=bypass), viewerPermission="READ"))
        assert isinstance(found.deletion.bypassed_by, Unavailable)
        assert found.deletion.bypassed_by.needs == ADMINISTRATION

    def test_even_an_administrator_may_be_shown_nothing_of_the_organisation(self) -> None:
        found = merged(shown(ruleset("DELETION", bypass=[None])))
        assert isinstance(found.deletion.bypassed_by, Unavailable)

    def test_hidden_actors_do_not_matter_where_another_ruleset_has_none(self) -> None:
        found = merged(shown(ruleset("DELETION", bypass=None), ruleset("DELETION")))
        assert found.deletion == NOBODY


class TestChecks:
    def test_all_sources_count_with_their_apps(self) -> None:
        rule = classic(
            requiresStatusChecks=True,
            requiredStatusChecks=[{"context": "lint", "app": {"slug": "github-actions"}}],
        )
        one = ruleset(checks("test", strict=False, app=15368), "DELETION")
        two = ruleset(checks("codecov/patch", strict=False, app=254), name="org")
        assert merged(shown(one, two, rule=rule)).required_checks == (
            RequiredCheck(name="test", source="the ruleset trunk", app="github-actions"),
            RequiredCheck(name="codecov/patch", source="the ruleset org", app="app 254"),
            RequiredCheck(name="lint", source="branch protection", app="github-actions"),
        )

    @pytest.mark.parametrize(
        ("by_ruleset", "by_classic", "strict"),
        [(True, False, True), (False, True, True), (False, False, False)],
    )
    def test_one_strict_source_makes_it_strict(
        self, by_ruleset: bool, by_classic: bool, strict: bool
    ) -> None:
        rule = classic(
            requiresStatusChecks=True,
            requiresStrictStatusChecks=by_classic,
            requiredStatusChecks=[{"context": "lint", "app": None}],
        )
        found = merged(shown(ruleset(checks("test", strict=by_ruleset)), rule=rule))
        assert found.strict is strict

    def test_strictness_without_checks_means_nothing(self) -> None:
        found = merged(shown(rule=classic(requiresStrictStatusChecks=True)))
        assert found.strict is False

    def test_a_merge_queue_takes_pull_requests_only(self) -> None:
        assert merged(shown(ruleset("MERGE_QUEUE"))).pull_request


class TestCommitRules:
    def test_since_the_ruleset_last_changed(self) -> None:
        found = merged(shown(ruleset("REQUIRED_SIGNATURES", "REQUIRED_LINEAR_HISTORY")))
        assert found.signed_commits
        assert found.linear_history
        assert found.commit_rules_since == datetime(2026, 3, 1, 10, tzinfo=UTC)

    def test_the_later_demand_counts_for_both(self) -> None:
        one = ruleset("REQUIRED_SIGNATURES")
        two = ruleset("REQUIRED_LINEAR_HISTORY", updatedAt="2026-05-01T10:00:00Z")
        three = ruleset("REQUIRED_LINEAR_HISTORY", updatedAt="2026-04-01T10:00:00Z")
        since = merged(shown(one, two, three)).commit_rules_since
        assert since == datetime(2026, 4, 1, 10, tzinfo=UTC)

    def test_nobody_tells_since_when_classic_protection_demands(self) -> None:
        found = merged(shown(rule=classic(requiresLinearHistory=True)))
        assert found.linear_history
        assert found.commit_rules_since is None
