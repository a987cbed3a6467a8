"""How long branches live, and what becomes of those that are done, on real repositories."""

from pathlib import Path

import pytest

from autodevops.model.finding import Unknown, Violation
from autodevops.rules import branches as rules
from tests.rules.working import work
from tests.support.history import at_fault, judged, messages, unknown
from tests.support.repositories import Repository, ago


class TestBranchAge:
    def test_a_branch_past_its_limit(self, shop: Repository) -> None:
        work(shop, "feature/login", days=9, files=3)
        assert messages(rules.branch_age, shop) == [
            "feature/login is 9 days old; feature branches live 3 days"
        ]

    @pytest.mark.parametrize(
        ("name", "days"),
        [("feature/x", 3.001), ("fix/x", 1.5), ("hotfix/x", 2), ("docs/x", 2), ("chore/x", 1.1)],
    )
    def test_each_type_has_its_limit(self, shop: Repository, name: str, days: float) -> None:
        work(shop, name, days=days)
        assert at_fault(rules.branch_age, shop) == [name]

    @pytest.mark.parametrize(("name", "days"), [("feature/x", 3), ("fix/x", 1), ("docs/x", 0.1)])
    def test_exactly_at_the_limit_is_not_past_it(
        self, shop: Repository, name: str, days: float
    ) -> None:
        work(shop, name, days=days)
        assert at_fault(rules.branch_age, shop) == []

    def test_old_commits_of_the_trunk_don_t_age_a_new_branch(self, shop: Repository) -> None:
        shop.commit("chore: old", {"a": "1"}, at=ago(days=20))
        work(shop, "feature/x", days=1)
        assert at_fault(rules.branch_age, shop) == []

    def test_a_rebase_makes_it_young_again(self, shop: Repository) -> None:
        work(shop, "feature/x", days=9)
        shop.commit("chore: more", {"a": "1"}, at=ago(days=1))
        shop.checkout("feature/x")
        shop.git("rebase", "-q", "main", at=ago(days=1))
        assert at_fault(rules.branch_age, shop) == []

    def test_a_merged_branch_is_the_other_rule_s_matter(self, shop: Repository) -> None:
        work(shop, "feature/x", days=9)
        shop.merge("feature/x", at=ago(days=1))
        assert at_fault(rules.branch_age, shop) == []

    def test_the_edge_of_a_shallow_clone_hides_the_age(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        work(shop, "feature/x", days=9, files=4)
        clone = shop.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
        assert unknown(rules.branch_age, clone) == ["the age of feature/x is beyond the clone"]

    def test_a_shallow_clone_that_is_deep_enough_shows_it(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        for number in range(5):
            shop.commit(f"chore: {number}", {"n": str(number)}, at=ago(days=25 - number))
        work(shop, "feature/x", days=9)
        clone = shop.clone(tmp_path / "clone", "--depth=3", "--no-single-branch")
        assert at_fault(rules.branch_age, clone) == ["feature/x"]


class TestMergedBranch:
    def test_merged_by_a_merge_commit(self, shop: Repository) -> None:
        work(shop, "feature/x", days=9)
        shop.merge("feature/x", at=ago(days=1))
        assert messages(rules.merged_branch, shop) == [
            "feature/x (local) is merged into main and was last changed 9 days ago; delete it"
        ]

    def test_squashed(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2, files=3)
        shop.commit("chore: between", {"b": "1"}, at=ago(days=1))
        squash = shop.merge("feature/x", squash=True, message="feat: x (#1)", at=ago(hours=3))
        shop.commit("chore: after", {"a": "1"}, at=ago(hours=2))
        assert messages(rules.merged_branch, shop) == [
            (
                f"feature/x (local) is squashed into main as {squash[:9]} "
                "and was last changed 46 hours ago; delete it"
            )
        ]

    def test_squashed_although_the_same_file_moved_on(self, shop: Repository) -> None:
        lines = [f"line {number}\n" for number in range(40)]
        shop.commit("chore: text", {"text": "".join(lines)}, at=ago(days=5))
        shop.checkout("feature/x", create=True)
        shop.commit("feat: end", {"text": "".join([*lines, "end\n"])}, at=ago(days=2))
        shop.commit("feat: more", {"text": "".join([*lines, "end\n", "more\n"])}, at=ago(days=2))
        shop.checkout("main")
        shop.commit("feat: top", {"text": "".join(["top\n", *lines])}, at=ago(days=1))
        shop.merge("feature/x", squash=True, at=ago(hours=1))
        assert at_fault(rules.merged_branch, shop) == ["feature/x"]

    def test_rebased(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2, files=3)
        shop.commit("chore: between", {"b": "1"}, at=ago(days=1))
        shop.git("cherry-pick", "main..feature/x", at=ago(hours=3))
        (found,) = messages(rules.merged_branch, shop)
        assert found.startswith("feature/x (local) is rebased onto main as ")

    def test_squashed_and_then_caught_up(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2, files=2)
        shop.merge("feature/x", squash=True, at=ago(hours=3))
        shop.checkout("feature/x")
        shop.git("merge", "-q", "--no-ff", "-m", "Merge main", "main", at=ago(hours=2))
        shop.checkout("main")
        shop.commit("chore: after", {"a": "1"}, at=ago(hours=1))
        assert at_fault(rules.merged_branch, shop) == ["feature/x"]

    def test_one_that_only_the_remote_has(self, shop: Repository, tmp_path: Path) -> None:
        work(shop, "feature/x", days=2)
        shop.merge("feature/x", at=ago(hours=3))
        assert at_fault(rules.merged_branch, shop.clone(tmp_path / "clone")) == ["feature/x"]

    def test_a_badly_named_one_too(self, shop: Repository) -> None:
        work(shop, "wip", days=2)
        shop.merge("wip", at=ago(hours=3))
        assert at_fault(rules.merged_branch, shop) == ["wip"]

    def test_at_the_tip_of_the_trunk_is_a_fresh_branch(self, shop: Repository) -> None:
        shop.branch("feature/new")
        assert at_fault(rules.merged_branch, shop) == []

    def test_the_same_lines_with_other_text_are_not_the_same_work(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2)
        shop.commit("feat: like it", {"feature-x-0.txt": "but different\n"}, at=ago(days=1))
        assert at_fault(rules.merged_branch, shop) == []

    def test_half_of_it_picked_is_not_merged(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2, files=2)
        shop.commit("chore: between", {"b": "1"}, at=ago(days=1))
        shop.git("cherry-pick", "feature/x", at=ago(hours=3))
        assert at_fault(rules.merged_branch, shop) == []

    def test_empty_commits_are_no_proof(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        shop.commit("chore: nothing yet", at=ago(hours=5))
        shop.checkout("main")
        shop.commit("chore: empty", at=ago(hours=4))
        assert at_fault(rules.merged_branch, shop) == []

    def test_a_revert_on_the_branch_is_no_merge(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2)
        shop.checkout("feature/x")
        shop.git("revert", "--no-edit", "HEAD", at=ago(days=1))
        shop.checkout("main")
        assert at_fault(rules.merged_branch, shop) == []

    def test_work_done_again_after_the_squash_is_not_merged(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2)
        shop.merge("feature/x", squash=True, at=ago(days=1))
        shop.checkout("feature/x")
        shop.commit("feat: more", {"more": "1"}, at=ago(hours=2))
        shop.checkout("main")
        assert at_fault(rules.merged_branch, shop) == []

    def test_a_clone_without_contents_leaves_it_open(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        shop.git("config", "uploadpack.allowFilter", "true")
        lines = "".join(f"line {number}\n" for number in range(40))
        shop.commit("chore: text", {"text": lines}, at=ago(days=5))
        shop.checkout("feature/x", create=True)
        shop.commit("feat: end", {"text": f"{lines}end\n"}, at=ago(days=2))
        shop.checkout("main")
        shop.commit("feat: top", {"text": f"top\n{lines}"}, at=ago(days=1))
        clone = shop.clone(tmp_path / "clone", "--filter=blob:none", "--no-checkout")
        (said,) = judged(rules.merged_branch, clone)
        assert isinstance(said, Unknown)
        assert said.reason.startswith("whether feature/x is merged is open: ")


class TestDivergedBranch:
    def test_more_than_fifty_commits_behind(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2)
        for number in range(51):
            shop.commit(f"chore: {number}", {"n": str(number)}, at=ago(hours=2))
        assert messages(rules.diverged_branch, shop) == [
            "feature/x is 51 commits behind main; the limit is 50"
        ]

    def test_fifty_are_allowed(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2)
        for number in range(50):
            shop.commit(f"chore: {number}", {"n": str(number)}, at=ago(hours=2))
        assert at_fault(rules.diverged_branch, shop) == []

    def test_the_evidence_shows_both_distances(self, shop: Repository) -> None:
        work(shop, "feature/x", days=2, files=2)
        for number in range(60):
            shop.commit(f"chore: {number}", {"n": str(number)}, at=ago(hours=2))
        (found,) = judged(rules.diverged_branch, shop)
        assert isinstance(found, Violation)
        assert (found.evidence["ahead"], found.evidence["behind"]) == (2, 60)

    def test_the_edge_of_a_shallow_clone_hides_the_distance(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        work(shop, "feature/x", days=2)
        for number in range(5):
            shop.commit(f"chore: {number}", {"n": str(number)}, at=ago(hours=2))
        clone = shop.clone(tmp_path / "clone", "--depth=2", "--no-single-branch")
        assert unknown(rules.diverged_branch, clone) == [
            "how far feature/x is behind lies beyond the clone"
        ]
