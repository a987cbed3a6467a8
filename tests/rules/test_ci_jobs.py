"""CI001, CI002, CI004, CI005: the guide's workflows and jobs are there, in the guide's order."""

import pytest

from autodevops.guide.load import built_in_guide
from autodevops.rules import ci_jobs as rules
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations
from tests.support.pipelines import CI, GOOD, SERVICES, changed, one_job, platform

COMMITLINT = "on: pull_request\njobs: {commitlint: {steps: [{run: npx commitlint}]}}\n"
MONITORING = "on: {schedule: [{cron: '0 * * * *'}]}\njobs: {m: {steps: [{run: x}]}}\n"
LIBRARY = {"src/lib/a.py": "x", CI: one_job("pytest", "test")}


def test_a_platform_has_the_three_workflows() -> None:
    whole = platform(commitlint=COMMITLINT, monitoring_checks=MONITORING)
    assert subjects(rules.workflow_missing, whole) == []
    assert subjects(rules.workflow_missing, platform()) == [
        ".github/workflows/commitlint.yml",
        ".github/workflows/monitoring_checks.yml",
    ]


def test_the_other_ending_counts() -> None:
    tree = platform(commitlint=COMMITLINT, monitoring_checks=MONITORING)
    tree[".github/workflows/ci.yaml"] = tree.pop(CI)
    assert subjects(rules.workflow_missing, tree) == []


def test_a_library_is_not_asked_for_workflows_or_jobs() -> None:
    assert is_not_applicable(rules.workflow_missing, LIBRARY)
    assert is_not_applicable(rules.job_missing, LIBRARY)


def test_the_eight_jobs_are_found_by_id() -> None:
    assert subjects(rules.job_missing, platform()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  backend-test:\n", "  backend_test:\n"),
        ("  backend-test:\n", "  BackendTest:\n"),
        ("  backend-test:\n", "  backend-tests:\n"),
        ("  backend-test:\n", "  py:\n    name: Backend Test\n"),
        ("  backend-test:\n", "  py:\n    name: Backend Test (${{ matrix.python }})\n"),
        ("  backend-test:\n", "  py:\n    name: 🧪 Backend test ${{ matrix.python }}\n"),
    ],
)
def test_jobs_are_found_by_name_dashes_and_letters_aside(old: str, new: str) -> None:
    assert subjects(rules.job_missing, platform(changed(old, new))) == []


def test_a_matrix_makes_several_of_the_jobs() -> None:
    made = (
        "  js:\n    name: ${{ matrix.of }}-test\n"
        "    strategy: {matrix: {of: [frontend, workers]}}\n"
    )
    ci = changed("  frontend-test:\n", made).replace("  workers-test:\n", "  a:\n")
    assert subjects(rules.job_missing, platform(ci)) == []
    assert subjects(rules.job_missing, platform(ci.replace(", workers]", "]"))) == ["workers-test"]


def test_a_missing_job_is_named() -> None:
    tree = platform(changed("  workers-test:\n", "  jobs-of-workers:\n"))
    (violation,) = violations(rules.job_missing, tree)
    assert violation.subject == "workers-test"
    assert "workers" in violation.message


def test_a_job_in_another_workflow_counts() -> None:
    tree = platform(changed("  deploy:\n", "  later:\n"), deploy=one_job("x", "deploy"))
    assert subjects(rules.job_missing, tree) == []


def test_jobs_for_what_is_not_there_are_not_missed() -> None:
    ci = changed("  workers-test:\n", "  a:\n").replace("  infra-lint:\n", "  b:\n")
    tree = {
        path: text
        for path, text in platform(ci).items()
        if not path.startswith(("workers/", "infra/", "Dockerfile"))
    }
    assert subjects(rules.job_missing, tree) == []


def test_an_unreadable_workflow_may_hold_the_job() -> None:
    tree = platform(changed("  deploy:\n", "  later:\n"), deploy="jobs: [")
    said = outcomes(rules.job_missing, tree)
    assert [type(one).__name__ for one in said] == ["Unknown"]


def test_the_integration_test_waits_for_all_units() -> None:
    assert subjects(rules.integration_order, platform()) == []
    ci = changed("needs: [backend-test, frontend-test, workers-test]", "needs: backend-test")
    (violation,) = violations(rules.integration_order, platform(ci))
    assert violation.subject == f"{CI}#integration-test"
    assert violation.evidence["missing"] == ["frontend-test", "workers-test"]


@pytest.mark.parametrize(
    "needs", ["needs: [gate]", "needs: [gate]\n    if: needs.gate.result == 'success'"]
)
def test_waiting_through_another_job_counts(needs: str) -> None:
    ci = changed("needs: [backend-test, frontend-test, workers-test]", needs)
    ci += "  gate:\n    needs: [backend-test, frontend-test, workers-test]\n    steps: [{run: x}]\n"
    assert subjects(rules.integration_order, platform(ci)) == []


def test_without_unit_tests_there_is_no_order() -> None:
    tree = {CI: one_job("pytest", "integration-test")}
    assert is_not_applicable(rules.integration_order, tree)


