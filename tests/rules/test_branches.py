"""The rules about branches, on real repositories."""

from pathlib import Path

import pytest

from autodevops.rules import branches as rules
from autodevops.rules._api import Rule
from tests.conftest import MakeRepo
from tests.rules.working import work
from tests.support.history import at_fault, messages, not_applicable, unknown
from tests.support.repositories import Repository, ago

ALL = [
    rules.default_branch,
    rules.forbidden_branch,
    rules.branch_name,
    rules.branch_age,
    rules.merged_branch,
    rules.diverged_branch,
]
every_rule = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)


@every_rule
def test_a_repository_without_commits_has_nothing_to_judge(rule: Rule, make_repo: MakeRepo) -> None:
    assert not_applicable(rule, make_repo())


@every_rule
def test_a_trunk_alone_is_fine(rule: Rule, shop: Repository) -> None:
    assert at_fault(rule, shop) == []


@every_rule
@pytest.mark.parametrize(
    "name",
    [
        "dependabot/npm_and_yarn/next-15",
        "renovate/all",
        "gh-readonly-queue/main/pr-1",
        "release-please--branches--main",
        "revert-12-feature/x",
        "pre-commit-ci-update-config",
    ],
)
def test_automation_may_have_its_branches(rule: Rule, shop: Repository, name: str) -> None:
    work(shop, name, days=20)
    assert at_fault(rule, shop) == []


@every_rule
def test_pages_on_a_root_of_their_own_are_fine(rule: Rule, shop: Repository) -> None:
    shop.git("checkout", "-q", "--orphan", "gh-pages")
    shop.commit("docs: pages", {"index.html": "<p>"}, at=ago(days=20))
    shop.checkout("main")
    assert at_fault(rule, shop) == []


class TestDefaultBranch:
    def test_another_name_for_the_trunk(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"a": "1"}, branch="master")
        assert messages(rules.default_branch, repository) == [
            "the default branch is master; the guide calls it main"
        ]

    def test_main_beside_a_checked_out_branch(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        assert at_fault(rules.default_branch, shop) == []

    def test_the_remote_says_which_branch_it_is(self, shop: Repository, tmp_path: Path) -> None:
        shop.branch("trunk")
        shop.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        clone = shop.clone(tmp_path / "clone")
        clone.git("checkout", "-q", "-b", "main", "origin/main")
        assert at_fault(rules.default_branch, clone) == ["trunk"]

    def test_the_repository_s_own_configuration_says_it(self, shop: Repository) -> None:
        shop.branch("trunk")
        shop.git("config", "init.defaultBranch", "trunk")
        assert at_fault(rules.default_branch, shop) == ["trunk"]

    def test_a_configured_name_without_a_branch_says_nothing(self, shop: Repository) -> None:
        shop.git("config", "init.defaultBranch", "trunk")
        assert at_fault(rules.default_branch, shop) == []

    def test_a_detached_head_without_branches_is_unknown(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        clone = shop.clone(tmp_path / "clone")
        clone.checkout(clone.git("rev-parse", "HEAD"))
        clone.git("branch", "-D", "main")
        clone.git("update-ref", "-d", "refs/remotes/origin/main")
        clone.git("symbolic-ref", "-d", "refs/remotes/origin/HEAD")
        assert unknown(rules.default_branch, clone) == [
            "no branch here is known to be the default one"
        ]


class TestForbiddenBranch:
    @pytest.mark.parametrize("name", ["develop", "staging", "release/1.2", "release/2024/q3"])
    def test_a_forbidden_branch(self, shop: Repository, name: str) -> None:
        shop.branch(name)
        assert at_fault(rules.forbidden_branch, shop) == [name]
        for other in (rules.branch_name, rules.branch_age, rules.merged_branch):
            assert at_fault(other, shop) == []

    def test_local_and_remote_are_one_branch(self, shop: Repository, tmp_path: Path) -> None:
        shop.branch("develop")
        clone = shop.clone(tmp_path / "clone")
        clone.git("branch", "--no-track", "develop", "origin/develop")
        assert messages(rules.forbidden_branch, clone) == [
            (
                "develop (local and remote) is a branch that the guide forbids; "
                "work on short-lived branches and release by tags"
            )
        ]

    def test_one_that_only_the_remote_has(self, shop: Repository, tmp_path: Path) -> None:
        shop.branch("staging")
        assert at_fault(rules.forbidden_branch, shop.clone(tmp_path / "clone")) == ["staging"]

    def test_a_trunk_of_a_forbidden_name(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"a": "1"}, branch="develop")
        assert at_fault(rules.forbidden_branch, repository) == ["develop"]

    @pytest.mark.parametrize(
        "name",
        ["feature/develop", "developer-docs", "feature/release/x", "release-notes", "fix/staging"],
    )
    def test_innocent_names(self, shop: Repository, name: str) -> None:
        shop.branch(name)
        assert at_fault(rules.forbidden_branch, shop) == []

    def test_a_tag_is_no_branch(self, shop: Repository) -> None:
        shop.tag("develop")
        shop.tag("release/1.0")
        assert at_fault(rules.forbidden_branch, shop) == []

    def test_another_person_s_remote_is_theirs(self, shop: Repository, tmp_path: Path) -> None:
        clone = shop.clone(tmp_path / "clone")
        clone.git("update-ref", "refs/remotes/colleague/develop", "HEAD")
        assert at_fault(rules.forbidden_branch, clone) == []


class TestBranchName:
    @pytest.mark.parametrize("name", ["wip", "feat/login", "feature", "Feature/x", "users/ada/x"])
    def test_a_name_without_an_allowed_type(self, shop: Repository, name: str) -> None:
        work(shop, name, days=20)
        assert at_fault(rules.branch_name, shop) == [name]
        assert at_fault(rules.branch_age, shop) == []

    @pytest.mark.parametrize(
        "name", ["feature/x", "fix/a/b", "hotfix/1", "docs/release/x", "chore/deps"]
    )
    def test_innocent_names(self, shop: Repository, name: str) -> None:
        shop.branch(name)
        assert at_fault(rules.branch_name, shop) == []

    def test_a_single_branch_clone_that_is_shallow_says_so(
        self, shop: Repository, tmp_path: Path
    ) -> None:
        shop.branch("wip")
        clone = shop.clone(tmp_path / "clone", "--depth=1")
        assert unknown(rules.branch_name, clone) == [
            "a shallow clone that holds only main may lack the other branches"
        ]
