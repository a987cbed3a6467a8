"""The rules about what workflows do with branches, tags and required checks."""

import pytest
from msgspec.structs import replace

from autodevops.model.finding import Unknown, Violation
from autodevops.model.settings import Protection, RequiredCheck
from autodevops.model.snapshot import Unavailable
from autodevops.rules.branch_workflows import workflow_on_forbidden_branch
from autodevops.rules.release_documents import deploy_on_tag
from autodevops.rules.required_checks import required_checks
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations
from tests.support.protection import WHOLE

CI = ".github/workflows/ci.yml"


def workflow(on: str, jobs: str = "{test: {runs-on: x, steps: []}}") -> dict[str, str]:
    return {CI: f"name: CI\non:\n{on}\njobs: {jobs}\n"}


class TestWorkflowOnForbiddenBranch:
    def test_forbidden_branches_with_their_lines(self) -> None:
        on = (
            "  push:\n    branches:\n      - main\n      - develop\n"
            "  pull_request:\n    branches: [staging]"
        )
        (found,) = violations(workflow_on_forbidden_branch, workflow(on))
        assert found.subject == CI
        assert found.message == (
            f"{CI} runs on push and pull_request of develop and staging, which the guide forbids"
        )
        assert [place.line for place in found.locations] == [6, 8]

    @pytest.mark.parametrize(
        "pattern", ["release/**", "release/*", "release/1.2", "'release/v[0-9]+'"]
    )
    def test_patterns_for_forbidden_branches(self, pattern: str) -> None:
        found = lines(workflow_on_forbidden_branch, workflow(f"  push:\n    branches: {pattern}"))
        assert found == [(CI, 4)]

    @pytest.mark.parametrize(
        "on",
        [
            "  push:\n    branches: [main]",
            "  push:\n    branches: ['**', '!develop']",
            "  push:\n    branches-ignore: [develop]",
            "  push:\n    branches: ['*', 'feature/**']",
            "  push:\n    tags: ['release/*', develop]",
            "  push:\n    branches: [development, release-notes]",
            "  workflow_dispatch:\n    inputs: {branch: {default: develop}}",
            "  push: null",
            "  # push: develop\n  push: {branches: main}",
        ],
    )
    def test_innocent(self, on: str) -> None:
        assert subjects(workflow_on_forbidden_branch, workflow(on)) == []

    def test_without_workflows_there_is_nothing_to_judge(self) -> None:
        assert is_not_applicable(workflow_on_forbidden_branch, {"README.md": ""})


class TestDeployOnTag:
    JOB = "{deploy: {runs-on: x, steps: []}}"

    def test_a_deploy_of_the_trunk_only(self) -> None:
        (found,) = violations(deploy_on_tag, workflow("  push: {branches: [main]}", self.JOB))
        assert found.subject == CI
        assert found.message == f"{CI}#deploy deploys, but not when a version is tagged"

    def test_a_condition_that_lets_no_tag_through(self) -> None:
        job = "{deploy: {if: github.ref == 'refs/heads/main', runs-on: x, steps: []}}"
        assert subjects(deploy_on_tag, workflow("  push: null", job)) == [CI]

    @pytest.mark.parametrize(
        ("on", "condition"),
        [
            ("  push: {tags: ['v*']}", "true"),
            ("  push: {tags: ['v[0-9]+.[0-9]+.[0-9]+'], branches: [main]}", "true"),
            ("  push: null", "true"),
            ("  release: {types: [published]}", "true"),
            (
                "  push: {tags: ['v*'], branches: [main]}",
                "github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')",
            ),
            ("  push: {tags: ['v*']}", "github.event_name == 'push'"),
        ],
    )
    def test_deploys_that_tags_start(self, on: str, condition: str) -> None:
        job = f'{{deploy: {{if: "{condition}", runs-on: x, steps: []}}}}'
        assert subjects(deploy_on_tag, workflow(on, job)) == []

    def test_a_deploy_that_another_workflow_calls_on_tags(self) -> None:
        called = ".github/workflows/deploy.yml"
        files = {
            called: f"on: workflow_call\njobs: {self.JOB}\n",
            CI: f"on: {{push: {{tags: ['v*']}}}}\njobs: {{ship: {{uses: ./{called}}}}}\n",
        }
        assert subjects(deploy_on_tag, files) == []

    def test_what_a_job_runs_tells_as_well(self) -> None:
        trunk = "  push: {branches: [main]}"
        job = "{{ship: {{runs-on: x, steps: [{{run: {}}}]}}}}"
        assert subjects(deploy_on_tag, workflow(trunk, job.format("railway up"))) == [CI]
        assert is_not_applicable(deploy_on_tag, workflow(trunk, job.format("terraform apply")))
        pages = "{deploy: {runs-on: x, steps: [{uses: actions/deploy-pages@v4}]}}"
        assert is_not_applicable(deploy_on_tag, workflow(trunk, pages))

    @pytest.mark.parametrize("name", ["build", "deploy-docs", "preview-deploy", "deploy-staging"])
    def test_what_is_no_production_deploy(self, name: str) -> None:
        jobs = f"{{{name}: {{runs-on: x, steps: []}}}}"
        assert is_not_applicable(deploy_on_tag, workflow("  push: {branches: [main]}", jobs))


