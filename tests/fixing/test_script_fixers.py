"""Values leave scripts for the environment: each quoting, each way to write a step."""

import pytest

from autodevops.fixing._quoting import Quoting, expressions
from tests.fixing.workflows import CI, HEAD, changed, job, workflow
from tests.support.repairing import refusal, repaired

TITLE = "${{ github.event.issue.title }}"
HEAD_REF = "${{ github.head_ref }}"
TOKEN = "${{ secrets.TOKEN }}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo X", [Quoting.BARE]),
        ('echo "a X b"', [Quoting.DOUBLE]),
        ("echo 'a X b' X", [Quoting.SINGLE, Quoting.BARE]),
        ('echo "$(cat X)" X', [Quoting.BARE, Quoting.BARE]),
        ('echo "$(cat "X")"', [Quoting.DOUBLE]),
        ('echo "it\'s X"', [Quoting.DOUBLE]),
        ("echo it\\'s X", [Quoting.BARE]),
        ("echo a # X\necho X", [Quoting.COMMENT, Quoting.BARE]),
        ("echo a#X", [Quoting.BARE]),
        ("cat <<EOF\nX '\nEOF\necho X", [Quoting.HERE, Quoting.BARE]),
        ("cat <<'EOF'\nX\nEOF\necho X", [Quoting.QUOTED_HERE, Quoting.BARE]),
        ("cat <<-EOF | sh\n\tX\n\tEOF\necho X", [Quoting.HERE, Quoting.BARE]),
        ("cat <<< X", [Quoting.BARE]),
        ("echo $((X + 1)) X", [Quoting.ODD, Quoting.BARE]),
        ("echo `cat X` X", [Quoting.ODD, Quoting.BARE]),
        ("case a in b) echo X;; esac", [Quoting.BARE]),
        ("echo 'open X", [Quoting.SINGLE]),
        ("echo ${{ never", []),
    ],
)
def test_each_expression_is_read_the_way_a_shell_would(
    script: str, expected: list[Quoting]
) -> None:
    found = expressions(script.replace("X", TITLE))
    assert [one.quoting for one in found] == expected


def run(script: str, after: str = "") -> str:
    return workflow(job(f"      - {script}\n{after}"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f'run: echo "{TITLE}"',
            f'run: echo "$EVENT"\n        env:\n          EVENT: {TITLE}',
        ),
        (
            f"run: git checkout {HEAD_REF} && ls",
            f'run: git checkout "$HEAD_REF" && ls\n        env:\n          HEAD_REF: {HEAD_REF}',
        ),
        (
            f"run: echo 'was {HEAD_REF}'",
            f"run: echo 'was '\"$HEAD_REF\"''\n        env:\n          HEAD_REF: {HEAD_REF}",
        ),
        (
            f'run: "git checkout {HEAD_REF}"',
            f'run: "git checkout \\"$HEAD_REF\\""\n        env:\n          HEAD_REF: {HEAD_REF}',
        ),
        (
            f'run: echo "a_{HEAD_REF}_b"',
            f'run: echo "a_${{HEAD_REF}}_b"\n        env:\n          HEAD_REF: {HEAD_REF}',
        ),
    ],
)
def test_what_a_stranger_writes_reaches_a_script_as_data(before: str, after: str) -> None:
    after = after.replace("EVENT", "ISSUE_TITLE")
    assert changed("WS001", run(before)) == run(after)


def test_a_long_script_gets_its_environment_on_top_and_keeps_all_else() -> None:
    step = f"""\
      - name: greet
        # Says hello.
        run: |
          set -e   # strict
          echo "{TITLE}"
          git checkout {HEAD_REF}

          echo "{TITLE} again"
        shell: bash
"""
    expected = """\
      - name: greet
        # Says hello.
        env:
          HEAD: ref
          TITLE: text
        run: |
"""
    before = workflow(job(step))
    after = changed("WS001", before.replace("\n", "\r\n"))
    assert after.count("\n") == after.count("\r\n")
    lines = after.replace("\r\n", "\n")
    assert '          echo "$ISSUE_TITLE"\n          git checkout "$HEAD_REF"\n\n' in lines
    assert '          echo "$ISSUE_TITLE again"\n        shell: bash\n' in lines
    assert "          set -e   # strict\n" in lines
    assert expected.split("env:", maxsplit=1)[0].replace("# Says hello.\n        ", "") in lines
    assert f"          ISSUE_TITLE: {TITLE}\n" in lines
    assert lines.count("env:") == 1


