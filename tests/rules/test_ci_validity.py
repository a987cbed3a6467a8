"""CI007: workflows are what GitHub accepts."""

import pytest

from autodevops.model.finding import Unknown, Violation
from autodevops.rules import ci_validity as rules
from tests.support.asking import is_not_applicable, outcomes, subjects, violations
from tests.support.pipelines import CI, one_job, platform

JOBS = "jobs: {a: {runs-on: x}}"


def faults(text: str) -> list[str]:
    """Return what is wrong with one workflow, as `line: text`."""
    said = outcomes(rules.invalid_workflow, {CI: text})
    found: list[str] = []
    for one in said:
        if isinstance(one, Violation):
            told = one.evidence["faults"]
            assert isinstance(told, list)
            found += told
    return found


def job(text: str) -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: x\n{text}\n"


def test_a_pipeline_that_follows_the_guide_is_accepted() -> None:
    assert subjects(rules.invalid_workflow, platform()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("on: push\njobs: [", "3: did not find expected node content while parsing a flow node"),
        ("", "1: it is empty"),
        ("- x", "1: it is no mapping"),
        ("on: push\nname: x", "1: the workflow has no `jobs`"),
        ("jobs: {a: {runs-on: x}}", "1: the workflow has no `on`"),
        ("on: push\njobs: {}", "2: there are no jobs"),
        ("on: push\njob: x\n" + JOBS, "2: the workflow has the unknown key `job`; `jobs` may"),
        ("on: pushed\n" + JOBS, "1: `on` is `pushed`, which GitHub does not know; `push` may"),
        (
            "on:\n  push: {branch: x}\njobs: {a: {runs-on: x}}",
            "2: `on.push` has the unknown key `branch`",
        ),
        ("on: push\njobs:\n  a:\n    steps: [{run: x}]", "3: `jobs.a` has no `runs-on`"),
        ("on: push\njobs:\n  1a: {runs-on: x}", "3: `jobs` has the unknown key `1a`"),
        (job("    steps: {run: x}"), "5: `jobs.a.steps` is a mapping, not a list"),
        (job("    steps:\n      - name: x"), "6: `jobs.a.steps[1]` has neither `run` nor `uses`"),
        (job("    steps:\n      - {run: x, uses: y}"), "6: `jobs.a.steps[1]` has both `run` and"),
        (job("    steps: [{run: x, comand: y}]"), "5: `jobs.a.steps[1]` has the unknown key"),
        (job("    timeout: 5"), "5: `jobs.a` has the unknown key `timeout`"),
        (job("    permissions: {content: read}"), "5: `jobs.a.permissions` has the unknown key"),
        (job("    permissions: {contents: all}"), "5: `jobs.a.permissions.contents` is `all`"),
        (job("    strategy: []"), "5: `jobs.a.strategy` is a list, not a mapping"),
        (job("    needs: b"), "5: job a needs b, which does not exist"),
        (job("    needs: a"), "3: job a needs itself, through other jobs"),
        (job("    if: secrets.X != ''"), "5: the condition of job a can't use `secrets`"),
        (job("    if: matrix.x"), "5: the condition of job a can't use `matrix`"),
        (job("    steps: [{run: x, if: secrets.X}]"), "5: the condition of step 'step 1' of job"),
        (job("    steps: [{id: x, run: y}, {id: x, run: z}]"), "5: two steps of job a have the"),
        (job("    name: x\n    name: y"), "6: the key `name` stands twice, first in line 5"),
    ],
)
def test_what_github_refuses_is_told_with_its_line(text: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(text)), faults(text)


@pytest.mark.parametrize(
    "text",
    [
        job("    timeout-minutes: ${{ inputs.x }}\n    continue-on-error: ${{ inputs.y }}"),
        job("    env: {A: , B: 1, C: true}\n    steps: [{uses: a/b@v1, with: {x: , y: 1}}]"),
        job("    strategy: {matrix: '${{ fromJSON(x) }}', fail-fast: '${{ y }}'}"),
        job("    environment: ${{ inputs.e }}\n    concurrency: ${{ inputs.c }}"),
        job("    permissions: {some-new-scope: read}"),
        job("    name: 1.0\n    steps: [{run: 1, name: 2}]"),
        job("    if: false\n    strategy: {fail-fast: false}"),
        job("    if: contains(github.event.head_commit.message, 'secrets.x')"),
        job("    runs-on: {group: x}").replace("    runs-on: x\n", ""),
        job("    container: ${{ matrix.image }}\n    services: {db: {image: x, ports: ['1:1']}}"),
        job("    steps: [{run: x, if: env.A == 'b'}, {run: x, if: always()}]"),
        job("    steps:\n      - &s {uses: actions/checkout@v5}\n      - *s"),
        "on: {push: {branches: main}, pull_request: {types: opened}}\n" + JOBS,
        "on: {brand_new_event: {types: [x]}}\n" + JOBS,
        "on:\n  push:\n  workflow_dispatch:\n    inputs: {x: {type: boolean}}\n" + JOBS,
        "on: {schedule: [{cron: '0 0 * * *'}]}\n" + JOBS,
        "on: {workflow_call: {inputs: {x: {type: string}}}}\n" + JOBS,
        "on: {workflow_call: {secrets: {y: {required: true}}}}\n" + JOBS,
        "on: push\njobs: {a: {uses: ./.github/workflows/x.yml, with: {a: 1}, secrets: inherit}}",
        "on: push\njobs: {a: {uses: o/r/.github/workflows/x.yml@v1, strategy: {matrix: {a: [1]}}}}",
        "on: push\nrun-name: x\ndefaults: {run: {shell: bash}}\n" + JOBS,
        "on: push\njobs: {a: {runs-on: [a, b]}, b: {needs: [a], runs-on: x}}",
    ],
)
def test_what_github_accepts_is_fine(text: str) -> None:
    assert faults(text) == []


def test_a_circle_of_jobs_is_told_and_those_behind_it_not() -> None:
    text = "on: push\njobs:\n"
    for name, needs in (("a", "[c]"), ("b", "[a]"), ("c", "[b, z]"), ("d", "[c]"), ("z", "[]")):
        text += f"  {name}: {{runs-on: x, needs: {needs}}}\n"
    told = [one for one in faults(text) if "itself" in one]
    assert [one.split(" ")[2] for one in told] == ["a", "b", "c"]


def test_one_finding_for_a_file_with_all_places() -> None:
    text = one_job("pytest").replace("runs-on", "run-on")
    (violation,) = violations(rules.invalid_workflow, {CI: text})
    assert violation.subject == CI
    assert [at.line for at in violation.locations] == [3, 4]
    assert "(and 1 more)" in violation.message


def test_an_unreadable_file_fails_and_keeps_others_unknown() -> None:
    said = outcomes(rules.invalid_workflow, {CI: "a: ["})
    assert {type(one) for one in said} == {Violation, Unknown}


def test_no_workflows() -> None:
    assert is_not_applicable(rules.invalid_workflow, {"README.md": "x"})
