"""The rules about what CODEOWNERS says."""

import pytest

from autodevops.model.finding import NotApplicable
from autodevops.rules import codeowners as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations
from tests.support.memory import snapshot_of

OWNERS = ".github/CODEOWNERS"
NEED_A_FILE = [
    rules.default_owner,
    rules.codeowners_syntax,
    rules.dead_pattern,
    rules.shadowed_pattern,
    rules.redundant_pattern,
    rules.maintainers_agree,
]


def owned(text: str, *paths: str) -> dict[str, str]:
    return {OWNERS: text} | dict.fromkeys(paths, "x = 1\n")


@pytest.mark.parametrize("rule", NEED_A_FILE, ids=lambda rule: rule.id)
def test_without_a_file_only_its_absence_is_a_finding(rule: Rule) -> None:
    assert is_not_applicable(rule, {"README.md": ""})


class TestCodeownersMissing:
    def test_no_file(self) -> None:
        (found,) = violations(rules.codeowners_missing, {"README.md": ""})
        assert found.subject == OWNERS
        assert found.message == ".github/CODEOWNERS is missing: create it"

    @pytest.mark.parametrize("path", ["repo/CODEOWNERS", ".github/codeowners", "app/CODEOWNERS"])
    def test_a_file_that_github_does_not_read(self, path: str) -> None:
        (found,) = violations(rules.codeowners_missing, {path: "* @a"})
        assert found.subject == OWNERS
        assert path in found.message
        assert lines(rules.codeowners_missing, {path: "* @a"}) == [(path, None)]

    def test_a_second_file_is_not_read(self) -> None:
        files = {OWNERS: "* @a", "docs/CODEOWNERS": "* @b"}
        (found,) = violations(rules.codeowners_missing, files)
        assert found.subject == "docs/CODEOWNERS"

    def test_a_file_too_large_for_github(self) -> None:
        (found,) = violations(rules.codeowners_missing, {OWNERS: "# x\n" * (1 << 20)})
        assert "4.0 MB" in found.message

    @pytest.mark.parametrize(
        "files",
        [
            {OWNERS: "* @a"},
            {"CODEOWNERS": "* @a"},
            {"docs/CODEOWNERS": "* @a"},
            {OWNERS: "* @a", "vendor/lib/CODEOWNERS": "* @them"},
            {OWNERS: "* @a", "docs/codeowners.md": "how we own"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.codeowners_missing, files)


class TestDefaultOwner:
    @pytest.mark.parametrize("text", ["/app/ @a", "*\n/app/ @a", "/* @a", "*.py @a", "# * @a"])
    def test_none(self, text: str) -> None:
        assert subjects(rules.default_owner, owned(text)) == [OWNERS]

    @pytest.mark.parametrize(
        "text",
        ["* @a", "** @a", "# first\n\n/app/ @a\n* @org/team", "*  a@example.com # all", "/** @a"],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.default_owner, owned(text))


class TestCodeownersSyntax:
    def test_each_bad_line_is_one_finding_with_all_its_faults(self) -> None:
        text = "* @a\n!/docs/ @b\n/x/ name @\n[abc].py @c\n"
        assert lines(rules.codeowners_syntax, owned(text)) == [
            (OWNERS, 2),
            (OWNERS, 3),
            (OWNERS, 4),
        ]
        assert subjects(rules.codeowners_syntax, owned(text)) == ["!/docs/", "/x/", "[abc].py"]

    @pytest.mark.parametrize(
        "text",
        [
            "* @a # see [the guide](x) and !",
            "# [section]\n* @a",
            "/my\\ folder/ @a",
            "/generated/",
            "* @corp_user @org/team-1 who+else@example.com",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.codeowners_syntax, owned(text))


class TestDeadPattern:
    def test_a_pattern_without_files(self) -> None:
        files = owned("* @a\n/app/ @b\n/App/ @b\n*.rs @c\n", "app/x.py")
        assert lines(rules.dead_pattern, files) == [(OWNERS, 3), (OWNERS, 4)]
        messages = [found.message for found in violations(rules.dead_pattern, files)]
        assert messages[0] == "/App/ matches no tracked file; app/ differs in case only"

    def test_a_line_that_github_skips_is_the_syntax_rules_matter(self) -> None:
        assert not subjects(rules.dead_pattern, owned("* @a\n/gone/[x] @b\n", "x"))

    @pytest.mark.parametrize(
        "text",
        [
            "/app/ @a",
            "app @a",
            "**/x.py @a",
            "/app/* @a",
            "/.github/ @a",
            "/sub @a",
            "/link @a",
            "/app/x.py @a",
        ],
    )
    def test_innocent(self, text: str) -> None:
        snapshot = snapshot_of(
            owned(f"* @all\n{text}\n", "app/x.py"), links={"link": "app"}, submodules=("sub",)
        )
        assert not subjects(rules.dead_pattern, snapshot)


class TestShadowedPattern:
    def test_a_narrow_line_above_a_wide_one(self) -> None:
        files = owned("/app/ @a\n/docs/ @b\n* @c\n", "app/x", "docs/y")
        assert subjects(rules.shadowed_pattern, files) == ["/app/", "/docs/"]
        (first, _) = violations(rules.shadowed_pattern, files)
        assert first.message == "/app/ has no effect: * in line 3 overrides it"
        assert [place.line for place in first.locations] == [1, 3]

    @pytest.mark.parametrize(
        "text",
        [
            "* @c\n/app/ @a\n",
            "* @c\n/app/ @a\n/app/x @b\n",
            "* @c\n*.md @a\n/app/ @b\n",
            "* @c\n/gone/ @a\n/gone/ @b\n",
            "* @c\n/app/ @a\n/app/x\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = owned(text, "app/x", "app/z", "docs/y.md", "app/a.md")
        assert not subjects(rules.shadowed_pattern, files)


class TestRedundantPattern:
    def test_a_line_that_repeats_the_default(self) -> None:
        files = owned("* @a\n/docs/ @a\n", "docs/x")
        assert lines(rules.redundant_pattern, files) == [(OWNERS, 2)]

    @pytest.mark.parametrize(
        "text",
        [
            "* @a\n/docs/ @b\n",
            "* @a\n/docs/ @b\n/docs/old/ @a\n",
            "* @a\n/frontend/ @a\n/app/ai/ @a\n",
            "* @a\n/.github/ @a\n/supabase/migrations/ @a\n",
            "*.md @a\n/docs/old/ @a\n",
            "* @a\n/docs/ @a @b\n",
            "* @a\n/docs/\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = owned(
            text,
            "docs/x.md",
            "docs/old/y.md",
            "frontend/x.tsx",
            "app/ai/x.py",
            "supabase/migrations/1.sql",
        )
        assert not subjects(rules.redundant_pattern, files)


class TestMaintainersAgree:
    def test_no_document(self) -> None:
        (found,) = violations(rules.maintainers_agree, owned("* @a @b\n"))
        assert found.subject == "MAINTAINERS.md"
        assert found.message.startswith("MAINTAINERS.md is missing")

    def test_owners_that_it_does_not_name(self) -> None:
        text = "* @ann\n/app/ @org/api-team bob@example.com @ann\n/docs/ @annabel\n"
        files = owned(text, "app/x") | {"MAINTAINERS.md": "- @annabel writes\n"}
        assert subjects(rules.maintainers_agree, files) == [
            "@ann",
            "@org/api-team",
            "bob@example.com",
        ]

    @pytest.mark.parametrize(
        ("text", "maintainers"),
        [
            ("* @Ann", "| Ann | @ann | all |"),
            ("* @ann", "[Ann](https://github.com/ann)"),
            ("* @org/api-team", "The API team (`api-team`)"),
            ("* @org/api-team", "The API Team answers."),
            ("* bob@example.com", "Bob <Bob@Example.com>"),
        ],
    )
    def test_innocent(self, text: str, maintainers: str) -> None:
        files = owned(text) | {"MAINTAINERS.md": maintainers}
        assert not subjects(rules.maintainers_agree, files)

    def test_a_file_that_names_nobody(self) -> None:
        (said,) = outcomes(rules.maintainers_agree, owned("*\n"))
        assert isinstance(said, NotApplicable)
