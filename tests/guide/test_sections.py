"""What the sections of the guide answer."""

from datetime import timedelta

import pytest

from autodevops.guide.load import built_in_guide
from autodevops.guide.model import JobKind, matches, matches_any

GUIDE = built_in_guide()


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("develop", "develop", True),
        ("develop", "develop2", False),
        ("release/*", "release/1.2/hotfix", True),
        ("release/*", "release", False),
        ("*", "", True),
        ("", "", True),
        ("", "x", False),
        ("*.md", "docs/a.md", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXcYb", False),
        ("?", "é", True),
        ("?", "", False),
        ("a?c", "abc", True),
        ("*[bot]", "dependabot[bot]", True),
        ("[ab]", "a", False),
        ("docs/*", "docs/*", True),
        ("**", "a/b", True),
        ("*ab", "aab", True),
    ],
)
def test_only_star_and_question_mark_are_special(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits
    assert matches_any((pattern,), text) is fits


def test_a_pattern_made_to_be_slow_is_not() -> None:
    assert not matches("*a" * 200 + "b", "a" * 2000)


@pytest.mark.parametrize(
    ("name", "kind", "days"),
    [
        ("feature/login", "feature", 3),
        ("fix/a/b", "fix", 1),
        ("docs/x", "docs", 1),
        ("feature/", None, None),
        ("feature", None, None),
        ("Feature/x", None, None),
        ("spike/x", None, None),
    ],
)
def test_age_follows_from_the_branch_s_type(name: str, kind: str | None, days: int | None) -> None:
    assert GUIDE.branches.kind(name) == kind
    assert GUIDE.branches.max_age(name) == (None if days is None else timedelta(days=days))


@pytest.mark.parametrize(
    ("name", "allowed", "forbidden", "exempt"),
    [
        ("main", True, False, False),
        ("chore/x", True, False, False),
        ("dependabot/npm/x", True, False, True),
        ("gh-pages", True, False, True),
        ("develop", False, True, False),
        ("release/1.0", False, True, False),
        ("staging", False, True, False),
        ("staging-fix", False, False, False),
        ("developer-docs", False, False, False),
        ("login", False, False, False),
    ],
)
def test_branches_by_name(name: str, allowed: bool, forbidden: bool, exempt: bool) -> None:
    policy = GUIDE.branches
    answers = (policy.is_allowed(name), policy.is_forbidden(name), policy.is_exempt(name))
    assert answers == (allowed, forbidden, exempt)


def test_a_service_goes_by_its_name_or_its_folder() -> None:
    api = GUIDE.services.find("api")
    assert api is not None
    assert GUIDE.services.find("app/") == api
    assert GUIDE.services.find("billing") is None
    assert [service.name for service in GUIDE.services.of_code] == ["frontend", "api", "workers"]


@pytest.mark.parametrize("name", ["backend-test", "Backend Test", "backend_test", "BACKENDTEST"])
def test_a_job_is_found_however_it_is_spelled(name: str) -> None:
    job = GUIDE.workflows.find(name)
    assert job is not None
    assert job.name == "backend-test"


def test_jobs_by_what_they_are_for() -> None:
    policy = GUIDE.workflows
    tests = ["backend-test", "frontend-test", "workers-test"]
    assert [job.name for job in policy.required_checks] == [
        "security-scan",
        *tests,
        "infra-lint",
        "integration-test",
    ]
    assert [job.name for job in policy.of_kind(JobKind.DEPLOY)] == ["deploy"]
    assert policy.find("build-docs") is None


def test_actions_of_github_may_be_pinned_by_tag() -> None:
    assert GUIDE.workflows.may_pin_by_tag("actions/checkout")
    assert GUIDE.workflows.may_pin_by_tag("GitHub/codeql-action")
    assert not GUIDE.workflows.may_pin_by_tag("actions-rs/toolchain")


def test_environments_compare_without_case() -> None:
    production = GUIDE.environments.find("PRODUCTION")
    assert production is not None
    assert production.protected
    assert GUIDE.environments.find("staging") is None


@pytest.mark.parametrize("name", [".vscode", ".changeset", "k8s", "packages", "app", ".github"])
def test_folders_that_may_be_there(name: str) -> None:
    assert GUIDE.folders.is_allowed(name)


@pytest.mark.parametrize("name", ["misc", "old", "applications"])
def test_folders_that_may_not(name: str) -> None:
    assert not GUIDE.folders.is_allowed(name)


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE",
        "Dockerfile.api",
        "package.json",
        "uv.lock",
        ".gitignore",
        "Makefile",
        "next.config.mjs",
        "docker-compose.override.yml",
        "railway.toml",
        "CODE_OF_CONDUCT.md",
    ],
)
def test_files_that_belong_in_the_root(name: str) -> None:
    assert GUIDE.folders.is_root_file(name)


@pytest.mark.parametrize(
    "name",
    [
        "AUDIT_REPORT.md",
        "dump.sql",
        "fix_users.py",
        "backup.tar.gz",
        "notes.txt",
        "test.py",
        "data.csv",
        "IMPLEMENTATION_SUMMARY.md",
        "SECURITY_AUDIT_REPORT.md",
    ],
)
def test_files_that_are_stray_in_the_root(name: str) -> None:
    assert not GUIDE.folders.is_root_file(name)


def test_secrets_and_variables() -> None:
    policy = GUIDE.secrets
    assert [secret.name for secret in policy.rotated] == [
        "SUPABASE_SERVICE_ROLE_KEY",
        "GITHUB_CLIENT_SECRET",
        "GEMINI_API_KEY",
        "ENCRYPTION_KEY",
    ]
    assert policy.is_provided("RAILWAY_STATIC_URL")
    assert policy.is_provided("GITHUB_SHA")
    assert not policy.is_provided("GITHUB_CLIENT_ID")
    assert not policy.is_settable("GITHUB_CLIENT_ID")
    assert policy.is_settable("GEMINI_API_KEY")
    assert policy.is_env_example(".env.example")
    assert not policy.is_env_example(".env.production")
    assert policy.find("NOPE") is None


def test_routes_that_need_no_version() -> None:
    assert GUIDE.api.is_exempt("/health")
    assert GUIDE.api.is_exempt("/auth/github/callback")
    assert not GUIDE.api.is_exempt("/users")


def test_bots_are_no_engineers() -> None:
    team = GUIDE.team
    assert team.is_bot("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
    assert team.is_bot("GitHub", "noreply@github.com")
    assert not team.is_bot("Robert Abbot", "robert@example.com")
    assert not team.is_bot("Ada", "1234+ada@users.noreply.github.com")
