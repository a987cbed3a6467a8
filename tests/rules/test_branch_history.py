"""The rules about what history must be like, on real repositories."""

from pathlib import Path

import pytest

from autodevops.facts import rewrites
from autodevops.model.finding import Violation
from autodevops.rules import branch_history as rules
from autodevops.rules import branches
from tests.conftest import MakeRepo
from tests.support.history import at_fault, judged, unknown
from tests.support.repositories import Repository, ago


@pytest.fixture(autouse=True)
def quick_filter_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep git from waiting after its warning about filter-branch."""
    monkeypatch.setenv("FILTER_BRANCH_SQUELCH_WARNING", "1")


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """A trunk of five commits, the second of which added what should not be there."""
    repository = make_repo({"README.md": "# shop\n"}, at=ago(days=30))
    repository.commit("feat: keys", {"secret.env": "KEY=1\n", "a": "1"}, at=ago(days=29))
    for number in range(3):
        repository.commit(f"feat: {number}", {"n": str(number)}, at=ago(days=20 - number))
    return repository


def purge(shop: Repository, *, path: str = "secret.env", since: str = "HEAD") -> None:
    """Rewrite the checked-out branch without a file, as tools for it do."""
    command = f"git rm -q --cached --ignore-unmatch {path}"
    shop.git("filter-branch", "--force", "--index-filter", command, since)


class TestHistoryRewritten:
    def test_the_backup_of_a_purge(self, shop: Repository) -> None:
        purge(shop)
        (found,) = judged(rules.history_rewritten, shop)
        assert isinstance(found, Violation)
        assert found.subject == "refs/original/refs/heads/main"
        assert found.message == (
            "refs/original/refs/heads/main holds 4 commits that main lacks, 4 of them rewritten "
            "there under other ids: the history from before a rewrite is still here"
        )

    def test_a_branch_that_still_holds_the_old_history(self, shop: Repository) -> None:
        shop.branch("feature/backup")
        purge(shop)
        shop.git("update-ref", "-d", "refs/original/refs/heads/main")
        assert at_fault(rules.history_rewritten, shop) == ["feature/backup"]

    def test_work_on_top_of_the_old_history(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        shop.commit("feat: x", {"x": "1"}, at=ago(days=1))
        shop.checkout("main")
        purge(shop)
        shop.git("update-ref", "-d", "refs/original/refs/heads/main")
        assert at_fault(rules.history_rewritten, shop) == ["feature/x"]

    def test_a_rewrite_from_the_root(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"secret.env": "KEY=1\n", "a": "1"}, at=ago(days=9))
        for number in range(3):
            repository.commit(f"feat: {number}", {"n": str(number)}, at=ago(days=8 - number))
        repository.tag("v1.0.0", message="first")
        purge(repository)
        repository.git("update-ref", "-d", "refs/original/refs/heads/main")
        (found,) = judged(rules.history_rewritten, repository)
        assert isinstance(found, Violation)
        assert found.subject == "v1.0.0"
        assert found.evidence["twins"] == found.evidence["own_commits"] == 4

    def test_a_stash_on_the_old_history(self, shop: Repository) -> None:
        shop.write({"a": "changed"})
        shop.git("stash", at=ago(days=2))
        purge(shop)
        shop.git("update-ref", "-d", "refs/original/refs/heads/main")
        assert at_fault(rules.history_rewritten, shop) == ["refs/stash"]

    def test_the_remote_that_was_not_rewritten(self, shop: Repository, tmp_path: Path) -> None:
        clone = shop.clone(tmp_path / "clone")
        purge(clone)
        clone.git("update-ref", "-d", "refs/original/refs/heads/main")
        assert at_fault(rules.history_rewritten, clone) == ["origin/main"]

    def test_a_root_of_its_own(self, shop: Repository) -> None:
        shop.git("checkout", "-q", "--orphan", "feature/new-start")
        shop.commit("feat: all new", {"b": "1"}, at=ago(days=2))
        shop.checkout("main")
        (found,) = judged(rules.history_rewritten, shop)
        assert isinstance(found, Violation)
        assert found.message == (
            "feature/new-start shares no history with main: 1 commit from a root of its own"
        )
        assert at_fault(branches.diverged_branch, shop) == []

    def test_a_proposal_that_keeps_the_old_history(self, shop: Repository) -> None:
        shop.git("update-ref", "refs/pull/7/head", "HEAD")
        purge(shop)
        shop.git("update-ref", "-d", "refs/original/refs/heads/main")
        assert at_fault(rules.history_rewritten, shop) == ["refs/pull/7/head"]

    def test_a_rewrite_with_new_committer_times(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"secret.env": "KEY=1\n", "a": "1"}, at=ago(days=9))
        for number in range(3):
            repository.commit(f"feat: {number}", {"n": str(number)}, at=ago(days=8 - number))
        repository.branch("feature/old")
        repository.git("rebase", "-q", "--root", "--force-rebase", at=ago(days=1))
        (found,) = judged(rules.history_rewritten, repository)
        assert isinstance(found, Violation)
        assert (found.subject, found.evidence["twins"]) == ("feature/old", 4)

    def test_more_proposals_than_are_looked_at(
        self, shop: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rewrites, "HOSTED_LIMIT", 1)
        for number in (7, 8):
            shop.git("update-ref", f"refs/pull/{number}/head", "HEAD")
        assert unknown(rules.history_rewritten, shop) == ["2 refs of proposals were not looked at"]

    def test_a_shallow_clone_can_t_tell(self, shop: Repository, tmp_path: Path) -> None:
        clone = shop.clone(tmp_path / "clone", "--depth=2")
        assert unknown(rules.history_rewritten, clone) == ["the clone is shallow"]


class TestInnocentHistory:
    def test_plain_branches_tags_and_notes(self, shop: Repository) -> None:
        shop.checkout("feature/x", create=True)
        shop.commit("feat: x", {"x": "1"}, at=ago(days=1))
        shop.commit("feat: y", {"x": "2"}, at=ago(days=1))
        shop.tag("v1.0.0", message="side")
        shop.git("notes", "add", "-m", "reviewed", "HEAD")
        shop.checkout("main")
        assert at_fault(rules.history_rewritten, shop) == []

    def test_a_stash_with_untracked_files(self, shop: Repository) -> None:
        shop.write({"new": "1", "a": "changed"})
        shop.git("stash", "-u", at=ago(days=2))
        assert at_fault(rules.history_rewritten, shop) == []

    def test_the_history_of_a_subtree(self, shop: Repository, make_repo: MakeRepo) -> None:
        library = make_repo({"lib.py": "x = 1\n"}, name="library", at=ago(days=20))
        shop.git("remote", "add", "library", str(library.path))
        shop.git("fetch", "-q", "library")
        merge = ("merge", "-q", "-s", "ours", "--no-commit", "--allow-unrelated-histories")
        shop.git(*merge, "library/main", at=ago(days=2))
        shop.git("read-tree", "--prefix=vendor/", "-u", "library/main")
        shop.git("commit", "-q", "-m", "chore: add the library", at=ago(days=2))
        library.commit("feat: more", {"lib.py": "x = 2\n"}, at=ago(days=1))
        shop.git("fetch", "-q", "library")
        assert at_fault(rules.history_rewritten, shop) == []

    def test_a_squashed_subtree_s_remote(self, shop: Repository, make_repo: MakeRepo) -> None:
        library = make_repo({"lib.py": "x = 1\n"}, name="library", at=ago(days=20))
        shop.git("remote", "add", "origin", str(shop.path))
        shop.git("remote", "add", "library", str(library.path))
        shop.git("fetch", "-q", "--all")
        assert at_fault(rules.history_rewritten, shop) == []

    def test_a_branch_that_adds_another_history(
        self, shop: Repository, make_repo: MakeRepo
    ) -> None:
        library = make_repo({"lib.py": "x = 1\n"}, name="library", at=ago(days=20))
        shop.checkout("feature/library", create=True)
        shop.git("fetch", "-q", str(library.path), "main")
        merge = ("merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "chore: add")
        shop.git(*merge, "FETCH_HEAD", at=ago(days=1))
        shop.checkout("main")
        assert at_fault(rules.history_rewritten, shop) == []

    def test_a_rebased_branch_and_its_old_remote(self, shop: Repository, tmp_path: Path) -> None:
        shop.checkout("feature/x", create=True)
        for number in range(3):
            shop.commit(f"feat: x{number}", {f"x{number}": "1"}, at=ago(days=3 - number))
        shop.checkout("main")
        clone = shop.clone(tmp_path / "clone")
        clone.git("checkout", "-q", "-b", "feature/x", "origin/feature/x")
        clone.git("rebase", "-q", "--force-rebase", "main", at=ago(hours=5))
        clone.checkout("main")
        clone.merge("feature/x", ff=True)
        assert at_fault(rules.history_rewritten, clone) == []

    def test_backports_to_another_line(self, shop: Repository) -> None:
        shop.branch("feature/stable", start="HEAD~2")
        shop.commit("fix: one", {"one": "1"}, at=ago(days=5))
        shop.commit("fix: two", {"two": "1"}, at=ago(days=4))
        shop.checkout("feature/stable")
        shop.commit("chore: stable only", {"stable": "1"}, at=ago(days=6))
        shop.git("cherry-pick", "main~1", "main", at=ago(days=2))
        shop.checkout("main")
        assert at_fault(rules.history_rewritten, shop) == []

    def test_commits_of_the_same_second(self, make_repo: MakeRepo) -> None:
        moment = ago(days=2)
        repository = make_repo({"a": "1"}, at=moment)
        repository.checkout("feature/x", create=True)
        for number in range(3):
            repository.commit(f"feat: x{number}", {"x": str(number)}, at=moment)
        repository.checkout("main")
        for number in range(3):
            repository.commit(f"feat: a{number}", {"a": str(number)}, at=moment)
        assert at_fault(rules.history_rewritten, repository) == []
