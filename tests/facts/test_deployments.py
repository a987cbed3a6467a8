import pytest

from autodevops.engine.resolve import Resolver
from autodevops.facts._deploy_places import Place, place_in
from autodevops.facts._job_routes import all_hold, filled, one_holds
from autodevops.facts.catalog import FACTS
from autodevops.facts.deployments import Deployments
from autodevops.facts.occasions import Occasion
from autodevops.guide.load import built_in_guide
from tests.support.memory import snapshot_of

FILE = ".github/workflows/deploy.yml"
CALLED = ".github/workflows/ship.yml"
SECTIONS = {type(section): section for section in built_in_guide().sections()}


def found(files: dict[str, str]) -> Deployments:
    def rule(deployments: Deployments) -> None:
        """Ask for the fact."""

    arguments = Resolver(snapshot_of(files), SECTIONS, FACTS).arguments(rule)
    if arguments.crash is not None:
        raise arguments.crash
    made = arguments.values["deployments"]
    assert isinstance(made, Deployments)
    return made


def environments(files: dict[str, str], occasion: Occasion) -> set[str | None]:
    made = found(files)
    return {
        name
        for one in made.jobs
        for route in one.routes
        for name in one.environments(route, made.occasions.known(occasion))
    }


def job(environment: str, more: str = "") -> str:
    return (
        f"jobs:\n  deploy:\n    environment: {environment}\n{more}    runs-on: ubuntu-latest\n"
        "    steps:\n      - run: railway up\n"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Production", Place.PRODUCTION),
        ("prod-eu", Place.PRODUCTION),
        ("deploy_prod", Place.PRODUCTION),
        ("preview", Place.PREVIEW),
        ("pr-${{ github.event.number }}", Place.PREVIEW),
        ("staging", Place.OTHER),
        ("pre-prod", Place.OTHER),
        ("nonprod", Place.OTHER),
        ("product", Place.UNSAID),
        ("staging or production", Place.UNSAID),
        ("", Place.UNSAID),
    ],
)
def test_names_speak_of_places(text: str, place: Place) -> None:
    assert place_in(text) is place


def test_an_environment_may_depend_on_the_occasion() -> None:
    name = "${{ github.event_name == 'push' && 'Production' || 'Preview' }}"
    files = {FILE: "on: [push, pull_request]\n" + job(name)}
    assert environments(files, Occasion.PUSH) == {"Production"}
    assert environments(files, Occasion.PULL_REQUEST) == {"Preview"}


def test_a_call_hands_over_inputs_defaults_and_each_value_of_its_matrix() -> None:
    called = (
        "on:\n  workflow_call:\n    inputs:\n      place: {type: string, default: Preview}\n"
        + job("${{ inputs.place }}")
    )
    caller = f"on: push\njobs:\n  ship:\n    uses: ./{CALLED}\n"
    matrix = "    strategy:\n      matrix:\n        at: [one, two]\n    with:\n      place: "
    assert environments({CALLED: called, FILE: caller}, Occasion.PUSH) == {"Preview"}
    handed = {CALLED: called, FILE: f"{caller}{matrix}${{{{ matrix.at }}}}\n"}
    assert environments(handed, Occasion.PUSH) == {"one", "two"}
    opened = {CALLED: called, FILE: f"{caller}{matrix}${{{{ needs.x.outputs.y }}}}\n"}
    assert environments(opened, Occasion.PUSH) == {None}


def test_workflows_that_call_each_other_end() -> None:
    text = f"on: workflow_call\njobs:\n  a:\n    uses: ./{FILE}\n  deploy:\n    steps:\n"
    other = text.replace(FILE, CALLED)
    step = "      - run: railway up\n"
    made = found({CALLED: text + step, FILE: other + step})
    assert [one.routes for one in made.jobs] == [(), ()]


def test_a_workflow_that_nothing_calls_has_no_route() -> None:
    made = found({CALLED: "on: workflow_call\n" + job("Production")})
    assert [one.routes for one in made.jobs] == [()]


def test_answers_are_put_together_as_far_as_they_are_known() -> None:
    assert all_hold([True, None, False]) is False
    assert all_hold([True, None]) is None
    assert all_hold([]) is True
    assert one_holds([False, None, True]) is True
    assert one_holds([False, None]) is None
    assert one_holds([False]) is False


def test_texts_are_filled_where_all_is_known() -> None:
    known = {"inputs.a": "x"}
    assert filled("p-${{ inputs.a }}-${{ 'q' }}", known) == "p-x-q"
    assert filled("p-${{ inputs.b }}", known) is None
    assert filled("plain", known) == "plain"
