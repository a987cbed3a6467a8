"""The rules about release tags, on real repositories."""

from pathlib import Path

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import releases as rules
from autodevops.rules._api import Rule
from tests.rules.releasing import release
from tests.support.history import at_fault, judged, messages, not_applicable, unknown
from tests.support.repositories import Repository, ago

by_history = pytest.mark.parametrize(
    "rule",
    [
        rules.tag_semver,
        rules.tag_annotated,
        rules.tag_off_main,
        rules.unpromoted_release,
        rules.version_regression,
        rules.unreleased_drift,
    ],
    ids=lambda rule: rule.id,
)


@by_history
def test_without_tags_there_is_nothing_to_judge(rule: Rule, shop: Repository) -> None:
    assert not_applicable(rule, shop)


@by_history
def test_a_promoted_release_is_fine(rule: Rule, shop: Repository) -> None:
    release(shop, "v1.2.0-rc.1", days=12)
    release(shop, "v1.2.0-rc.2", "v1.2.0", days=11)
    release(shop, "v1.2.1", days=10)
    assert at_fault(rule, shop) == []


@by_history
@pytest.mark.parametrize("name", ["nightly", "latest", "deploy-2026-03-01", "v", "before-v2"])
def test_tags_that_don_t_look_like_versions_are_not_judged(
    rule: Rule, shop: Repository, name: str
) -> None:
    shop.checkout("side", create=True)
    shop.commit("chore: side", at=ago(days=20))
    shop.tag(name)
    shop.checkout("main")
    assert not_applicable(rule, shop)


@by_history
def test_a_shallow_clone_without_tags_can_t_tell(
    rule: Rule, shop: Repository, tmp_path: Path
) -> None:
    release(shop, "v1.0")
    shop.commit("chore: more", {"a": "1"}, at=ago(days=1))
    clone = shop.clone(tmp_path / "clone", "--depth=1")
    assert "shallow" in " ".join(unknown(rule, clone))


class TestTagOffMain:
    def test_a_release_from_a_side_branch(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        release(shop, "v1.0.0")
        shop.checkout("main")
        assert messages(rules.tag_off_main, shop) == [
            "v1.0.0 is not on the default branch; releases are tagged there"
        ]

    def test_a_release_that_marks_a_file(self, shop: Repository) -> None:
        shop.tag("v1.0.0", message="x", on="HEAD:README.md")
        assert messages(rules.tag_off_main, shop) == [
            "v1.0.0 marks no commit; releases are tagged there"
        ]

    def test_one_that_was_merged_later_is_on_the_trunk(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        release(shop, "v1.0.0")
        shop.checkout("main")
        shop.merge("feature/x")
        assert at_fault(rules.tag_off_main, shop) == []

    def test_a_tag_of_a_tag(self, shop: Repository) -> None:
        release(shop, "v1.0.0")
        shop.tag("v1.0.0+signed", message="x", on="v1.0.0")
        assert at_fault(rules.tag_off_main, shop) == []

    def test_a_remote_trunk_that_is_ahead(self, shop: Repository, tmp_path: Path) -> None:
        clone = shop.clone(tmp_path / "clone")
        release(shop, "v1.0.0")
        clone.git("fetch", "-q", "--tags", "origin")
        assert at_fault(rules.tag_off_main, clone) == []

    def test_below_a_shallow_clone_it_is_unknown(self, shop: Repository, tmp_path: Path) -> None:
        release(shop, "v1.0.0")
        shop.commit("chore: more", {"a": "1"}, at=ago(days=5))
        clone = shop.clone(tmp_path / "clone", "--depth=1")
        clone.git("fetch", "-q", "--depth=1", "origin", "refs/tags/v1.0.0:refs/tags/v1.0.0")
        assert unknown(rules.tag_off_main, clone)


class TestUnpromotedRelease:
    def test_a_minor_release_without_a_candidate(self, shop: Repository) -> None:
        release(shop, "v1.1.0")
        assert messages(rules.unpromoted_release, shop) == [
            "v1.1.0 was released without v1.1.0-rc.N before it on the same line"
        ]

    def test_a_candidate_of_another_version(self, shop: Repository) -> None:
        release(shop, "v1.0.0-rc.1", days=12)
        release(shop, "v1.1.0", days=11)
        assert at_fault(rules.unpromoted_release, shop) == ["v1.1.0"]

    def test_a_candidate_after_the_release(self, shop: Repository) -> None:
        release(shop, "v1.1.0", days=12)
        release(shop, "v1.1.0-rc.1", days=11)
        assert at_fault(rules.unpromoted_release, shop) == ["v1.1.0"]

    def test_a_candidate_on_another_line(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        release(shop, "v1.1.0-rc.1", days=12)
        shop.checkout("main")
        release(shop, "v1.1.0", days=11)
        assert at_fault(rules.unpromoted_release, shop) == ["v1.1.0"]

    def test_a_beta_is_no_candidate(self, shop: Repository) -> None:
        release(shop, "v1.1.0-beta.1", days=12)
        release(shop, "v1.1.0", days=11)
        assert at_fault(rules.unpromoted_release, shop) == ["v1.1.0"]

    @pytest.mark.parametrize("candidate", ["v2.0.0-rc.1", "v2.0.0-rc1", "v2.0.0rc1", "v2.0.0-RC.1"])
    def test_candidates_count_however_written(self, shop: Repository, candidate: str) -> None:
        release(shop, candidate, days=12)
        release(shop, "v2.0.0", days=11)
        assert at_fault(rules.unpromoted_release, shop) == []

    @pytest.mark.parametrize("name", ["v1.0.1", "v1.2.0-beta.1"])
    def test_patches_and_pre_releases_need_none(self, shop: Repository, name: str) -> None:
        release(shop, name)
        assert not_applicable(rules.unpromoted_release, shop)


class TestUnreleasedDrift:
    def test_a_hundred_commits(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=5)
        for number in range(100):
            shop.commit(f"chore: {number}", at=ago(days=1))
        assert messages(rules.unreleased_drift, shop) == [
            (
                "v1.0.0 was the last release; since then 100 commits, the oldest 1 day old, "
                "wait for the next"
            )
        ]

    def test_ninety_days(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=100)
        shop.commit("fix: old", at=ago(days=90))
        assert at_fault(rules.unreleased_drift, shop) == ["v1.0.0"]

    def test_just_below_both(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=100)
        for number in range(99):
            shop.commit(f"chore: {number}", at=ago(days=89))
        assert at_fault(rules.unreleased_drift, shop) == []

    def test_an_old_release_with_nothing_new(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=400)
        assert at_fault(rules.unreleased_drift, shop) == []

    def test_old_work_that_came_to_the_trunk_today(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        shop.commit("feat: x", {"x": "1"}, at=ago(days=200))
        shop.checkout("main")
        release(shop, "v1.0.0", days=5)
        shop.merge("feature/x", at=ago(hours=1))
        assert at_fault(rules.unreleased_drift, shop) == []

    def test_a_candidate_is_no_release(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=120)
        release(shop, "v1.1.0-rc.1", days=95)
        assert at_fault(rules.unreleased_drift, shop) == ["v1.0.0"]

    def test_a_later_candidate_s_commit_of_yesterday(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=120)
        release(shop, "v1.1.0-rc.1", days=1)
        assert at_fault(rules.unreleased_drift, shop) == []


def test_evidence_names_the_commit(shop: Repository) -> None:
    shop.tag("v1")
    (found,) = judged(rules.tag_semver, shop)
    assert not isinstance(found, Unknown)
    assert shop.git("rev-parse", "HEAD") in str(found)
