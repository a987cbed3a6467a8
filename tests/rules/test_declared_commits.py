"""What a repository itself demands of its commits."""

from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace

from autodevops.guide.load import built_in_guide
from autodevops.model.finding import Unknown, Violation
from autodevops.model.settings import Protection
from autodevops.model.snapshot import Unavailable
from autodevops.rules import branch_history as rules
from tests.support.history import at_fault, judged, not_applicable, unknown
from tests.support.protection import WHOLE
from tests.support.repositories import Repository, ago

SIGNED = "# Contributing\n\nAll commits must be signed.\n"
NO_RULESETS = {Protection: WHOLE}
LINEAR = "# Contributing\n\n- We require linear history on main.\n"


class TestDeclaredCommitPolicy:
    def test_unsigned_commits_after_the_demand(self, shop: Repository) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": SIGNED}, at=ago(days=10))
        shop.commit("docs: more rules", {"CONTRIBUTING.md": SIGNED + "Be kind.\n"}, at=ago(days=8))
        last = shop.commit("feat: x", {"x": "1"}, at=ago(days=7))
        (found,) = judged(rules.declared_commit_policy, shop)
        assert isinstance(found, Violation)
        assert found.subject == "required_signatures"
        assert found.message == (
            "CONTRIBUTING.md demands signed commits since 2026-11-12; "
            f"2 later commits on main are unsigned, the newest {last[:9]}"
        )
        assert found.locations[0].path == "CONTRIBUTING.md"
        assert found.locations[0].line == 3

    def test_a_merge_after_the_demand(self, shop: Repository) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": LINEAR}, at=ago(days=10))
        shop.checkout("feature/x", create=True)
        shop.commit("feat: x", {"x": "1"}, at=ago(days=2))
        shop.checkout("main")
        merge = shop.merge("feature/x", at=ago(days=1))
        assert at_fault(rules.declared_commit_policy, shop) == ["required_linear_history"]
        (found,) = judged(rules.declared_commit_policy, shop)
        assert merge[:9] in str(found)

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (".github/settings.yml", "branches:\n- name: main\n  protection:\n    {}: true\n"),
            (
                ".github/rulesets/main.json",
                '{{"enforcement": "active", "rules": [\n{{"type": "{}"}}]}}',
            ),
        ],
    )
    def test_settings_kept_as_code(self, shop: Repository, path: str, text: str) -> None:
        files = {path: text.format("required_signatures")}
        shop.commit("chore: settings", files, at=ago(days=10))
        shop.commit("feat: x", {"x": "1"}, at=ago(days=7))
        assert at_fault(rules.declared_commit_policy, shop) == ["required_signatures"]

    def test_commits_before_the_demand_are_past(self, shop: Repository) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": SIGNED}, at=ago(days=10))
        assert at_fault(rules.declared_commit_policy, shop) == []

    def test_a_demand_that_was_taken_back_for_a_while(self, shop: Repository) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": SIGNED}, at=ago(days=10))
        shop.commit("docs: no rules", {"CONTRIBUTING.md": "# Contributing\n"}, at=ago(days=9))
        shop.commit("feat: x", {"x": "1"}, at=ago(days=8))
        shop.commit("docs: rules again", {"CONTRIBUTING.md": SIGNED}, at=ago(days=7))
        assert at_fault(rules.declared_commit_policy, shop) == []

    def test_a_demand_that_is_not_committed_yet(self, shop: Repository) -> None:
        shop.write({"CONTRIBUTING.md": SIGNED})
        shop.git("add", "CONTRIBUTING.md")
        assert not_applicable(rules.declared_commit_policy, shop, given=NO_RULESETS)

    @pytest.mark.parametrize(
        "text",
        [
            "All commits must be signed off (`git commit -s`).\n",
            "Commits should be signed.\n",
            "Signed commits are not required.\n",
            "We don't require linear history.\n",
            "- [ ] Require signed commits\n",
            "We squash to keep the history readable.\n",
            "If your commits must be signed, see the wiki.\n",
        ],
    )
    def test_what_demands_nothing(self, shop: Repository, text: str) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": text}, at=ago(days=10))
        shop.commit("feat: x", {"x": "1"}, at=ago(days=7))
        assert not_applicable(rules.declared_commit_policy, shop, given=NO_RULESETS)

    def test_a_ruleset_of_github_counts_from_its_last_change(self, shop: Repository) -> None:
        told = replace(WHOLE, signed_commits=True, commit_rules_since=ago(days=19))
        for days in (20, 18, 7):
            shop.commit(f"feat: {days}", {"x": str(days)}, at=ago(days=days))
        (found,) = judged(rules.declared_commit_policy, shop, given={Protection: told})
        assert isinstance(found, Violation)
        assert found.evidence["commits"] == 2

    def test_the_guide_demands_it(self, shop: Repository) -> None:
        guide = built_in_guide()
        policy = structs.replace(guide.protection, signed_commits=True, linear_history=True)
        shop.commit("feat: x", {"x": "1"}, at=ago(days=7))
        told = judged(
            rules.declared_commit_policy,
            shop,
            guide=structs.replace(guide, protection=policy),
            given=NO_RULESETS,
        )
        assert [one.subject for one in told if isinstance(one, Violation)] == [
            "required_signatures"
        ]

    def test_a_shallow_clone_can_t_tell(self, shop: Repository, tmp_path: Path) -> None:
        shop.commit("docs: rules", {"CONTRIBUTING.md": SIGNED}, at=ago(days=10))
        shop.commit("feat: x", {"x": "1"}, at=ago(days=7))
        clone = shop.clone(tmp_path / "clone", "--depth=3")
        assert unknown(rules.declared_commit_policy, clone) == ["the clone is shallow"]

    def test_an_exported_ruleset_that_is_off(self, shop: Repository) -> None:
        text = '{"enforcement": "disabled", "rules": [{"type": "required_signatures"}]}'
        files = {".github/rulesets/main.json": text, ".github/other.json": "{"}
        shop.commit("chore: settings", files, at=ago(days=10))
        assert not_applicable(rules.declared_commit_policy, shop, given=NO_RULESETS)

    def test_without_github_a_ruleset_may_demand_it(self, shop: Repository) -> None:
        assert unknown(rules.declared_commit_policy, shop) == [
            "no document demands signed commits or a linear history; GitHub's settings may"
        ]

    def test_hidden_protection_may_demand_it(self, shop: Repository) -> None:
        hidden = Unavailable("classic protection is hidden", "GitHub: administration (read)")
        (said,) = judged(
            rules.declared_commit_policy, shop, given={Protection: replace(WHOLE, unseen=hidden)}
        )
        assert isinstance(said, Unknown)
        assert said.needs == "GitHub: administration (read)"