def test_a_variable_that_carries_the_value_already_is_used() -> None:
    env = f"        env:\n          REF: {HEAD_REF} # the branch\n"
    before = run(f"run: git checkout {HEAD_REF}", env)
    assert changed("WS001", before) == before.replace(f"checkout {HEAD_REF}", 'checkout "$REF"')


def test_a_taken_name_is_not_taken_again() -> None:
    before = run(f"run: HEAD_REF=x git checkout {HEAD_REF}")
    assert (
        f'HEAD_REF=x git checkout "$HEAD_REF_2"\n        env:\n          HEAD_REF_2: {HEAD_REF}'
        in (changed("WS001", before))
    )


def test_what_was_read_back_from_the_environment_is_read_there() -> None:
    env = f"        env:\n          TITLE: {TITLE}\n"
    before = run('run: echo "${{ env.TITLE }}"', env)
    assert changed("WS001", before) == before.replace("${{ env.TITLE }}", "$TITLE")


def test_composite_actions_are_repaired_too() -> None:
    action = f"""\
name: Greet
runs:
  using: composite
  steps:
    - run: echo "{TITLE}"
      shell: bash
"""
    path = ".github/actions/greet/action.yml"
    expected = action.replace(TITLE, "$ISSUE_TITLE").replace(
        "      shell: bash\n", f"      env:\n        ISSUE_TITLE: {TITLE}\n      shell: bash\n"
    )
    assert changed("WS001", action, path) == expected


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (f'run: bash -c "echo {TITLE}"', "reads the value as code"),
        (f"run: node -e 'log(\"{TITLE}\")'", "single quotes"),
        (f"run: |\n          cat <<'EOF'\n          {TITLE}\n          EOF", "reads no variables"),
        (f"run: echo $(({TITLE} + 1))", "reads no variables"),
        (f"run: print('{TITLE}')\n        shell: python", "python"),
    ],
)
def test_a_variable_that_would_not_help_is_refused(script: str, reason: str) -> None:
    assert reason in refusal("WS001", {CI: run(script)})


def test_a_step_in_one_line_is_refused() -> None:
    before = workflow(f'  a:\n    runs-on: x\n    steps: [{{run: "echo {TITLE}"}}]\n')
    assert repaired("WS001", {CI: before}).edits == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"run: deploy --token {TOKEN}",
            f'run: deploy --token "$TOKEN"\n        env:\n          TOKEN: {TOKEN}',
        ),
        (
            f'run: |\n          curl -H "Authorization: Bearer {TOKEN}" x',
            (
                'run: |\n          curl -H "Authorization: Bearer $TOKEN" x'
                f"\n        env:\n          TOKEN: {TOKEN}"
            ),
        ),
        (
            f"run: ssh host \"deploy '{TOKEN}'\"",
            f"run: ssh host \"deploy '$TOKEN'\"\n        env:\n          TOKEN: {TOKEN}",
        ),
    ],
)
def test_secrets_reach_scripts_by_the_environment(before: str, after: str) -> None:
    before, after = (one.replace("run: curl", "run: |\n          curl") for one in (before, after))
    assert changed("WS005", run(before)) == run(after)


def test_on_windows_secrets_are_read_the_way_of_its_shell() -> None:
    before = run(f'run: deploy --token "{TOKEN}"').replace("ubuntu", "windows")
    assert 'run: deploy --token "${env:TOKEN}"\n' in changed("WS005", before)


def test_two_steps_of_one_name_are_repaired_together() -> None:
    step = f"      - name: go\n        run: deploy {TOKEN}\n"
    after = changed("WS005", workflow(job(step + step)))
    assert after.count('run: deploy "$TOKEN"\n        env:\n          TOKEN:') == 2


def test_a_fallback_comes_along() -> None:
    expression = "${{ secrets.TOKEN || 'none: yet' }}"
    before = workflow(job(f"      - run: |\n          deploy {expression}\n"), HEAD)
    after = changed("WS005", before)
    assert f'TOKEN: "{expression}"\n' in after
    assert 'deploy "$TOKEN"\n' in after


def test_a_secret_in_single_quotes_is_a_persons_matter() -> None:
    before = run(f"run: jq '.token = \"{TOKEN}\"' x")
    assert "single quotes" in refusal("WS005", {CI: before})
