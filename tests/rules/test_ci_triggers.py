"""CI003 and CI014: jobs run when the guide says."""

import pytest

from autodevops.rules import ci_triggers as rules
from tests.support.asking import is_not_applicable, lines, subjects, violations
from tests.support.pipelines import CI, GOOD, SERVICES, changed, one_job, platform

PUSH = "  push: {branches: [main], tags: ['v*']}\n"
PULL = "  pull_request: {branches: [main]}\n"


def test_a_pipeline_that_follows_the_guide_runs_always() -> None:
    assert subjects(rules.job_not_always, platform()) == []
    assert subjects(rules.wrong_trigger, platform()) == []


def with_condition(condition: str) -> dict[str, str]:
    return platform(changed("  backend-test:\n", f"  backend-test:\n    if: {condition}\n"))


@pytest.mark.parametrize(
    "condition",
    [
        "github.event_name == 'push'",
        "github.event_name == 'pull_request'",
        "github.ref == 'refs/heads/main'",
        "false",
        "${{ false }}",
        "needs.changes.outputs.app == 'true'",
        "vars.RUN_TESTS == 'true'",
        "contains(github.event.pull_request.labels.*.name, 'test')",
        "github.event_name == 'schedule'",
        "\"contains(github.event.head_commit.message, '[backend]')\"",
    ],
)
def test_a_condition_that_skips_changes_is_told(condition: str) -> None:
    (violation,) = violations(rules.job_not_always, with_condition(condition))
    assert violation.subject == f"{CI}#backend-test"
    assert condition.strip('"') in violation.message


@pytest.mark.parametrize(
    "condition",
    [
        "always()",
        "success()",
        "'!cancelled()'",
        "github.repository == 'acme/shop'",
        "github.repository_owner == 'acme'",
        "github.event_name != 'schedule'",
        "github.actor != 'dependabot[bot]'",
        "'!github.event.pull_request.draft'",
        "github.event.pull_request.draft == false",
        "github.event_name == 'push' || github.event_name == 'pull_request'",
        "github.event_name == 'push' || github.event.pull_request.head.repo.fork",
        "\"!contains(github.event.head_commit.message, '[skip ci]')\"",
        "inputs.skip != 'true'",
        "github.event.inputs.skip_tests != 'true'",
        "true",
    ],
)
def test_a_condition_that_keeps_others_out_is_fine(condition: str) -> None:
    assert subjects(rules.job_not_always, with_condition(condition)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PUSH, "  push: {branches: [main], paths: [app/**]}\n"),
        (PULL, "  pull_request:\n    paths-ignore: ['**.md']\n"),
    ],
)
def test_path_filters_are_told_for_each_job(old: str, new: str) -> None:
    found = violations(rules.job_not_always, platform(changed(old, new)))
    assert [violation.subject.partition("#")[2] for violation in found] == [
        "security-scan", "backend-test", "frontend-test", "workers-test", "infra-lint",
    ]  # fmt: skip
    assert found[0].locations[0].line in (3, 4)


def test_two_workflows_that_complete_each_other_run_always() -> None:
    job = one_job("pytest").partition("jobs:")[2]
    one = f"on:\n  push: {{paths: [app/**]}}\n  pull_request: {{paths: [app/**]}}\njobs:{job}"
    assert subjects(rules.job_not_always, {CI: one}) == [f"{CI}#backend-test"]
    other = one.replace("paths:", "paths-ignore:")
    tree = {CI: one, ".github/workflows/ci-skip.yml": other}
    assert subjects(rules.job_not_always, tree) == []


def test_a_skipped_need_skips_the_job() -> None:
    ci = changed("  backend-test:\n", "  backend-test:\n    needs: gate\n")
    ci += "  gate:\n    if: github.event_name == 'push'\n    steps: [{run: x}]\n"
    assert subjects(rules.job_not_always, platform(ci)) == [f"{CI}#backend-test"]


def test_a_nightly_run_beside_does_not_matter() -> None:
    nightly = one_job("pytest").replace("on: [push, pull_request]", "on: {schedule: [{cron: x}]}")
    assert subjects(rules.job_not_always, platform(nightly=nightly)) == []


def test_jobs_that_the_guide_does_not_run_always_may_have_conditions() -> None:
    assert is_not_applicable(rules.job_not_always, {CI: one_job("x", "deploy", "if: false")})


