"""Workflow files as jobs and steps with lines; what can't be read is said."""

import pytest

from autodevops.facts.workflows import Job, Workflows, workflows
from autodevops.model.snapshot import Snapshot
from tests.support.memory import snapshot_of

CI = """\
name: CI
on: [push, pull_request]
permissions: {contents: read}
defaults:
  run:
    shell: bash
jobs:
  backend-test:
    name: Backend ${{ matrix.python }}
    runs-on: ubuntu-latest
    needs: [lint]
    if: github.event_name == 'push'
    timeout-minutes: 5
    environment: {name: production}
    continue-on-error: ${{ matrix.experimental }}
    strategy:
      matrix:
        python: ['3.11', '3.12']
    defaults:
      run:
        working-directory: ./app/
    services:
      db: {image: 'postgres:16', options: --health-cmd x}
    container: node:22
    steps:
      - uses: actions/checkout@v5
        with: {fetch-depth: 0}
      - id: t
        name: Test
        run: |
          echo
          pytest || true
        continue-on-error: true
      - run: x
        shell: sh
        working-directory: ../frontend
  lint:
    runs-on: windows-latest
    needs: backend-test
    steps: [{run: ruff}]
  call:
    uses: ./.github/workflows/called.yml
"""
CALLED = "on: workflow_call\njobs: {a: {steps: [{uses: ./.github/actions/x}]}}\n"
ACTION = "runs:\n  using: composite\n  steps:\n    - run: y\n      shell: bash\n"


def read(snapshot: Snapshot) -> Workflows:
    found = workflows(snapshot)
    assert isinstance(found, Workflows)
    return found


def job(text: str) -> Job:
    return read(snapshot_of({".github/workflows/a.yml": text})).jobs[0]


@pytest.fixture
def found() -> Workflows:
    files = {"ci.yml": CI, "called.yml": CALLED}
    tree = {f".github/workflows/{name}": text for name, text in files.items()}
    return read(snapshot_of(tree | {".github/actions/x/action.yml": ACTION}))


def test_a_job_has_its_parts(found: Workflows) -> None:
    backend = found.jobs[1]
    assert backend.subject == ".github/workflows/ci.yml#backend-test"
    assert backend.line == 8
    assert [need.text for need in backend.needs] == ["lint"]
    assert backend.check_names == ("Backend 3.11", "Backend 3.12")
    assert backend.environment is not None
    assert backend.environment.text == "production"
    assert backend.timeout is not None
    assert [(c.name, c.image and c.image.text) for c in backend.containers] == [
        ("container", "node:22"),
        ("db", "postgres:16"),
    ]


def test_a_step_has_its_parts(found: Workflows) -> None:
    checkout, test, other = found.jobs[1].steps
    assert (checkout.action, checkout.input("fetch-depth")) == ("actions/checkout", "0")
    assert (test.key, test.directory, test.shell, test.line) == ("t", "app", "bash", 28)
    assert test.line_of(1) == 32
    assert [command.name for command in test.script.commands] == ["echo", "pytest", "true"]
    assert (other.key, other.directory, other.shell) == ("step 3", "../frontend", "sh")


def test_a_windows_runner_has_another_shell() -> None:
    assert job("jobs: {a: {runs-on: windows-latest, steps: [{run: x}]}}").steps[0].shell == "pwsh"
    assert job("jobs: {a: {runs-on: [self-hosted], steps: [{run: x}]}}").steps[0].shell is None


def test_calls_and_actions_of_the_repository_are_followed(found: Workflows) -> None:
    call = found.jobs[3]
    (step,) = found.steps_of(call)
    action = found.action_of(step)
    assert action is not None
    assert action.steps[0].shell == "bash"
    assert found.called_by(found.jobs[1]) is None


def test_only_files_in_the_folder_itself_count() -> None:
    tree = {".github/workflows/sub/a.yml": CI, ".github/workflows/a.txt": CI, "a.yml": CI}
    assert read(snapshot_of(tree)).files == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: [", 2, "node content"),
        ("", 1, "empty"),
        ("- a", 1, "no mapping"),
        ("a: \0", 1, "binary"),
    ],
)
def test_an_unreadable_workflow_is_named_and_a_gap(text: str, line: int, reason: str) -> None:
    snapshot = snapshot_of({".github/workflows/a.yml": text})
    (invalid,) = read(snapshot).invalid
    assert invalid.line == line
    assert reason in invalid.reason
    assert [gap.subject for gap in snapshot.gaps] == [".github/workflows/a.yml"]


@pytest.mark.parametrize(
    "text",
    [
        "jobs: x",
        "jobs: {a: x}",
        "jobs: {a: {steps: x, needs: {a: b}, if: [x], environment: [x], services: x}}",
        "jobs: {a: {steps: [x, {run: }, {uses: {}}], services: {x: y}, runs-on: {group: x}}}",
        "on: {push: x, schedule: [x]}\njobs: {? [a] : b}",
        "jobs: {a: {strategy: x}, b: {strategy: {matrix: x}}, c: {strategy: {matrix: {a: b}}}}",
    ],
)
def test_odd_shapes_are_left_out(text: str) -> None:
    found = read(snapshot_of({".github/workflows/a.yml": text}))
    assert found.invalid == ()


@pytest.mark.parametrize(
    ("matrix", "names"),
    [
        ("{os: [a, b], v: [1, 2]}", ("x (a, 1)", "x (a, 2)", "x (b, 1)", "x (b, 2)")),
        ("{os: [a, b], exclude: [{os: b}]}", ("x (a)",)),
        ("{os: [a], include: [{os: b}]}", ("x (a)", "x (b)")),
        ("{os: [a], include: [{os: a, e: yes}]}", ("x (a, yes)",)),
        ("{os: [a], include: [{e: yes}]}", ("x (a, yes)",)),
        ("{include: [{n: a}, {n: b}]}", ("x (a)", "x (b)")),
        ("{o: [{n: a, v: 1}]}", ("x (a, 1)",)),
        ("'${{ fromJSON(x) }}'", None),
        ("{os: '${{ fromJSON(x) }}'}", None),
        ("{os: ['${{ x }}']}", None),
    ],
)
def test_a_matrix_makes_jobs(matrix: str, names: tuple[str, ...] | None) -> None:
    assert job(f"jobs: {{x: {{strategy: {{matrix: {matrix}}}}}}}").check_names == names


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("T", ("T (1)", "T (2)")),
        ("T ${{ matrix.v }}", ("T 1", "T 2")),
        ("T ${{ matrix.o.n }}", ("T ",)),
        ("T ${{ github.ref }}", None),
    ],
)
def test_a_name_takes_values_of_the_matrix(name: str, names: tuple[str, ...] | None) -> None:
    found = job(f"jobs: {{x: {{name: '{name}', strategy: {{matrix: {{v: [1, 2]}}}}}}}}")
    assert found.check_names == names


def test_without_a_matrix_an_expression_stays_open() -> None:
    assert job("jobs: {x: {name: 'T ${{ github.ref }}'}}").check_names is None
    assert job("jobs: {x: {}}").check_names == ("x",)
