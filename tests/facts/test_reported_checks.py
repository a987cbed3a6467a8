"""The names of checks: what jobs, matrices and called workflows report."""

import pytest
from msgspec.structs import replace

from autodevops.facts._reported_checks import MAX_NAMES, reported_checks
from autodevops.facts.workflows import workflows
from autodevops.model.finding import Unknown, Violation
from autodevops.model.settings import Protection, RequiredCheck
from autodevops.rules.required_checks import required_checks
from tests.support.asking import outcomes
from tests.support.memory import snapshot_of
from tests.support.protection import WHOLE

FOLDER = ".github/workflows"
ON_PULL_REQUESTS = "on: pull_request\n"
ON_CALL = "on: workflow_call\n"
STEPS = "runs-on: x, steps: [{run: pytest}]"
TESTS = f"{ON_CALL}jobs: {{unit: {{{STEPS}}}, slow: {{name: Slow tests, {STEPS}}}}}\n"
CALL = "uses: ./.github/workflows/tests.yml"


def reported(**files: str) -> tuple[frozenset[str], tuple[str, ...]]:
    found = reported_checks(
        workflows(snapshot_of({f"{FOLDER}/{name}.yml": text for name, text in files.items()}))
    )
    return found.names, found.beginnings


@pytest.mark.parametrize(
    ("job", "names"),
    [
        (f"test: {{{STEPS}}}", {"test"}),
        (f"test: {{name: Unit tests, {STEPS}}}", {"Unit tests"}),
        (f"test: {{strategy: {{matrix: {{v: [1, 2]}}}}, {STEPS}}}", {"test (1)", "test (2)"}),
        (f"backend: {{{CALL}}}", {"backend / unit", "backend / Slow tests"}),
        (f"b: {{name: Backend, {CALL}}}", {"Backend / unit", "Backend / Slow tests"}),
        (
            f"b: {{strategy: {{matrix: {{v: [1, 2]}}}}, {CALL}}}",
            {"b (1) / unit", "b (1) / Slow tests", "b (2) / unit", "b (2) / Slow tests"},
        ),
    ],
    ids=["id", "name", "matrix", "call", "named call", "call by a matrix"],
)
def test_names(job: str, names: set[str]) -> None:
    found = reported(ci=f"{ON_PULL_REQUESTS}jobs: {{{job}}}\n", tests=TESTS)
    assert found == (frozenset(names), ())


@pytest.mark.parametrize(
    ("job", "beginning"),
    [
        ("a: {uses: acme/ci/.github/workflows/test.yml@v1}", "a / "),
        ("a: {uses: ./.github/workflows/gone.yml}", "a / "),
        (f"a: {{strategy: {{matrix: '${{{{ inputs.m }}}}'}}, {STEPS}}}", "a ("),
        (f"a: {{name: 'on ${{{{ github.ref }}}}', {STEPS}}}", "on "),
    ],
    ids=["another repository's", "missing", "computed matrix", "computed name"],
)
def test_what_only_a_run_can_tell_has_a_beginning(job: str, beginning: str) -> None:
    assert reported(ci=f"{ON_PULL_REQUESTS}jobs: {{{job}}}\n") == (frozenset(), (beginning,))


def test_a_workflow_that_is_called_and_runs_itself_reports_both() -> None:
    both = TESTS.replace("on: workflow_call", "on: [workflow_call, push]")
    names, _ = reported(ci=f"{ON_PULL_REQUESTS}jobs: {{b: {{{CALL}}}}}\n", tests=both)
    assert names == {"unit", "Slow tests", "b / unit", "b / Slow tests"}


def test_a_call_within_a_call() -> None:
    middle = f"{ON_CALL}jobs: {{inner: {{{CALL}}}}}\n"
    outer = f"{ON_PULL_REQUESTS}jobs: {{outer: {{uses: ./.github/workflows/middle.yml}}}}\n"
    names, _ = reported(ci=outer, middle=middle, tests=TESTS)
    assert names == {"outer / inner / unit", "outer / inner / Slow tests"}


def test_workflows_that_call_each_other_end() -> None:
    loop = f"{ON_CALL}jobs: {{again: {{{CALL}}}}}\n"
    names, beginnings = reported(ci=f"{ON_PULL_REQUESTS}jobs: {{b: {{{CALL}}}}}\n", tests=loop)
    assert names == frozenset()
    assert beginnings == ("b / again / again / again / again / ",)


def test_too_many_names_may_be_any() -> None:
    axis = ", ".join(str(number) for number in range(16))
    matrix = f"strategy: {{matrix: {{a: [{axis}], b: [{axis}]}}}}"
    jobs = ", ".join(f"j{n}: {{{matrix}, {STEPS}}}" for n in range(30))
    names, beginnings = reported(ci=f"{ON_PULL_REQUESTS}jobs: {{{jobs}}}\n")
    assert len(names) == MAX_NAMES
    assert beginnings == ("",)


class TestRequired:
    CI = f"{ON_PULL_REQUESTS}jobs: {{backend-test: {{{CALL}}}, lint: {{{STEPS}}}}}\n"

    def ask(self, *names: str, ci: str = CI, app: str | None = "github-actions") -> list[str]:
        checks = tuple(RequiredCheck(name=one, source="trunk", app=app) for one in names)
        protection = replace(WHOLE, strict=True, required_checks=checks)
        files = {f"{FOLDER}/ci.yml": ci, f"{FOLDER}/tests.yml": TESTS}
        said = outcomes(required_checks, files, given={Protection: protection})
        return [
            one.message if isinstance(one, Violation) else f"? {one.reason}"
            for one in said
            if isinstance(one, Violation | Unknown)
        ]

    def test_all_jobs_of_a_called_workflow(self) -> None:
        assert self.ask("backend-test / unit", "backend-test / Slow tests") == []

    def test_one_of_them_is_not_required(self) -> None:
        (said,) = self.ask("backend-test / unit")
        assert said.startswith("backend-test is not a required check")

    def test_the_caller_itself_reports_nothing(self) -> None:
        assert "trunk requires the check 'backend-test', which no job reports" in self.ask(
            "backend-test"
        )

    def test_the_called_job_alone_reports_nothing(self) -> None:
        assert "trunk requires the check 'unit', which no job reports" in self.ask("unit")

    def test_a_name_of_another_repository_s_workflow_is_open(self) -> None:
        ci = self.CI.replace(CALL, "uses: acme/ci/.github/workflows/tests.yml@v1")
        assert self.ask("backend-test / unit", ci=ci) == [
            "? whether a job reports 'backend-test / unit' is only known in a run"
        ]
        assert self.ask("frontend / unit", ci=ci) == [
            "trunk requires the check 'frontend / unit', which no job reports"
        ]

    @pytest.mark.parametrize("name", ["CodeQL", "Analyze (python)", "Analyze (c-cpp)"])
    def test_github_s_own_scanning(self, name: str) -> None:
        assert not any(name in one for one in self.ask(name))

    @pytest.mark.parametrize(
        "name",
        ["DCO", "Vercel", "Vercel \u2013 shop", "license/cla", "pre-commit.ci - pr", "codecov"],
    )
    def test_checks_that_any_app_may_report(self, name: str) -> None:
        assert not any(name in one for one in self.ask(name, app=None))

    @pytest.mark.parametrize("name", ["clang-tidy", "wiped", "deploy"])
    def test_jobs_that_are_gone(self, name: str) -> None:
        assert any(name in one for one in self.ask(name, app=None))