class TestRequiredChecks:
    JOBS = (
        "{backend-test: {runs-on: x, steps: []}, "
        "frontend-test: {name: Frontend tests, runs-on: x, strategy: {matrix: {node: [20, 22]}}, "
        "steps: []}, "
        "all-green: {needs: [backend-test, frontend-test], runs-on: x, steps: []}}"
    )
    ALL = ("backend-test", "Frontend tests (20)", "Frontend tests (22)")

    def ask(
        self,
        *names: str,
        strict: bool | Unavailable = True,
        unseen: Unavailable | None = None,
        app: str | None = None,
        jobs: str = JOBS,
    ) -> list[str]:
        protection = replace(
            WHOLE,
            strict=strict,
            unseen=unseen,
            required_checks=tuple(
                RequiredCheck(name=n, source="main rules", app=app) for n in names
            ),
        )
        files = workflow("  pull_request: null", jobs)
        said = outcomes(required_checks, files, given={Protection: protection})
        return [one.message if isinstance(one, Violation) else one.reason for one in said]

    def test_all_jobs_with_their_matrix(self) -> None:
        assert self.ask(*self.ALL) == []

    def test_a_job_that_waits_for_them_all(self) -> None:
        assert self.ask("all-green") == []

    def test_a_job_that_is_not_required(self) -> None:
        assert self.ask("Frontend tests (20)", "Frontend tests (22)") == [
            (
                "backend-test is not a required check of main: a pull request can be merged "
                "while it fails"
            )
        ]

    @pytest.mark.parametrize("name", ["CI / backend-test", "Backend tests", "old-job"])
    def test_a_check_that_no_job_reports(self, name: str) -> None:
        assert self.ask("all-green", name) == [
            f"main rules requires the check {name!r}, which no job reports"
        ]

    def test_the_matrix_job_without_its_matrix_reports_nothing(self) -> None:
        assert "main rules requires the check 'Frontend tests', which no job reports" in self.ask(
            "all-green", "Frontend tests"
        )

    @pytest.mark.parametrize(
        ("name", "app"), [("codecov/patch", None), ("Vercel", "vercel"), ("DCO", "dco")]
    )
    def test_checks_of_other_apps(self, name: str, app: str | None) -> None:
        assert f"main rules requires the check {name!r}, which no job reports" not in self.ask(
            name, app=app
        )

    def test_not_strict(self) -> None:
        (said,) = self.ask("all-green", strict=False)
        assert said.startswith("branches may be merged into main without")

    def test_readers_can_t_see_whether_it_is_strict(self) -> None:
        assert self.ask("all-green", strict=Unavailable("strict is hidden")) == ["strict is hidden"]

    def test_hidden_protection_may_require_them(self) -> None:
        (said,) = self.ask(unseen=Unavailable("classic protection is hidden"))
        assert said.startswith("backend-test")
        assert said.endswith("classic protection is hidden")

    def test_names_that_only_a_run_can_tell(self) -> None:
        jobs = "{t: {runs-on: x, strategy: {matrix: '${{ fromJSON(inputs.m) }}'}, steps: []}}"
        assert self.ask("t (1)", jobs=jobs) == [
            "whether a job reports 't (1)' is only known in a run"
        ]

    def test_nothing_to_require(self) -> None:
        assert is_not_applicable(required_checks, {"a": ""}, given={Protection: WHOLE})

    def test_without_github_it_is_unknown(self) -> None:
        (said,) = outcomes(required_checks, workflow("  push: null"))
        assert isinstance(said, Unknown)
