"""CI006: the guide's jobs can fail."""

import pytest

from autodevops.model.finding import Severity, Violation
from autodevops.rules import ci_strength as rules
from tests.support.asking import is_not_applicable, lines, subjects, violations
from tests.support.pipelines import CI, GOOD, changed, one_job, platform


def weak(steps: str, name: str = "backend-test", job: str = "", **files: str) -> list[Violation]:
    """Return what CI006 says of one job beside these files."""
    return violations(rules.toothless_job, {**files, CI: one_job(steps, name, job)})


def test_a_pipeline_that_follows_the_guide_has_teeth() -> None:
    assert subjects(rules.toothless_job, platform()) == []


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("backend-test", "pytest || true"),
        ("backend-test", "pytest -q || echo 'tests failed'"),
        ("backend-test", "pytest || exit 0"),
        ("backend-test", "pytest || :"),
        ("backend-test", "set +e\npytest\necho done"),
        ("backend-test", "pytest | tee log.txt"),
        ("backend-test", "pytest && echo ok || echo bad"),
        ("backend-test", "if pytest; then echo ok; fi"),
        ("backend-test", "pytest &"),
        ("backend-test", "poetry run coverage run -m pytest || true"),
        ("backend-test", "docker compose run --rm api pytest || true"),
        ("backend-test", "python -m unittest || true"),
        ("backend-test", "- run: pytest\n  continue-on-error: true"),
        ("backend-test", "- run: pytest\n  continue-on-error: ${{ true }}"),
        ("backend-test", "- run: pytest; true\n  shell: bash {0}"),
        ("backend-test", "- run: |\n    pytest\n    echo done\n  shell: bash -l {0}"),
        ("backend-test", "- uses: nick-fields/retry@v3\n  with: {command: pytest || true}"),
        ("backend-test", "- run: pytest > out.xml || true\n- run: cat out.xml"),
        ("Backend_Test", "pytest || true"),
        ("integration-test", "docker compose up -d\npytest tests || true"),
        ("security-scan", "bandit -r app || true"),
        ("security-scan", "bandit -r app --exit-zero"),
        ("security-scan", "npm audit || true\nsafety check || echo found"),
        ("security-scan", "trivy fs ."),
        ("security-scan", "trivy image --exit-code 0 app"),
        ("security-scan", "- uses: aquasecurity/trivy-action@v0.30\n  with: {scan-type: fs}"),
        ("security-scan", "- uses: gitleaks/gitleaks-action@v2\n  continue-on-error: true"),
        ("security-scan", "gitleaks detect --exit-code 0"),
        ("security-scan", "semgrep --config auto ."),
        ("security-scan", "trufflehog git file://."),
        ("security-scan", "detect-secrets scan > .secrets.new"),
        ("security-scan", "docker run --rm -v $PWD:/x aquasec/trivy fs /x"),
        ("security-scan", "checkov -d . --soft-fail"),
        ("infra-lint", "hadolint Dockerfile || true"),
        ("infra-lint", "hadolint --no-fail Dockerfile"),
        ("infra-lint", "docker run --rm -i hadolint/hadolint < Dockerfile || true"),
        ("infra-lint", "terraform fmt -check || true\nterraform validate || true"),
        ("infra-lint", "- uses: hadolint/hadolint-action@v3\n  with: {no-fail: true}"),
        ("infra-lint", "docker compose config || echo invalid"),
        ("build", "docker build . || true"),
        ("deploy", "railway up || echo 'deploy failed'"),
        ("deploy", "./deploy.sh || true"),
    ],
)
def test_a_job_whose_work_is_hidden_is_toothless(name: str, steps: str) -> None:
    (violation,) = weak(steps, name)
    assert violation.severity is Severity.HIGH
    assert violation.subject == f"{CI}#{name}"


OUTCOME_ASKED = """\
- id: t
  run: pytest
  continue-on-error: true
- if: steps.t.outcome == 'failure'
  run: exit 1"""
REPORT_READ = """\
- run: npm audit --json > audit.json || true
- run: python scripts/gate.py audit.json"""
CODE_SCANNING = """\
- uses: aquasecurity/trivy-action@v0.30
  with: {format: sarif}
- uses: github/codeql-action/upload-sarif@v3"""
LIST_THEN_GATE = """\
- uses: aquasecurity/trivy-action@v0.30
  with: {format: sarif}
- uses: aquasecurity/trivy-action@v0.30
  with: {exit-code: 1}"""
