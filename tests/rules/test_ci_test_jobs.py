"""CI010: jobs that are named for tests test something."""

import pytest

from autodevops.rules import ci_strength as rules
from tests.support.asking import is_not_applicable, subjects
from tests.support.pipelines import CI, one_job


@pytest.mark.parametrize(
    "steps",
    [
        "pip install -r requirements.txt\necho ok",
        "ruff check .",
        "pytest --collect-only",
        "pytest --version",
        "npm ci",
        "echo 'no tests yet'",
        "npx jest --listTests",
        "cargo test --no-run",
        "- uses: actions/setup-python@v5\n- uses: actions/upload-artifact@v4",
        "- if: false\n  run: pytest",
    ],
)
def test_a_test_job_without_tests_is_told(steps: str) -> None:
    assert subjects(rules.job_tests_nothing, {CI: one_job(steps)}) == [f"{CI}#backend-test"]


@pytest.mark.parametrize(
    "steps",
    [
        "pytest",
        "python -m pytest -q",
        "tox -e py312",
        "make test",
        "python scripts/run_tests.py",
        "./run-tests",
        "docker compose run api pytest",
        "npx playwright install\nnpx playwright test",
        "go test ./...",
        "mvn -B verify",
        "npm run test:unit",
        "yarn test",
        "bun test",
        "python manage.py test",
        "curl --fail https://example.org/health",
        "- uses: cypress-io/github-action@v6",
        "- uses: acme/our-tests@v1",
        "- shell: pwsh\n  run: Invoke-Pester",
    ],
)
def test_a_job_that_tests_in_any_way_is_fine(steps: str) -> None:
    assert subjects(rules.job_tests_nothing, {CI: one_job(steps)}) == []


@pytest.mark.parametrize(
    ("script", "files", "guilty"),
    [
        ("jest --passWithNoTests", {}, True),
        ("jest --passWithNoTests", {"frontend/a.test.ts": "x"}, False),
        ("jest --passWithNoTests", {"frontend/src/__tests__/a.js": "x"}, False),
        ('echo \\"Error: no test specified\\" && exit 1', {}, True),
        ("echo no tests", {}, True),
        ("vitest run", {}, False),
    ],
)
def test_package_scripts_decide(script: str, files: dict[str, str], guilty: bool) -> None:
    tree = {CI: one_job("cd frontend && npm test", "frontend-test")}
    tree["frontend/package.json"] = f'{{"scripts": {{"test": "{script}"}}}}'
    assert bool(subjects(rules.job_tests_nothing, tree | files)) is guilty


def test_a_script_that_may_be_missing_is_missed() -> None:
    tree = {CI: one_job("npm test --if-present", "frontend-test"), "package.json": "{}"}
    assert subjects(rules.job_tests_nothing, tree) == [f"{CI}#frontend-test"]
    tree["package.json"] = '{"scripts": {"test": "jest"}}'
    assert subjects(rules.job_tests_nothing, tree) == []


@pytest.mark.parametrize("name", ["smoke-test", "lint-test", "load-test", "lint", "latest"])
def test_other_jobs_are_not_asked_for_tests(name: str) -> None:
    assert is_not_applicable(rules.job_tests_nothing, {CI: one_job("echo", name)})


def test_a_job_that_calls_another_repository_is_not_judged() -> None:
    caller = "on: push\njobs:\n  backend-test: {uses: acme/ci/.github/workflows/t.yml@v1}\n"
    assert subjects(rules.job_tests_nothing, {CI: caller}) == []
