"""CI011, CI012, CI013: scanners see history, jobs end in time, deploys take turns."""

import pytest

from autodevops.rules import ci_hygiene as rules
from tests.support.asking import is_not_applicable, lines, subjects, violations
from tests.support.pipelines import CI, GOOD, changed, one_job, platform

CANCELLED = 'concurrency: {{group: d, cancel-in-progress: "${{{{ {} }}}}"}}'
CHECKOUT = "- uses: actions/checkout@v5\n"


def test_a_pipeline_that_follows_the_guide_is_clean() -> None:
    for rule in (rules.shallow_secret_scan, rules.job_timeout, rules.concurrency):
        assert subjects(rule, platform()) == []


@pytest.mark.parametrize(
    "scan",
    [
        "- uses: gitleaks/gitleaks-action@v2",
        "- uses: trufflesecurity/trufflehog@main",
        "- run: gitleaks detect --source .",
        "- run: gitleaks git .",
        "- run: docker run -v $PWD:/p zricethezav/gitleaks:latest detect -s /p",
        "- run: trufflehog git file://. --fail",
        "- run: ggshield secret scan ci",
        "- run: git-secrets --scan-history",
    ],
)
@pytest.mark.parametrize(
    ("checkout", "guilty"),
    [
        (CHECKOUT, True),
        (CHECKOUT + "  with: {fetch-depth: 1}\n", True),
        (CHECKOUT + "  with: {fetch-depth: 2}\n", True),
        (CHECKOUT + "  with: {fetch-depth: 0}\n", False),
        (CHECKOUT + "  with: {fetch-depth: '${{ inputs.depth }}'}\n", False),
        (CHECKOUT + "- run: git fetch --prune --unshallow\n", False),
        ("- run: git clone https://x.org/y .\n", False),
    ],
)
def test_a_scanner_of_history_needs_history(scan: str, checkout: str, guilty: bool) -> None:
    tree = {CI: one_job(checkout + scan, "scan")}
    assert bool(subjects(rules.shallow_secret_scan, tree)) is guilty


@pytest.mark.parametrize(
    "scan",
    [
        "- run: gitleaks detect --no-git",
        "- run: gitleaks dir .",
        "- run: gitleaks protect --staged",
        "- run: trufflehog filesystem .",
        "- run: detect-secrets scan",
        "- run: bandit -r app",
        "- run: echo gitleaks detect",
    ],
)
def test_a_scanner_of_the_tree_needs_none(scan: str) -> None:
    assert is_not_applicable(rules.shallow_secret_scan, {CI: one_job(CHECKOUT + scan, "scan")})


def test_the_checkout_is_the_place() -> None:
    tree = {CI: one_job(CHECKOUT + "- uses: gitleaks/gitleaks-action@v2", "scan")}
    (violation,) = violations(rules.shallow_secret_scan, tree)
    assert [at.line for at in violation.locations] == [6, 7]
    assert violation.evidence["fetch_depth"] == 1


def test_a_checkout_of_another_repository_does_not_count() -> None:
    other = CHECKOUT + "  with: {repository: acme/rules, path: rules}\n"
    whole = CHECKOUT + "  with: {fetch-depth: 0}\n"
    tree = {CI: one_job(whole + other + "- run: gitleaks detect", "scan")}
    assert subjects(rules.shallow_secret_scan, tree) == []


def test_jobs_without_a_limit_are_told_once_for_a_file() -> None:
    ci = changed("    timeout-minutes: 10\n", "")
    (violation,) = violations(rules.job_timeout, platform(ci))
    assert violation.subject == CI
    assert len(violation.locations) == 8


@pytest.mark.parametrize(
    "job",
    [
        "timeout-minutes: 5",
        "timeout-minutes: ${{ inputs.minutes }}",
    ],
)
def test_a_limit_is_enough(job: str) -> None:
    assert subjects(rules.job_timeout, {CI: one_job("x", "a", job)}) == []


def test_limits_on_all_steps_are_enough() -> None:
    steps = "- run: a\n  timeout-minutes: 5\n- run: b\n  timeout-minutes: 5"
    assert subjects(rules.job_timeout, {CI: one_job(steps)}) == []
    assert subjects(rules.job_timeout, {CI: one_job(steps + "\n- run: c")}) == [CI]


def test_a_call_can_have_no_limit() -> None:
    text = "on: push\njobs: {a: {uses: acme/x/.github/workflows/y.yml@v1}}\n"
    assert subjects(rules.job_timeout, {CI: text}) == []
    assert is_not_applicable(rules.job_timeout, {})


@pytest.mark.parametrize(
    ("group", "guilty"),
    [
        ("", True),
        ("concurrency: deploy", False),
        ("concurrency: {group: deploy}", False),
        ("concurrency: {group: deploy, cancel-in-progress: false}", False),
        ("concurrency: {group: deploy, cancel-in-progress: true}", True),
        (CANCELLED.format("github.event_name == 'pull_request'"), False),
        (CANCELLED.format("github.ref == 'refs/heads/main'"), True),
    ],
)
def test_deploys_take_turns(group: str, guilty: bool) -> None:
    in_job = {CI: one_job("railway up", "deploy", group)}
    assert bool(subjects(rules.concurrency, in_job)) is guilty
    in_workflow = {CI: one_job("railway up", "deploy").replace("jobs:", f"{group}\njobs:")}
    assert bool(subjects(rules.concurrency, in_workflow)) is guilty


def test_the_callers_group_counts() -> None:
    called = one_job("railway up", "deploy").replace("[push, pull_request]", "workflow_call")
    caller = "on: push\nconcurrency: x\njobs: {d: {uses: ./.github/workflows/d.yml}}\n"
    tree = {CI: caller, ".github/workflows/d.yml": called}
    assert subjects(rules.concurrency, tree) == []


def test_a_preview_may_be_cancelled() -> None:
    text = one_job(
        "vercel deploy", "deploy-preview", "concurrency: {group: a, cancel-in-progress: true}"
    )
    assert is_not_applicable(rules.concurrency, {CI: text})


def test_a_deploy_of_pull_requests_is_a_preview() -> None:
    text = one_job("vercel deploy", "deploy").replace("[push, pull_request]", "pull_request")
    assert subjects(rules.concurrency, {CI: text}) == []


def test_the_deploy_job_is_the_place() -> None:
    ci = GOOD.replace("concurrency: {group: 'ci-${{ github.ref }}'}\n", "")
    assert lines(rules.concurrency, platform(ci)) == [
        (CI, ci[: ci.index("  deploy:")].count("\n") + 1)
    ]
