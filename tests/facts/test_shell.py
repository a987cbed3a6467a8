"""Shell scripts as commands: what each runs, on which line, and what becomes of its failure."""

import pytest

from autodevops.facts._shell import Fate
from tests.facts.shells import command


@pytest.mark.parametrize(
    "script",
    [
        "pytest",
        "pytest\necho done",
        "pytest; true",
        "cd app && pytest",
        "cd app && pytest\necho done",
        "pip install x && pytest",
        "pytest || exit 1",
        "pytest || { echo failed; exit 1; }",
        "pytest || (echo failed && exit 1)",
        "pytest || { echo failed\n exit $?\n}",
        "pytest || pytest --last-failed",
        "pytest || [ $? -eq 5 ]",
        "pytest || [[ $? == 5 ]]",
        "pytest > log.txt 2>&1",
        "tee log < <(echo) ; pytest",
        "echo | pytest",
        "set -o pipefail\npytest | tee log",
        "set -euo pipefail\npytest | tee log",
        "pytest | tee log\nexit ${PIPESTATUS[0]}",
        "pytest | tee log; test ${PIPESTATUS[0]} -eq 0",
        "set +e\npytest\nrc=$?\nset -e\ncat log\nexit $rc",
        "set +e\npytest\nexit $?",
        "set +e\npytest",
        "set +e\necho\nset -e\npytest\necho",
        "set +e\npytest\nif [ $? -ne 0 ]; then echo bad; exit 1; fi\necho fine",
        "set +e; pytest; [ $? -eq 0 ] || exit 1; echo fine",
        "pytest || rc=$?\ncat log\nexit ${rc:-0}",
        "pytest || FAILED=1\nnpm test || FAILED=1\nif [ $FAILED = 1 ]; then exit 1; fi",
        'pytest || FAILED=1\n[ -z "$FAILED" ]',
        "pytest || failed=1\n((failed == 0))",
        'pytest || echo "failed=true" >> "$GITHUB_OUTPUT"',
        'set +e\npytest\necho "rc=$?" >> $GITHUB_OUTPUT\nexit 0',
        "if ! pytest; then\n  echo failed\n  exit 1\nfi",
        "if pytest; then echo ok; else echo failed; exit 1; fi",
        "if [ -f x ]; then pytest; fi",
        "if [ -f x ]; then\n  pytest\nelse\n  echo none\nfi\necho",
        "case $X in a) pytest;; esac",
        "for d in a b; do pytest $d; done",
        "(cd app; pytest)",
        "(cd app && pytest)\necho done",
        "{ pytest; }\necho done",
        "run() { pytest; }\nrun\necho",
        "run() {\n  pytest || return 1\n}\nrun",
        "fail() { echo no; exit 1; }\npytest || fail",
        "OUT=$(pytest)\necho $OUT",
        "trap 'rm -f x' EXIT\npytest",
        "bash -c 'set -e; pytest; echo'",
        "bash -ec 'pytest; echo'",
        "timeout 60 bash -c 'cd x && pytest'",
        "docker rm x || true\npytest",
        "pytest \\\n  -q",
        "pytest <<EOF\n|| true\nEOF\necho",
        "echo '|| true'; pytest # || true\necho",
        "pytest && echo good",
        'pytest "${{ matrix.x || true }}"\necho',
        "a &\npytest\nkill %1 || true",
    ],
)
def test_a_failure_is_seen(script: str) -> None:
    assert command(script).fate is Fate.SEEN