@pytest.mark.parametrize(
    ("on", "missing"),
    [
        ("on: [push, pull_request]", None),
        ("on: {push: , pull_request: }", None),
        ("on: {push: {branches: ['**']}, pull_request: {types: [opened]}}", None),
        ("on: {pull_request: , merge_group: }", None),
        ("on: push", "a pull request"),
        ("on: pull_request", "a push to the default branch"),
        ("on: {push: {branches: [master]}, pull_request: }", "a push to the default branch"),
        ("on: {push: , pull_request: {branches: [develop]}}", "a pull request"),
        ("on: {push: {tags: ['v*']}, pull_request: }", "a push to the default branch"),
        ("on: workflow_dispatch", "a push to the default branch or a pull request"),
        ("on: {schedule: [{cron: x}]}", "a push to the default branch or a pull request"),
    ],
)
def test_tests_run_on_pushes_and_pull_requests(on: str, missing: str | None) -> None:
    tree = {CI: one_job("pytest").replace("on: [push, pull_request]", on)}
    found = violations(rules.wrong_trigger, tree)
    if missing is None:
        assert found == []
    else:
        (violation,) = found
        assert missing in violation.message
        assert lines(rules.wrong_trigger, tree) == [(CI, 1)]


def test_each_job_counts_in_its_own_workflow() -> None:
    weekly = one_job("gitleaks detect", "security-scan").replace(
        "on: [push, pull_request]", "on: {schedule: [{cron: x}]}"
    )
    tree = platform(changed("  security-scan:\n", "  scan:\n"), security=weekly)
    assert subjects(rules.wrong_trigger, tree) == [".github/workflows/security.yml"]


def test_a_job_with_a_common_name_elsewhere_is_not_the_guides() -> None:
    weekly = one_job("semgrep ci", "security-scan").replace("[push, pull_request]", "workflow_call")
    build = one_job("python -m build", "build").replace("[push, pull_request]", "release")
    tree = {CI: one_job("pytest", "test"), "src/lib/a.py": "x"}
    tree |= {".github/workflows/s.yml": weekly, ".github/workflows/b.yml": build}
    assert subjects(rules.wrong_trigger, tree) == []


def test_without_the_guides_names_ci_yml_counts() -> None:
    tree = {CI: one_job("pytest", "test").replace("[push, pull_request]", "push")}
    assert subjects(rules.wrong_trigger, tree) == [CI]
    assert is_not_applicable(rules.wrong_trigger, {".github/workflows/x.yml": tree[CI]})


def deploy(on: str, condition: str = "true") -> dict[str, str]:
    text = f"on: {on}\njobs:\n  deploy:\n    if: {condition}\n    steps: [{{run: railway up}}]\n"
    return platform(GOOD[: GOOD.index("  deploy:\n")], deploy=text)


@pytest.mark.parametrize(
    ("on", "condition", "missing"),
    [
        ("{push: {branches: [main], tags: ['v*']}}", "true", None),
        ("push", "true", None),
        ("{push: {branches: [main]}, release: {types: [published]}}", "true", None),
        ("{push: {branches: [main]}}", "true", "a version tag"),
        ("{push: {tags: ['v*']}}", "true", "a push to the default branch"),
        ("push", "github.ref == 'refs/heads/main'", "a version tag"),
        ("workflow_dispatch", "true", "a push to the default branch or a version tag"),
        ("{workflow_run: {workflows: [CI]}}", "true", None),
        ("{push: {branches: [main], tags: ['v*']}}", "vars.DEPLOY == 'on'", None),
    ],
)
def test_deploys_run_on_the_trunk_and_on_tags(on: str, condition: str, missing: str | None) -> None:
    found = violations(rules.wrong_trigger, deploy(on, condition))
    if missing is None:
        assert found == []
    else:
        (violation,) = found
        assert violation.subject == ".github/workflows/deploy.yml#deploy"
        assert f"not run on {missing}" in violation.message


def test_build_runs_on_the_trunk() -> None:
    build = GOOD.index("  build:")
    late = GOOD[build:].replace("if: github.ref", "if: github.event_name == 'pull_request' #", 1)
    assert f"{CI}#build" in subjects(rules.wrong_trigger, platform(GOOD[:build] + late))


def test_a_library_may_publish_on_tags_only() -> None:
    text = "on: {push: {tags: ['v*']}}\njobs: {deploy: {steps: [{run: twine upload}]}}\n"
    assert subjects(rules.wrong_trigger, {".github/workflows/release.yml": text}) == []


def test_nothing_to_run() -> None:
    assert is_not_applicable(rules.wrong_trigger, {**SERVICES})
    assert is_not_applicable(rules.job_not_always, {**SERVICES})
