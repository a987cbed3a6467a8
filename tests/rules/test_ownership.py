"""The rules about who owns what, and whether they are still there."""

import pytest

from autodevops.facts.codeowners import Owner, OwnerKind
from autodevops.facts.owner_activity import OwnerActivities, OwnerActivity
from autodevops.model.finding import NotApplicable, Unknown, Violation
from autodevops.model.settings import CodeownersError, CodeownersErrors
from autodevops.model.snapshot import Unavailable
from autodevops.rules import ownership as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

OWNERS = ".github/CODEOWNERS"


def owned(text: str, *paths: str) -> dict[str, str]:
    return {OWNERS: text} | dict.fromkeys(paths, "x = 1\n")


@pytest.mark.parametrize(
    "rule", [rules.unowned_file, rules.unguarded_governance], ids=lambda rule: rule.id
)
def test_without_a_file_there_is_nothing_to_judge(rule: Rule) -> None:
    assert is_not_applicable(rule, {"README.md": ""})


class TestUnownedFile:
    def test_all_unowned_files_are_one_finding(self) -> None:
        files = owned("/app/ @a\n", "app/x", "docs/a", "docs/b", "docs/c/d", "web/e", "f")
        (found,) = violations(rules.unowned_file, files)
        assert found.subject == OWNERS
        assert found.message == (
            "6 of 7 tracked files have no owner, most in docs/ (3), .github/ (1), / (1)"
        )
        assert found.evidence["unowned"] == 6
        assert "docs/c/d" in {place.path for place in found.locations}

    def test_a_line_without_owners_leaves_its_files_unowned(self) -> None:
        (found,) = violations(rules.unowned_file, owned("* @a\n/gen/\n", "gen/x", "y"))
        assert found.evidence["files"] == ["gen/x"]

    @pytest.mark.parametrize(
        "text",
        [
            "* @a",
            "/app/ @a\n/.github/ @a\n/docs/ @b",
            "/*/ @a",
            "** a@example.com",
            "* @a\n/gen/\n/gen/ @b",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.unowned_file, owned(text, "app/x/y", "docs/z"))


class TestUnknownOwner:
    @staticmethod
    def ask(*errors: CodeownersError) -> list[str]:
        said = CodeownersErrors(errors=errors)
        return subjects(rules.unknown_owner, owned("* @gone\n"), given={CodeownersErrors: said})

    def test_an_owner_that_github_does_not_know(self) -> None:
        error = CodeownersError(
            path=OWNERS,
            line=1,
            column=3,
            kind="Unknown owner",
            source="* @gone @b",
            suggestion=None,
        )
        assert self.ask(error) == ["@gone"]

    def test_other_errors_are_the_syntax_rules_matter(self) -> None:
        error = CodeownersError(
            path=OWNERS, line=1, column=1, kind="Invalid pattern", source="[ @a", suggestion=None
        )
        assert self.ask(error) == []

    def test_without_github_it_is_unknown(self) -> None:
        said = outcomes(
            rules.unknown_owner,
            owned("* @a\n"),
            given={CodeownersErrors: Unavailable("offline", "GitHub: contents (read)")},
        )
        assert said == [Unknown(reason="offline", needs="GitHub: contents (read)")]


class TestDomainOwner:
    def test_a_service_that_only_the_default_covers(self) -> None:
        files = owned("* @a\n/app/ @b\n*.tsx @c\n", "app/main.py", "frontend/x.tsx")
        assert subjects(rules.domain_owner, files) == ["frontend/"]

    def test_a_line_that_takes_ownership_away_is_none(self) -> None:
        assert subjects(rules.domain_owner, owned("* @a\n/app/\n", "app/main.py")) == ["app/"]

    @pytest.mark.parametrize(
        "text",
        [
            "/app/ @a",
            "app/ @a",
            "/app/ai/ @a\n/app/routers/ @b",
            "app/** @a",
            "**/app/ @a",
            "/app @a",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.domain_owner, owned(f"* @x\n{text}\n", "app/main.py"))

    def test_no_services(self) -> None:
        assert is_not_applicable(rules.domain_owner, owned("* @a\n", "lib/x.rb"))


class TestUnguardedGovernance:
    def test_the_default_is_not_enough(self) -> None:
        files = owned("* @a\n", ".github/workflows/ci.yml", "supabase/migrations/1.sql")
        assert subjects(rules.unguarded_governance, files) == [
            OWNERS,
            ".github/workflows/",
            "supabase/migrations/",
        ]

    def test_one_file_without_an_explicit_owner_is_enough(self) -> None:
        text = "* @a\n/.github/ @b\n/.github/workflows/ci.yml\n"
        (found,) = violations(
            rules.unguarded_governance,
            owned(text, ".github/workflows/ci.yml", ".github/workflows/lint.yml"),
        )
        assert found.subject == ".github/workflows/"
        assert "takes ownership away" in found.message

    @pytest.mark.parametrize(
        "text",
        [
            "* @a\n/.github/ @a\n/supabase/ @a",
            "* @a\n.github/ @b\nmigrations/ @c",
            "* @a\n/.github/** @b\n*.sql @dba",
            "/.github/CODEOWNERS @a\n/.github/workflows/ @a\n/supabase/migrations/* @b",
            "* @a\n.github @a @b\nsupabase @b",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = owned(text, ".github/workflows/ci.yml", "supabase/migrations/1.sql")
        assert not subjects(rules.unguarded_governance, files)

    def test_files_that_no_line_matches(self) -> None:
        files = owned("/.github/CODEOWNERS @a\n", ".github/workflows/ci.yml")
        (found,) = violations(rules.unguarded_governance, files)
        assert found.message.endswith("no line matches it")

    def test_what_is_not_there_needs_no_guard(self) -> None:
        assert not subjects(rules.unguarded_governance, owned("* @a\n/.github/ @a\n", "x"))


class TestAbsentOwner:
    @staticmethod
    def ask(*owners: OwnerActivity) -> list[Violation | Unknown | NotApplicable]:
        return outcomes(
            rules.absent_owner,
            owned("* a@example.com\n", "x"),
            given={OwnerActivities: OwnerActivities(owners=owners)},
        )

    @staticmethod
    def owner(
        name: str, kind: OwnerKind, *, known: bool = True, changes: int = 9, own: int = 0
    ) -> OwnerActivity:
        return OwnerActivity(
            owner=Owner(name, kind), line=1, known=known, changes=changes, own_changes=own
        )

    def test_everything_was_changed_by_others(self) -> None:
        (said,) = self.ask(self.owner("a@example.com", OwnerKind.EMAIL))
        assert isinstance(said, Violation)
        assert said.subject == "a@example.com"
        assert said.evidence == {"changes": 9, "days": 180}

    def test_a_login_only_github_knows(self) -> None:
        (said,) = self.ask(self.owner("@ann", OwnerKind.USER, known=False))
        assert isinstance(said, Unknown)
        assert said.needs == "GitHub: logins of authors"

    @pytest.mark.parametrize(("changes", "own"), [(9, 1), (9, 9), (4, 0), (0, 0), (200, 1)])
    def test_innocent(self, changes: int, own: int) -> None:
        one = self.owner("a@example.com", OwnerKind.EMAIL, changes=changes, own=own)
        assert self.ask(one) == []