def test_build_and_deploy_wait_for_every_gate() -> None:
    assert subjects(rules.ungated_deploy, platform()) == []


def test_a_job_without_needs_is_ungated() -> None:
    ci = changed("needs: build", "needs: []").replace("integration-test]\n    if", "x]\n    if")
    found = violations(rules.ungated_deploy, platform(ci))
    assert [violation.subject for violation in found] == [f"{CI}#build", f"{CI}#deploy"]
    assert found[1].evidence["missing"] == [
        "security-scan", "backend-test", "frontend-test", "workers-test", "infra-lint",
        "integration-test",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "guilty"),
    [
        ("always()", True),
        ("${{ !cancelled() && github.ref == 'refs/heads/main' }}", True),
        ("always() && needs.build.result != 'cancelled'", True),
        ("always() && needs.build.result == 'success'", False),
        ("always() && !contains(needs.*.result, 'failure')", False),
        ("success()", False),
    ],
)
def test_always_takes_the_gate_away(condition: str, guilty: bool) -> None:
    ci = changed("needs: build\n    if: github.ref", f"needs: build\n    if: {condition} #")
    found = violations(rules.ungated_deploy, platform(ci))
    assert bool(found) is guilty
    if guilty:
        assert condition in found[0].message


def test_a_failure_reaches_past_a_job_that_runs_all_the_same() -> None:
    ci = changed("integration-test]\n    if: github.ref", "integration-test]\n    if: always() #")
    assert subjects(rules.ungated_deploy, platform(ci)) == [f"{CI}#build"]


def deploying(on: str, job: str = "") -> str:
    return f"on: {on}\njobs:\n  deploy:\n    runs-on: x\n{job}    steps:\n      - run: railway up\n"


@pytest.mark.parametrize(
    ("on", "job", "guilty"),
    [
        ("{push: {branches: [main]}}", "", True),
        ("{push: {tags: ['v*']}}", "", True),
        ("{workflow_run: {workflows: [CI], types: [completed]}}", "", True),
        (
            "{workflow_run: {workflows: [CI], types: [completed]}}",
            "    if: github.event.workflow_run.conclusion == 'success'\n",
            False,
        ),
        ("{pull_request: {}}", "", False),
        ("{workflow_dispatch: {}}", "", False),
        ("{push: {branches: [docs]}}", "", False),
    ],
)
def test_a_deploy_in_its_own_workflow(on: str, job: str, guilty: bool) -> None:
    tree = platform(changed("  deploy:\n", "  later:\n"), deploy=deploying(on, job))
    assert (".github/workflows/deploy.yml#deploy" in subjects(rules.ungated_deploy, tree)) is guilty


def test_a_called_deploy_waits_with_its_caller() -> None:
    ci = GOOD[: GOOD.index("  deploy:\n")]
    ci += "  ship:\n    needs: build\n    uses: ./.github/workflows/deploy.yml\n"
    tree = platform(ci, deploy=deploying("workflow_call"))
    assert subjects(rules.ungated_deploy, tree) == []
    tree = platform(ci.replace("    needs: build\n", ""), deploy=deploying("workflow_call"))
    assert subjects(rules.ungated_deploy, tree) == [".github/workflows/deploy.yml#deploy"]


def test_tests_of_a_called_workflow_gate() -> None:
    tests = "on: workflow_call\n" + GOOD[GOOD.index("permissions:") :]
    tests = tests[: tests.index("  build:\n")]
    ci = (
        "on: push\njobs:\n  tests: {uses: ./.github/workflows/tests.yml}\n"
        "  deploy: {needs: tests, steps: [{run: railway up}]}\n"
    )
    assert subjects(rules.ungated_deploy, platform(ci, tests=tests)) == []


def test_a_test_of_the_build_is_no_gate_for_it() -> None:
    units = "backend-test, frontend-test, workers-test"
    ci = changed(f"needs: [{units}]", "needs: build")
    ci = changed("infra-lint, integration-test]", f"infra-lint, {units}]", ci)
    assert subjects(rules.ungated_deploy, platform(ci)) == [f"{CI}#deploy"]


def test_nothing_to_gate() -> None:
    assert is_not_applicable(rules.ungated_deploy, LIBRARY)
    assert is_not_applicable(rules.ungated_deploy, {**SERVICES})


def test_cycles_end() -> None:
    ci = changed("needs: build\n", "needs: deploy\n").replace(
        "  security-scan:\n", "  security-scan:\n    needs: deploy\n"
    )
    assert f"{CI}#deploy" in subjects(rules.ungated_deploy, platform(ci))


def test_the_job_is_the_place() -> None:
    line = GOOD[: GOOD.index("  deploy:")].count("\n") + 1
    assert lines(rules.ungated_deploy, platform(changed("needs: build", ""))) == [(CI, line)]


def test_the_policy_has_eight_jobs() -> None:
    assert len(built_in_guide().workflows.jobs) == 8