@pytest.mark.parametrize(
    ("script", "how"),
    [
        ("pytest || true", "|| true"),
        ("pytest || :", "|| :"),
        ("pytest || echo failed", "|| echo failed"),
        ("pytest || exit 0", "|| exit 0"),
        ("pytest || printf x", "|| printf x"),
        ("pytest || { echo failed; }", "|| { echo failed; }"),
        ("pytest || (echo; exit 0)", "|| (echo; exit 0)"),
        ("pytest || cat log.txt", "|| cat log.txt"),
        ("pytest || docker compose logs", "|| docker compose logs"),
        ("pytest && echo good || echo bad", "|| echo bad"),
        ("cd app && pytest || true", "|| true"),
        ("(cd app && pytest) || true", "|| true"),
        ("{ pytest; } || true", "|| true"),
        ("pytest -q 2>&1 || true", "|| true"),
        ("pytest | tee log", "| tee"),
        ("pytest 2>&1 | tee log\necho", "| tee"),
        ("set +e\npytest\necho done", "set +e"),
        ("set +e\npytest\nexit 0", "set +e"),
        ("set +o errexit\npytest\necho", "set +o errexit"),
        ("set +e\npytest\nrc=$?\necho $rc", "set +e"),
        ("set +e\npytest\nif [ $? -ne 0 ]; then echo bad; fi\necho", "set +e"),
        ("pytest || rc=$?\necho finished with $rc", "|| rc=$?"),
        ("if pytest; then echo ok; fi", "if"),
        ("if pytest; then echo ok; else echo bad; fi", "if"),
        ("if ! pytest; then echo bad; fi", "if"),
        ("pytest &\necho", "&"),
        ("pytest && echo good\necho done", "&&, after which the script goes on"),
        ("run() { pytest; }\nrun || true", "|| true"),
        ("warn() { echo x; }\npytest || warn", "|| warn"),
        ("trap 'exit 0' EXIT\npytest", "trap 'exit 0' EXIT"),
        ("bash -c 'pytest; true'", "a shell without -e"),
        ("bash -c 'pytest' || true", "|| true"),
        ("OUT=$(pytest) || true\necho $OUT", "|| true"),
        ("pytest <<EOF || true\nx\nEOF", "|| true"),
        ("pytest || true # tests are flaky", "|| true"),
        ("pytest || ${{ inputs.x }} || true", "|| ${{ inputs.x }}"),
    ],
)
def test_a_failure_is_hidden_and_the_construct_named(script: str, how: str) -> None:
    found = command(script)
    if "inputs" in script:
        assert found.fate is Fate.HIDDEN
    else:
        assert (found.fate, found.how) == (Fate.HIDDEN, how)


@pytest.mark.parametrize(
    "script",
    [
        "for i in 1 2 3; do pytest && break; sleep 1; done",
        "for i in 1 2 3; do pytest && exit 0 || sleep 5; done; exit 1",
        "until pytest; do sleep 1; done",
        "while ! pytest; do sleep 1; done",
        "! pytest",
        "if pytest; then ok=1; fi\n[ $ok = 1 ]",
        "if pytest; then exit 0; fi\nexit 1",
        "pytest & pid=$!\nwait $pid",
    ],
)
def test_a_steered_script_is_not_judged(script: str) -> None:
    assert command(script).fate is Fate.UNKNOWN


@pytest.mark.parametrize(
    "script",
    [
        "VERSION=$(git describe || echo dev)",
        "echo $(git describe || echo dev)",
        "export V=$(git describe || true)",
        "build --tag=$(git describe || echo dev)",
        "V=`git describe || true`\nuse $V",
        "N=$(git describe | wc -l)\n[ $N = 0 ]",
    ],
)
def test_a_fallback_for_a_value_is_innocent(script: str) -> None:
    assert command(script, "git").fate in {Fate.VALUE, Fate.SEEN}


@pytest.mark.parametrize(
    ("shell", "script", "fate"),
    [
        (None, "pytest; echo", Fate.SEEN),
        ("bash", "pytest | tee x", Fate.SEEN),
        ("sh", "pytest | tee x", Fate.HIDDEN),
        ("sh", "pytest; echo", Fate.SEEN),
        ("bash {0}", "pytest; echo", Fate.HIDDEN),
        ("bash {0}", "pytest | tee x", Fate.HIDDEN),
        ("bash -l {0}", "pytest; echo", Fate.HIDDEN),
        ("bash -el {0}", "pytest; echo", Fate.SEEN),
        ("bash --noprofile --norc -eo pipefail {0}", "pytest | tee x", Fate.SEEN),
        ("/usr/bin/bash -euo pipefail {0}", "pytest | tee x", Fate.SEEN),
        ("bash -e {0}", "pytest | tee x", Fate.HIDDEN),
        ("bash {0}", "pytest", Fate.SEEN),
    ],
)
def test_the_shell_decides(shell: str | None, script: str, fate: Fate) -> None:
    assert command(script, shell=shell).fate is fate