UPLOAD = "- run: pytest\n- uses: codecov/codecov-action@v5\n  continue-on-error: true"


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("backend-test", "pytest"),
        ("backend-test", "pytest || exit 1"),
        ("backend-test", "pytest || { echo failed; exit 1; }"),
        ("backend-test", "pytest; true"),
        ("backend-test", "pytest || pytest --last-failed"),
        ("backend-test", "set +e\npytest\nrc=$?\ncat log\nexit $rc"),
        ("backend-test", "set -o pipefail\npytest | tee log"),
        ("backend-test", "- run: pytest | tee log\n  shell: bash"),
        ("backend-test", "VERSION=$(git describe || echo dev)\necho $VERSION\npytest"),
        ("backend-test", "docker rm -f db || true\npytest"),
        ("backend-test", "pip install -r dev.txt || true\npytest"),
        ("backend-test", "- run: pytest\n- run: codecov || true\n  if: always()"),
        ("backend-test", UPLOAD),
        ("backend-test", "- run: pytest\n- uses: actions/upload-artifact@v4\n  if: always()"),
        ("backend-test", "- run: pytest\n  continue-on-error: ${{ matrix.experimental }}"),
        ("backend-test", "- run: pytest\n  continue-on-error: false"),
        ("backend-test", "flake8 . --select=E9\nflake8 . --exit-zero\npytest"),
        ("backend-test", "pytest --cov\ncoverage report || true"),
        ("backend-test", "- shell: pwsh\n  run: pytest || true"),
        ("backend-test", "- shell: python\n  run: print('x') or True"),
        ("backend-test", OUTCOME_ASKED),
        ("backend-test", "- run: pytest --junitxml=r.xml || true\n- uses: dorny/test-reporter@v2"),
        ("backend-test", "- if: false\n  run: pytest || true\n- run: pytest"),
        ("security-scan", REPORT_READ),
        ("security-scan", "trivy fs --exit-code 1 ."),
        ("security-scan", "semgrep ci"),
        ("security-scan", "semgrep scan --error"),
        ("security-scan", "gitleaks detect\ntrivy fs --format sarif ."),
        ("security-scan", "- uses: github/codeql-action/analyze@v3"),
        ("security-scan", "- uses: trufflesecurity/trufflehog@main"),
        ("security-scan", CODE_SCANNING),
        ("security-scan", "- uses: aquasecurity/trivy-action@v0.30\n  with: {exit-code: '1'}"),
        ("security-scan", LIST_THEN_GATE),
        ("security-scan", "- run: trivy fs .\n  env: {TRIVY_EXIT_CODE: '1'}"),
        ("infra-lint", "docker run --rm -i hadolint/hadolint < Dockerfile"),
        ("infra-lint", "terraform fmt -check\nterraform init -backend=false"),
        ("deploy", "docker stop old || true\nrailway up"),
        ("deploy", 'if [ -z "$TOKEN" ]; then echo skipped; exit 0; fi\nrailway up'),
        ("deploy", "curl -f https://x/health || true\nrailway up"),
        ("build", "docker pull app:cache || true\ndocker build --cache-from app:cache ."),
        ("lint-everything", "ruff check . || true"),
        ("backend-test", "python probe.py && echo ok\ntask test"),
    ],
)  # fmt: skip
def test_an_innocent_job_is_left_alone(name: str, steps: str) -> None:
    assert weak(steps, name) == []


@pytest.mark.parametrize(
    ("scripts", "guilty"),
    [
        ('{"test": "jest || true"}', True),
        ('{"test": "jest; true"}', True),
        ('{"test": "jest || exit 0"}', True),
        ('{"test": "npm run unit", "unit": "vitest run || echo no"}', True),
        ('{"test": "cross-env CI=1 jest --ci"}', False),
        ('{"test": "jest --passWithNoTests"}', False),
        ('{"test": "rimraf tmp || true; jest"}', False),
        ('{"test": "eslint . && jest"}', False),
        ('{"test": "run-s unit", "unit": "jest || true"}', True),
        ('{"test": "echo \\"Error: no test specified\\" && exit 1"}', False),
    ],
)
def test_package_scripts_are_followed(scripts: str, guilty: bool) -> None:
    package = f'{{\n "name": "x",\n "scripts": {scripts}\n}}'
    found = weak("cd frontend\nnpm test", "frontend-test", **{"frontend/package.json": package})
    assert bool(found) is guilty
    if guilty:
        assert found[0].locations[0].path == "frontend/package.json"
        assert found[0].locations[0].line == 3


