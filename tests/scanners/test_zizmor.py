import pytest

from autodevops.model.analysis import Analysis
from autodevops.model.finding import in_file
from autodevops.model.snapshot import CONFIG_LIMIT, Unavailable
from autodevops.scanners.zizmor import Zizmor
from tests.support.memory import snapshot_of

INJECTED = """\
name: greet
on: issues
permissions: {}
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo hello
          echo "${{ github.event.issue.title }}"
"""
CLEAN = """\
on: push
permissions: {}
jobs:
  x:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""


def analyse(files: dict[str, str | bytes]) -> Analysis:
    seen = Zizmor().analyse(snapshot_of(files))
    assert isinstance(seen, Analysis)
    return seen


def test_an_observation_stands_where_the_expression_stands() -> None:
    (observation,) = (
        one
        for one in analyse({".github/workflows/greet.yml": INJECTED}).observations
        if one.audit == "template-injection"
    )
    assert observation.at.path == ".github/workflows/greet.yml"
    assert observation.at.line == 10
    assert (observation.job, observation.step) == ("greet", 0)


def test_a_clean_workflow_gives_nothing_but_is_named() -> None:
    path = ".github/workflows/ci.yml"
    assert analyse({path: CLEAN}) == Analysis(observations=(), paths=(path,))


def test_a_comment_for_zizmor_is_honoured() -> None:
    path = ".github/workflows/ci.yml"
    unpinned = CLEAN.replace("run: make", "uses: acme/build@main")
    silenced = unpinned.replace("@main", "@main # zizmor: ignore[unpinned-uses]")
    assert [one.audit for one in analyse({path: unpinned}).observations] == ["unpinned-uses"]
    assert analyse({path: silenced}).observations == ()


@pytest.mark.parametrize("broken", ["on: [", "- just a list\n", "a: &a [*a]\n", "\0"])
def test_a_file_that_is_no_workflow_is_named_and_hides_no_other(broken: str) -> None:
    seen = analyse({".github/workflows/bad.yml": broken, ".github/workflows/greet.yml": INJECTED})
    assert seen.skipped == (".github/workflows/bad.yml",)
    assert "template-injection" in {one.audit for one in seen.observations}


def test_names_that_look_like_options_or_lead_out_are_only_names() -> None:
    path = ".github/workflows/--format=plain ..\n.yml"
    assert {one.at.path for one in analyse({path: INJECTED}).observations} == {path}


def test_other_files_are_not_looked_at() -> None:
    files: dict[str, str | bytes] = {
        "docs/greet.yml": INJECTED,
        ".github/workflows/old/greet.yml": INJECTED,
    }
    assert analyse(files) == Analysis(observations=(), paths=())


def test_composite_actions_are_looked_at() -> None:
    action = (
        "name: x\ndescription: x\ninputs:\n  title:\n    description: x\n"
        "runs:\n  using: composite\n"
        '  steps:\n    - shell: bash\n      run: echo "${{ inputs.title }}"\n'
    )
    seen = analyse({".github/actions/x/action.yml": action})
    assert in_file(".github/actions/x/action.yml", 10).line in {
        one.at.line for one in seen.observations
    }


def test_without_the_binary_the_answer_is_unknown() -> None:
    seen = Zizmor("/nowhere/zizmor").analyse(snapshot_of({".github/workflows/a.yml": CLEAN}))
    assert isinstance(seen, Unavailable)
    assert seen.needs


def test_an_analysis_that_was_begun_before_says_the_same() -> None:
    snapshot = snapshot_of({".github/workflows/greet.yml": INJECTED})
    with Zizmor().begin(snapshot) as begun:
        early = begun.analyse(snapshot)
    assert early == Zizmor().analyse(snapshot)
    assert isinstance(early, Analysis)
    assert early.observations


def test_what_could_not_be_read_at_the_beginning_is_a_gap_for_whoever_asks() -> None:
    path = ".github/workflows/huge.yml"
    snapshot = snapshot_of({path: CLEAN + "#" * (CONFIG_LIMIT + 1)})
    with Zizmor().begin(snapshot) as begun:
        asked = snapshot.view()
        seen = begun.analyse(asked)
    assert seen == Analysis(observations=(), paths=(), skipped=(path,))
    assert [gap.subject for gap in asked.gaps] == [path]
    assert not snapshot.gaps
