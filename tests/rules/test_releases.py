"""The rules about release tags, on real repositories."""

from pathlib import Path

import pytest

from autodevops.model.finding import Unknown
from autodevops.model.settings import TagRuleset, TagRulesets
from autodevops.model.snapshot import Unavailable
from autodevops.rules import releases as rules
from autodevops.rules._api import Rule
from tests.conftest import MakeRepo
from tests.support.asking import outcomes
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


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    return make_repo({"README.md": "# shop\n"}, at=ago(days=60))


def release(shop: Repository, *names: str, days: float = 10) -> None:
    """Commit something and tag it with annotated tags."""
    shop.commit("chore: release", {"version": names[0]}, at=ago(days=days))
    for name in names:
        shop.tag(name, message=f"Release {name}", at=ago(days=days))


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


class TestTagSemver:
    @pytest.mark.parametrize(
        "name",
        ["v1", "v1.2", "1.2.0", "V1.2.0", "v1.2.0.1", "v01.2.0", "v1.2.0-01", "v1.2.0rc1"],
    )
    def test_a_name_that_does_not_follow_it(self, shop: Repository, name: str) -> None:
        shop.tag(name, message="x")
        assert at_fault(rules.tag_semver, shop) == [name]

    @pytest.mark.parametrize(
        "name",
        ["v0.0.1", "v1.2.0-beta.1", "v1.2.0+build.5", "v1.2.0-x-y.0+1.2", "v10.20.30"],
    )
    def test_innocent_names(self, shop: Repository, name: str) -> None:
        shop.tag(name, message="x")
        assert at_fault(rules.tag_semver, shop) == []

    def test_moving_aliases_of_a_release(self, shop: Repository) -> None:
        release(shop, "v1.4.2", "v1", "v1.4")
        assert at_fault(rules.tag_semver, shop) == []

    def test_an_alias_that_was_left_behind_is_just_a_short_name(self, shop: Repository) -> None:
        release(shop, "v1", days=12)
        release(shop, "v1.4.2", days=11)
        assert at_fault(rules.tag_semver, shop) == ["v1"]


class TestTagAnnotated:
    def test_a_lightweight_release_tag(self, shop: Repository) -> None:
        shop.tag("v1.0.0")
        assert messages(rules.tag_annotated, shop) == [
            "v1.0.0 is lightweight; release tags are annotated (`git tag -a`)"
        ]

    def test_lightweight_marks_and_aliases_are_fine(self, shop: Repository) -> None:
        shop.tag("v1.0.0", message="x")
        shop.tag("v1")
        shop.tag("demo")
        assert at_fault(rules.tag_annotated, shop) == []


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


class TestVersionRegression:
    def test_a_lower_version_later(self, shop: Repository) -> None:
        release(shop, "v1.2.0", days=12)
        release(shop, "v1.1.9", days=11)
        release(shop, "v1.3.0", days=10)
        assert messages(rules.version_regression, shop) == [
            "v1.1.9 comes after v1.2.0 in history; versions only grow"
        ]

    def test_a_candidate_after_its_release(self, shop: Repository) -> None:
        release(shop, "v1.2.0", days=12)
        release(shop, "v1.2.0-rc.2", days=11)
        assert at_fault(rules.version_regression, shop) == ["v1.2.0-rc.2"]

    def test_only_the_step_down_is_reported(self, shop: Repository) -> None:
        for name in ("v20.0.0", "v2.1.0", "v2.2.0", "v2.3.0"):
            release(shop, name, days=10)
        assert at_fault(rules.version_regression, shop) == ["v2.1.0"]

    def test_numbers_compare_as_numbers(self, shop: Repository) -> None:
        for name in ("v1.9.0", "v1.10.0-rc.9", "v1.10.0-rc.10", "v1.10.0"):
            release(shop, name, days=10)
        assert at_fault(rules.version_regression, shop) == []

    def test_a_repair_of_an_old_line_that_was_merged(self, shop: Repository) -> None:
        release(shop, "v1.0.0", days=14)
        shop.branch("old", start="HEAD")
        release(shop, "v2.0.0", days=13)
        shop.checkout("old")
        shop.commit("fix: old", {"old": "1"}, at=ago(days=12))
        shop.tag("v1.0.1", message="x", at=ago(days=12))
        shop.checkout("main")
        shop.merge("old", at=ago(days=11))
        release(shop, "v2.0.1", days=10)
        assert at_fault(rules.version_regression, shop) == []

    def test_two_versions_of_one_commit(self, shop: Repository) -> None:
        release(shop, "v1.1.0", "v1.1.0-rc.1", "v1.1.0+5")
        assert at_fault(rules.version_regression, shop) == []


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


class TestTagProtection:
    @staticmethod
    def ruleset(
        *includes: str, excludes: tuple[str, ...] = (), update: bool = True, deletion: bool = True
    ) -> TagRuleset:
        return TagRuleset(
            name="tags",
            includes=includes,
            excludes=excludes,
            blocks_update=update,
            blocks_deletion=deletion,
        )

    def ask(self, *rulesets: TagRuleset, unseen: Unavailable | None = None) -> list[str]:
        said = outcomes(
            rules.tag_protection,
            {},
            given={TagRulesets: TagRulesets(rulesets=rulesets, unseen=unseen)},
        )
        return [one.reason if isinstance(one, Unknown) else one.message for one in said]  # type: ignore[union-attr]

    @pytest.mark.parametrize("pattern", ["v*", "~ALL", "*", "**/*", "v*.*.*"])
    def test_protected(self, pattern: str) -> None:
        assert self.ask(self.ruleset(pattern)) == []

    def test_two_rulesets_together(self) -> None:
        both = (self.ruleset("v*", update=False), self.ruleset("~ALL", deletion=False))
        assert self.ask(*both) == []

    def test_nothing_protects_them(self) -> None:
        assert self.ask() == ["no ruleset keeps v* tags from updates and deletions"]

    @pytest.mark.parametrize(
        "ruleset",
        [("release-*",), ("v1.*.0",), ("v2*",)],
    )
    def test_other_tags(self, ruleset: tuple[str, ...]) -> None:
        assert self.ask(self.ruleset(*ruleset))

    def test_excluded(self) -> None:
        assert self.ask(self.ruleset("~ALL", excludes=("v*",)))

    def test_half_protected(self) -> None:
        assert self.ask(self.ruleset("v*", update=False)) == [
            "no ruleset keeps v* tags from updates"
        ]

    def test_what_can_t_be_seen_may_protect_them(self) -> None:
        assert self.ask(unseen=Unavailable("hidden")) == ["hidden"]

    def test_without_github_it_is_unknown(self) -> None:
        (said,) = outcomes(rules.tag_protection, {})
        assert isinstance(said, Unknown)
        assert said.needs == "GitHub: metadata (read)"


def test_evidence_names_the_commit(shop: Repository) -> None:
    shop.tag("v1")
    (found,) = judged(rules.tag_semver, shop)
    assert not isinstance(found, Unknown)
    assert shop.git("rev-parse", "HEAD") in str(found)
