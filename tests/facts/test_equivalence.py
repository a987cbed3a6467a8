"""What the limits of comparing patches leave open."""

import pytest

from autodevops.facts import _trunk, equivalence
from autodevops.facts.branches import Branch, Branches
from autodevops.facts.equivalence import Merge
from tests.conftest import MakeRepo
from tests.support.history import fact_of
from tests.support.repositories import Repository, ago

LINES = [f"line {number}\n" for number in range(60)]


def branch_of(shop: Repository) -> Branch:
    (branch,) = fact_of(Branches, shop).others
    return branch


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    return make_repo({"text": "".join(LINES)}, at=ago(days=30))


def edit(shop: Repository, line: int, *, days: float, message: str = "feat: edit") -> str:
    """Change one line of the file as the checked-out branch has it."""
    text = (shop.path / "text").read_text().splitlines(keepends=True)
    text[line] = f"changed {line}\n"
    return shop.commit(message, {"text": "".join(text)}, at=ago(days=days))


def leave_behind(shop: Repository) -> None:
    """Change the file on a branch of an older day, then five times on the trunk."""
    shop.checkout("feature/x", create=True)
    edit(shop, 5, days=9)
    shop.checkout("main")
    for number in range(20, 25):
        edit(shop, number, days=2)


def test_a_rebase_among_commits_of_the_same_file(shop: Repository) -> None:
    shop.checkout("feature/x", create=True)
    edit(shop, 5, days=3)
    edit(shop, 6, days=2.9)
    shop.checkout("main")
    for number in range(20, 50):
        edit(shop, number, days=2)
    shop.git("cherry-pick", "main..feature/x", at=ago(days=1))
    found = branch_of(shop)
    assert found.merge is Merge.REBASED
    assert found.merged_by == shop.git("rev-parse", "HEAD")


def test_work_before_the_compared_commits_is_undecided(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_trunk, "COMPARED", 3)
    leave_behind(shop)
    found = branch_of(shop)
    assert found.merge is Merge.UNDECIDED
    assert found.why_undecided == (
        "the work is older than the 10000 newest commits that are compared"
    )


def test_a_match_within_the_compared_commits_is_decided(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_trunk, "COMPARED", 3)
    leave_behind(shop)
    shop.merge("feature/x", squash=True, at=ago(days=1))
    assert branch_of(shop).merge is Merge.SQUASHED


def test_more_patches_than_the_budget_are_undecided(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_trunk, "PATCH_LIMIT", 2)
    leave_behind(shop)
    assert branch_of(shop).why_undecided == ("too many commits of the trunk change the same files")


def test_a_long_branch_whose_last_commit_is_there_is_undecided(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(equivalence, "OWN_LIMIT", 2)
    shop.checkout("feature/x", create=True)
    for number in range(5, 8):
        edit(shop, number * 4, days=3)
    shop.checkout("main")
    edit(shop, 50, days=2)
    shop.git("cherry-pick", "feature/x", at=ago(days=1))
    found = branch_of(shop)
    assert found.merge is Merge.UNDECIDED
    assert found.why_undecided == "more than 2 commits would have to be found"


def test_binary_files_are_compared_by_content(shop: Repository) -> None:
    shop.checkout("feature/x", create=True)
    shop.commit("feat: logo", {"logo.png": b"\x00\x01\x02"}, at=ago(days=3))
    shop.checkout("main")
    shop.commit("feat: other logo", {"logo.png": b"\x00\x01\x03"}, at=ago(days=2))
    assert branch_of(shop).merge is Merge.NO
    shop.commit("chore: no logo", {"logo.png": None}, at=ago(days=1.5))
    shop.commit("feat: logo (#3)", {"logo.png": b"\x00\x01\x02"}, at=ago(days=1))
    assert branch_of(shop).merge is Merge.SQUASHED


def test_a_branch_whose_remote_was_rebased_before_the_merge(
    shop: Repository,
) -> None:
    shop.checkout("feature/x", create=True)
    edit(shop, 5, days=3)
    old = edit(shop, 6, days=2.9)
    shop.checkout("main")
    edit(shop, 40, days=2)
    shop.checkout("feature/x")
    shop.git("rebase", "-q", "main", at=ago(days=1))
    shop.checkout("main")
    shop.merge("feature/x", ff=True)
    edit(shop, 50, days=0.5)
    shop.git("update-ref", "refs/remotes/origin/feature/x", old)
    found = branch_of(shop)
    assert found.refs == ("refs/heads/feature/x", "refs/remotes/origin/feature/x")
    assert found.merge is Merge.REBASED


def test_a_remote_that_has_more_than_the_merged_local_branch(shop: Repository) -> None:
    shop.checkout("feature/x", create=True)
    edit(shop, 5, days=3)
    shop.checkout("main")
    shop.merge("feature/x", at=ago(days=2))
    shop.checkout("feature/x")
    more = edit(shop, 6, days=1)
    shop.git("update-ref", "refs/remotes/origin/feature/x", more)
    shop.git("reset", "-q", "--hard", "HEAD~1")
    shop.checkout("main")
    assert branch_of(shop).merge is Merge.NO