@pytest.mark.parametrize(
    "command",
    [
        "npm test -w web",
        "npm run test --workspace=packages/web",
        "yarn workspace web test",
        "pnpm --filter web test",
        "cd packages/web/src && npm test",
        "npm --prefix packages/web test",
    ],
)
def test_workspaces_are_followed(command: str) -> None:
    web = '{"name": "web", "scripts": {"test": "vitest run || true"}}'
    (violation,) = weak(command, "frontend-test", **{"packages/web/package.json": web})
    assert violation.locations[0].path == "packages/web/package.json"


def test_makefiles_are_followed() -> None:
    makefile = (
        "PYTEST ?= pytest\n.PHONY: test\ntest: deps\n\t-$(PYTEST) -q\ndeps:\n\tpip install x\n"
    )
    (violation,) = weak("make test", Makefile=makefile)
    assert (violation.locations[0].path, violation.locations[0].line) == ("Makefile", 4)
    assert weak("make test", Makefile=makefile.replace("\t-", "\t")) == []


@pytest.mark.parametrize(
    ("text", "guilty"),
    [
        ("#!/bin/bash\nset -e\ncd app\npytest\necho done\n", False),
        ("#!/bin/bash -e\npytest\necho done\n", False),
        ("#!/bin/bash\npytest\necho done\n", True),
        ("#!/bin/sh\npytest\n", False),
        ("#!/bin/sh\npytest || true\n", True),
    ],
)
def test_shell_files_are_followed(text: str, guilty: bool) -> None:
    assert bool(weak("./scripts/test.sh", **{"scripts/test.sh": text})) is guilty


def test_local_actions_are_followed() -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: pytest || true\n      shell: bash\n"
    tree = {CI: one_job("- uses: ./.github/actions/t"), ".github/actions/t/action.yml": action}
    assert lines(rules.toothless_job, tree) == [(".github/actions/t/action.yml", 4)]


def test_called_workflows_are_followed() -> None:
    called = one_job("pytest || true", "run").replace("[push, pull_request]", "workflow_call")
    caller = "on: push\njobs:\n  backend-test: {uses: ./.github/workflows/called.yml}\n"
    tree = {CI: caller, ".github/workflows/called.yml": called}
    assert subjects(rules.toothless_job, tree) == [f"{CI}#backend-test"]


def test_a_whole_job_that_may_fail_is_toothless() -> None:
    (violation,) = weak("pytest", job="continue-on-error: true")
    assert violation.locations[0].line == 5
    assert "whole job" in violation.message
    assert weak("pytest", job="continue-on-error: ${{ matrix.experimental }}") == []


def test_a_look_of_the_teams_own_can_fail_a_job() -> None:
    own = "for f in Dockerfile*; do\n  if ! grep -q FROM $f; then exit 1; fi\ndone"
    (violation,) = weak(f"{own}\ndocker compose config || true", "infra-lint")
    assert violation.severity is Severity.MEDIUM


def test_the_finding_shows_place_step_and_construct() -> None:
    (violation,) = weak("- name: Test\n  run: |\n    cd app\n    pytest -q ||\n      true")
    assert [(at.path, at.line) for at in violation.locations] == [(CI, 10), (CI, 9)]
    assert violation.message == (
        f"backend-test in {CI} can't fail: nothing sees the failure of `pytest -q` (|| true)"
    )
    assert violation.evidence["hidden"] == [
        {
            "step": "Test",
            "command": "pytest -q",
            "does": "test",
            "hidden_by": "|| true",
            "place": f"{CI}:10",
            "through": [],
        }
    ]


def test_a_part_that_nothing_else_does_is_medium() -> None:
    (violation,) = weak("gitleaks detect\nnpm audit || true", "security-scan")
    assert violation.severity is Severity.MEDIUM


def test_a_check_beside_the_work_is_low() -> None:
    (violation,) = weak("pytest\nmypy app || true")
    assert violation.severity is Severity.LOW


def test_without_jobs_of_the_guide_there_is_nothing_to_judge() -> None:
    assert is_not_applicable(rules.toothless_job, {CI: one_job("pytest || true", "checks")})
    assert is_not_applicable(rules.toothless_job, {})


def test_all_eight_jobs_are_looked_at() -> None:
    ci = GOOD.replace("    steps:", "    continue-on-error: true\n    steps:")
    assert len(subjects(rules.toothless_job, platform(ci))) == 8
    once = changed("pytest -q", "pytest -q || true")
    assert subjects(rules.toothless_job, platform(once)) == [f"{CI}#backend-test"]
