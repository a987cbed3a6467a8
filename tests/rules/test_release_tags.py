"""What a release's tag must be like, and who may make one."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.model.settings import TagRuleset, TagRulesets
from autodevops.model.snapshot import Unavailable
from autodevops.rules import releases as rules
from tests.rules.releasing import release
from tests.support.asking import outcomes
from tests.support.history import at_fault, messages
from tests.support.repositories import Repository, ago


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

    @pytest.mark.parametrize(
        "pattern", ["v*", "~ALL", "*", "**/*", "v*.*.*", "v[0-9]*", "v?.*", "refs/tags/v*"]
    )
    def test_protected(self, pattern: str) -> None:
        assert self.ask(self.ruleset(pattern)) == []

    def test_two_rulesets_together(self) -> None:
        both = (self.ruleset("v*", update=False), self.ruleset("~ALL", deletion=False))
        assert self.ask(*both) == []

    def test_nothing_protects_them(self) -> None:
        assert self.ask() == ["no ruleset keeps v* tags from updates and deletions"]

    @pytest.mark.parametrize(
        "ruleset",
        [("release-*",), ("v1.*.0",), ("v2*",), ("v[!0-9]*",), ("refs/heads/v*",)],
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
