"""What may go from an API and when, on real histories."""

import pytest

from autodevops.rules import api_versioning as rules
from tests.conftest import MakeRepo
from tests.support.history import at_fault, judged, messages, not_applicable, unknown
from tests.support.repositories import ago


def served(*versions: int) -> str:
    """Return an API's main module with these versions."""
    parts = [f'@app.get("/api/v{one}/x")\ndef v{one}(): ...\n' for one in versions]
    return "from fastapi import FastAPI\napp = FastAPI()\n" + "".join(parts)


class TestRemoval:
    def test_too_early(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        repository.commit("feat: v2", {"app/main.py": served(1, 2)}, at="2026-03-01T12:00:00")
        repository.commit("feat!: no v1", {"app/main.py": served(2)}, at="2026-04-10T12:00:00")
        assert messages(rules.early_removal, repository) == [
            "v1 was removed on 2026-04-10, 40 days after v2 appeared; it stays until 2026-09-01"
        ]

    def test_replaced_in_one_go(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/v1.py": served(1)}, at=ago(days=400))
        repository.commit("feat!: v2", {"app/v1.py": None, "app/v2.py": served(2)})
        assert at_fault(rules.early_removal, repository) == ["v1"]

    def test_after_six_months(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at="2025-01-01T00:00:00")
        repository.commit("feat: v2", {"app/main.py": served(1, 2)}, at="2025-03-31T00:00:00")
        repository.commit("feat!: no v1", {"app/main.py": served(2)}, at="2025-09-28T00:00:00")
        assert at_fault(rules.early_removal, repository) == []

    def test_moved_and_put_back(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        both = {"app/main.py": served(2), "app/old.py": served(1).replace("app =", "app=")}
        repository.commit("refactor: move", both, at=ago(days=300))
        assert at_fault(rules.early_removal, repository) == []

    def test_requests_to_others_are_no_versions_of_ours(self, make_repo: MakeRepo) -> None:
        text = served(2) + 'client.get("/v1/x")\nget("https://api.example.com/v1/y")\n'
        repository = make_repo({"app/main.py": text}, at=ago(days=400))
        repository.commit("fix: x", {"app/main.py": served(2)}, at=ago(days=300))
        assert at_fault(rules.early_removal, repository) == []

    def test_one_version_has_no_past(self, make_repo: MakeRepo) -> None:
        assert not_applicable(rules.early_removal, make_repo({"app/main.py": served(1)}))

    def test_a_shallow_clone_knows_nothing(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        repository.commit("feat: v2", {"app/main.py": served(2)}, at=ago(days=300))
        clone = repository.clone(repository.path.parent / "clone", "--depth=1")
        assert unknown(rules.early_removal, clone) == ["the clone is shallow"]


class TestBreaks:
    @pytest.mark.parametrize(
        "message",
        [
            "feat(api)!: drop the orders endpoint",
            "fix: rename a field\n\nBREAKING CHANGE: the field is called total now",
            "refactor!: drop things\n\nBREAKING-CHANGE: all of them",
        ],
    )
    def test_without_an_entry(self, make_repo: MakeRepo, message: str) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- nothing\n"})
        commit = repository.commit(message, {"a": "1"})
        assert at_fault(rules.undocumented_break, repository) == [commit]

    def test_without_a_changelog(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"README.md": ""})
        repository.commit("feat!: drop the orders endpoint", {"a": "1"})
        assert "there is no changelog" in messages(rules.undocumented_break, repository)[0]

    @pytest.mark.parametrize(
        ("message", "entry"),
        [
            ("feat!: drop the orders endpoint", "- **Breaking**: drop the `orders` endpoint."),
            ("feat!: drop the orders endpoint (#42)", "- Orders are gone ([#42](x))"),
            ("feat: add an endpoint", "- nothing"),
            ("feat!: drop the orders endpoint\n\nBREAKING CHANGE: use invoices instead", ("- use "
             "invoices instead of orders")),
            ("docs: how breaking change: works\n\nbreaking change: in lower case", "- nothing"),
            ("update! the readme", "- nothing"),
            ("wow!: no known type", "- nothing"),
            ('Revert "feat!: drop the orders endpoint"', "- nothing"),
        ],
    )  # fmt: skip
    def test_innocent(self, make_repo: MakeRepo, message: str, entry: str) -> None:
        repository = make_repo({"CHANGELOG.md": f"# Changelog\n\n## Unreleased\n\n{entry}\n"})
        repository.commit(message, {"a": "1"})
        assert at_fault(rules.undocumented_break, repository) == []

    def test_an_entry_that_comes_with_it(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        repository.commit("feat!: drop orders", {"CHANGELOG.md": "# Changelog\n\n- other words\n"})
        assert at_fault(rules.undocumented_break, repository) == []

    def test_an_entry_that_comes_with_its_branch(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        repository.checkout("feature/x", create=True)
        repository.commit("feat!: drop orders", {"a": "1"})
        repository.commit("docs: tell it", {"CHANGELOG.md": "# Changelog\n\n- other words\n"})
        repository.checkout("main")
        repository.merge("feature/x")
        assert at_fault(rules.undocumented_break, repository) == []

    def test_an_entry_that_came_with_a_later_merge_is_about_something_else(
        self, make_repo: MakeRepo
    ) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        repository.checkout("feature/x", create=True)
        commit = repository.commit("feat!: drop orders", {"a": "1"})
        repository.checkout("main")
        repository.merge("feature/x")
        repository.checkout("feature/x")
        repository.commit("docs: tell it", {"CHANGELOG.md": "# Changelog\n\n- other words\n"})
        repository.checkout("main")
        repository.merge("feature/x")
        assert at_fault(rules.undocumented_break, repository) == [commit]

    def test_one_that_was_taken_back(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        commit = repository.commit("feat!: drop orders", {"a": "1"})
        repository.commit(f'Revert "feat!: drop orders"\n\nThis reverts commit {commit}.\n')
        assert at_fault(rules.undocumented_break, repository) == []

    def test_one_from_before_the_policy(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"}, at="2026-01-01T00:00:00")
        repository.commit("feat!: drop orders", {"a": "1"}, at="2026-02-19T00:00:00")
        assert at_fault(rules.undocumented_break, repository) == []
        assert judged(rules.undocumented_break, repository) == []
