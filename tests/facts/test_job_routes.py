"""The ways into a job are found, however many workflows call each other."""

from autodevops.facts._job_routes import routes
from autodevops.facts._reported_checks import reported_checks
from autodevops.facts.workflows import Workflows, workflows
from tests.support.growth import assert_linear
from tests.support.memory import snapshot_of

FOLDER = ".github/workflows"


def calling(path: str) -> str:
    return f"uses: ./{FOLDER}/{path}.yml"


def read(**files: str) -> Workflows:
    return workflows(snapshot_of({f"{FOLDER}/{name}.yml": text for name, text in files.items()}))


def test_each_caller_is_a_way() -> None:
    found = read(
        ship="on: workflow_call\njobs: {deploy: {steps: [{run: x}]}}\n",
        main=f"on: push\njobs: {{a: {{{calling('ship')}}}, b: {{{calling('ship')}}}}}\n",
    )
    (job,) = found.by_path[f"{FOLDER}/ship.yml"].jobs
    assert [route.jobs[-1].id for route in routes(job, found)] == ["a", "b"]


def test_calls_that_lead_nowhere_end() -> None:
    def made(count: int) -> Workflows:
        jobs = ", ".join(f"j{at}: {{{calling(f'w{at}')}}}" for at in range(count))
        files = {f"w{at}": f"on: workflow_call\njobs: {{{jobs}}}\n" for at in range(count)}
        return read(**files)

    def find(found: Workflows) -> None:
        assert routes(found.jobs[0], found) == ()

    assert_linear(find, made, 12)


def test_an_input_that_grows_from_call_to_call_is_not_followed() -> None:
    call = f"on: workflow_call\njobs: {{j: {{with: {{x: '{'${{ inputs.x }}' * 200}'}}, "
    found = read(
        w4="on: workflow_call\njobs: {deploy: {steps: [{run: x}]}}\n",
        **{f"w{at}": f"{call}{calling(f'w{at + 1}')}}}}}\n" for at in (1, 2, 3)},
        w0=f"on: push\njobs: {{j: {{with: {{x: abc}}, {calling('w1')}}}}}\n",
    )
    (job,) = found.by_path[f"{FOLDER}/w4.yml"].jobs
    (route,) = routes(job, found)
    assert route.inputs == {}
    assert route.caller is not None
    assert route.caller.caller is not None


def test_calls_that_report_nothing_end() -> None:
    def made(count: int) -> Workflows:
        files = {"w3": "on: workflow_call\njobs: {}\n"}
        for level, event in enumerate(["push", "workflow_call", "workflow_call"]):
            jobs = ", ".join(f"j{at}: {{{calling(f'w{level + 1}')}}}" for at in range(count))
            files[f"w{level}"] = f"on: {event}\njobs: {{{jobs}}}\n"
        return read(**files)

    def report(found: Workflows) -> None:
        assert reported_checks(found).beginnings == ("",)

    assert_linear(report, made, 20)
