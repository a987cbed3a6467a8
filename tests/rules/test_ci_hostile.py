"""Every CI rule about workflows that nobody wrote in good faith: none raises, none takes long."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.engine.resolve import Resolver
from autodevops.facts.catalog import FACTS
from autodevops.guide.load import built_in_guide
from autodevops.rules.catalog import RULES
from tests.support.examples import few
from tests.support.growth import assert_linear
from tests.support.memory import snapshot_of
from tests.support.pipelines import CI, GOOD, SERVICES

CI_RULES = [rule for rule in RULES if rule.family == "CI"]
PIECES = [
    "|| true", "${{ x }}", "[]", "{}", "~", "- ", "\n", "  ", "if: ", "needs: ", "é", "\0", "'",
    '"', "&a ", "*a", "<<: ", "|", "run: ", "uses: ./", "$(", "1", ": ", "on: ", "jobs: ",
]  # fmt: skip


def ask_all(files: dict[str, str]) -> Iterator[object]:
    """Ask every CI rule about the same facts."""
    sections = {type(section): section for section in built_in_guide().sections()}
    resolver = Resolver(snapshot_of(files), sections, FACTS)
    for rule in CI_RULES:
        arguments = resolver.arguments(rule.question)
        if arguments.crash is not None:
            raise arguments.crash
        yield from () if arguments.missing is not None else rule.question(**arguments.values)


@few(40)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 8), st.sampled_from(PIECES))))
def test_no_workflow_raises(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, piece in changes:
        text = text[:at] + piece + text[at + length :]
    files = {**SERVICES, CI: text, "Makefile": text, "scripts/x.sh": text}
    assert len(list(ask_all(files))) < 1_000


def workflow(job: str, times: int) -> str:
    return "on: push\njobs:\n" + "".join(job.replace("%", str(n)) for n in range(times))


def needs(times: int) -> str:
    needed = "j1, j2, j3, " * 90
    job = f"  j%: {{name: build, runs-on: x, needs: [{needed}], steps: [{{run: x}}]}}\n"
    return workflow(job, times)


def steps(times: int) -> str:
    step = "{id: a, run: 'pytest > a.xml || true; echo ${{ steps.a.outcome }}; exit 1'}"
    return "jobs:\n  backend-test:\n    steps:\n" + f"      - {step}\n" * times


def shell(times: int) -> str:
    lines = "".join(f"      - run: '{'a=(' * 300}{n}'\n" for n in range(times))
    return f"jobs:\n  backend-test:\n    steps:\n{lines}"


def matrix(times: int) -> str:
    values = f"{{a: [{'1, ' * 300}], b: [{'2, ' * 300}]}}"
    return workflow(f"  j%: {{strategy: {{matrix: {values}}}}}\n", times)


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (needs, 10),
        (steps, 50),
        (shell, 2),
        (lambda n: "jobs: {a: {" + "".join(f"k{at}: 1, " for at in range(n)) + "}}", 300),
        (lambda n: workflow("  j%: {steps: 1, foo: 2}\n", n), 100),
        (matrix, 3),
    ],
    ids=["needs", "steps", "shell", "keys", "jobs", "matrix"],
)
def test_a_flood_takes_time_that_grows_with_it(made: Callable[[int], str], size: int) -> None:
    assert_linear(lambda text: list(ask_all({**SERVICES, CI: text})), made, size)


def test_scripts_that_run_each_other_end() -> None:
    scripts = ", ".join(
        f'"s{n}": "run-s {" ".join(f"s{m}" for m in range(40))}"' for n in range(40)
    )
    files = {
        CI: "jobs: {backend-test: {steps: [{run: npm run s0}, {run: make a}]}}",
        "package.json": f'{{"scripts": {{{scripts}}}}}',
        "Makefile": "a: a b\n\t$(MAKE) a\nb: a\n\tbash x.sh\n",
        "x.sh": "bash x.sh\nmake b\n",
    }
    assert len(list(ask_all(files))) < 100
