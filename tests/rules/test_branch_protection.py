"""The rules about what GitHub demands, over settings as GitHub may tell them."""

from datetime import timedelta

import pytest
from msgspec import structs
from msgspec.structs import replace

from autodevops.guide.load import built_in_guide
from autodevops.model.finding import Unknown, Violation
from autodevops.model.settings import (
    Block,
    MergeSettings,
    Protection,
    TrunkCommit,
    TrunkCommits,
)
from autodevops.model.snapshot import Unavailable
from autodevops.rules import branch_protection as rules
from autodevops.rules._api import Rule
from tests.support.asking import outcomes
from tests.support.memory import NOW
from tests.support.protection import WHOLE
from tests.support.repositories import ago

NOTHING = replace(
    WHOLE,
    pull_request=False,
    approvals=0,
    dismiss_stale=False,
    code_owners=False,
    resolved_conversations=False,
    force_pushes=Block(is_on=False),
    deletion=Block(is_on=False),
)
HIDDEN = Unavailable("classic protection is hidden", needs="GitHub: administration (read)")


def said(rule: Rule, fact: object) -> list[tuple[str, str | None]]:
    """Return subject and message of each violation, or reason and needs of what is unknown."""
    return [
        (one.reason, one.needs) if isinstance(one, Unknown) else (one.subject, one.message)
        for one in outcomes(rule, {}, given={type(fact): fact})
        if isinstance(one, Unknown | Violation)
    ]


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        (rules.review_required, "GitHub: administration (read)"),
        (rules.history_protected, "GitHub: administration (read)"),
        (rules.delete_on_merge, "GitHub: metadata (read)"),
        (rules.direct_push, "GitHub: pull requests (read)"),
    ],
    ids=lambda value: value.id if isinstance(value, Rule) else None,
)
def test_for_a_local_folder_they_say_what_would_answer(rule: Rule, needs: str) -> None:
    (answer,) = outcomes(rule, {})
    assert isinstance(answer, Unknown)
    assert answer.reason == "GitHub's settings are not read for a local folder"
    assert answer.needs == needs


class TestReviewRequired:
    def test_everything_demanded(self) -> None:
        assert said(rules.review_required, WHOLE) == []

    def test_more_approvals_than_demanded(self) -> None:
        assert said(rules.review_required, replace(WHOLE, approvals=3)) == []

    def test_one_finding_for_each_missing_setting(self) -> None:
        assert [subject for subject, _ in said(rules.review_required, NOTHING)] == [
            "pull_request",
            "required_approving_review_count",
            "dismiss_stale_reviews_on_push",
            "require_code_owner_review",
            "required_review_thread_resolution",
        ]

    def test_one_missing_setting(self) -> None:
        assert said(rules.review_required, replace(WHOLE, code_owners=False)) == [
            ("require_code_owner_review", "main does not ask code owners for a review")
        ]

    def test_what_is_met_is_met_whatever_is_hidden(self) -> None:
        assert said(rules.review_required, replace(WHOLE, unseen=HIDDEN)) == []

    def test_what_is_not_seen_may_be_set(self) -> None:
        protection = replace(WHOLE, approvals=0, unseen=HIDDEN)
        assert said(rules.review_required, protection) == [
            (
                (
                    "required_approving_review_count may be set where it can't be seen: "
                    "classic protection is hidden"
                ),
                "GitHub: administration (read)",
            )
        ]


class TestHistoryProtected:
    def test_protected_for_everyone(self) -> None:
        assert said(rules.history_protected, WHOLE) == []

    def test_nothing_protected(self) -> None:
        assert said(rules.history_protected, NOTHING) == [
            ("non_fast_forward", "main can be force-pushed"),
            ("deletion", "main can be deleted"),
        ]

    def test_administrators_who_bypass(self) -> None:
        block = Block(is_on=True, bypassed_by=("administrators",))
        assert said(rules.history_protected, replace(WHOLE, deletion=block)) == [
            ("deletion", "main can be deleted by administrators, who bypass the protection always")
        ]

    def test_a_team_that_demands_less(self) -> None:
        guide = built_in_guide()
        lenient = structs.replace(guide.protection, block_force_pushes=False, include_admins=False)
        block = Block(is_on=True, bypassed_by=("administrators",))
        told = outcomes(
            rules.history_protected,
            {},
            guide=structs.replace(guide, protection=lenient),
            given={Protection: replace(NOTHING, deletion=block)},
        )
        assert told == []

    def test_hidden_bypass_actors(self) -> None:
        block = Block(is_on=True, bypassed_by=Unavailable("bypass actors are hidden", "admin"))
        assert said(rules.history_protected, replace(WHOLE, force_pushes=block)) == [
            ("bypass actors are hidden", "admin")
        ]

    def test_hidden_protection(self) -> None:
        answers = said(rules.history_protected, replace(NOTHING, unseen=HIDDEN))
        assert [needs for _, needs in answers] == ["GitHub: administration (read)"] * 2


class TestDeleteOnMerge:
    def test_on(self) -> None:
        assert said(rules.delete_on_merge, MergeSettings(delete_on_merge=True)) == []

    def test_off(self) -> None:
        ((subject, _),) = said(rules.delete_on_merge, MergeSettings(delete_on_merge=False))
        assert subject == "delete_branch_on_merge"

    def test_hidden_from_the_anonymous(self) -> None:
        hidden = MergeSettings(delete_on_merge=Unavailable("hidden", needs="a token"))
        assert said(rules.delete_on_merge, hidden) == [("hidden", "a token")]


class TestDirectPush:
    @staticmethod
    def commit(days: float, *pull_requests: int) -> TrunkCommit:
        return TrunkCommit(
            oid=f"{int(days * 10):040x}",
            committed_at=ago(days=days),
            subject="fix: at night",
            pull_requests=pull_requests,
        )

    def trunk(self, *commits: TrunkCommit, days: float = 400) -> TrunkCommits:
        back = NOW - timedelta(days=days)
        return TrunkCommits(branch="main", commits=commits, reaches_back_to=back)

    def test_commits_without_a_pull_request(self) -> None:
        trunk = self.trunk(self.commit(1, 7), self.commit(2), self.commit(3, 6), self.commit(89.9))
        assert said(rules.direct_push, trunk) == [
            (
                "main",
                (
                    "2 commits of the last 90 days came to main without a pull request, "
                    "the newest 000000000 (fix: at night)"
                ),
            )
        ]

    def test_all_through_pull_requests(self) -> None:
        assert said(rules.direct_push, self.trunk(self.commit(1, 7), self.commit(2, 6, 5))) == []

    def test_older_ones_are_past(self) -> None:
        assert said(rules.direct_push, self.trunk(self.commit(90.1), self.commit(200))) == []

    def test_no_commits_at_all(self) -> None:
        assert said(rules.direct_push, self.trunk()) == []

    def test_what_was_not_read_is_unknown(self) -> None:
        answers = said(rules.direct_push, self.trunk(self.commit(1, 7), days=30))
        assert answers == [
            ("commits before 2026-10-23 were not read", "GitHub: pull requests (read)")
        ]
