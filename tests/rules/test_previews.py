"""Previews of pull requests, and whose secrets a job takes."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import deploy_flow as df
from tests.rules.deploying import DEPLOY, IN_PRODUCTION, MAIN, SHIP, deploy
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations

API = {"app/main.py": "x = 1\n"}


def test_pull_requests_get_a_preview() -> None:
    (found,) = violations(df.preview_missing, API | deploy("- run: kubectl apply -f k8s"))
    assert found.subject == "preview"


@pytest.mark.parametrize(
    "files",
    [
        deploy("- run: helm upgrade shop c", on="pull_request:", head="environment: Preview"),
        deploy("- run: make preview", on="pull_request:", job="preview"),
        deploy("- run: vercel deploy", on="pull_request:"),
        deploy("- run: helm upgrade shop c -n pr-${{ github.event.number }}", on="pull_request:"),
        deploy(
            "- run: fly deploy",
            on=f"{MAIN}\n  pull_request:",
            head="environment: ${{ github.event_name == 'push' && 'Production' || 'Preview' }}",
        ),
    ],
)
def test_any_kind_of_preview_is_one(files: dict[str, str | bytes]) -> None:
    assert violations(df.preview_missing, API | files) == []


@pytest.mark.parametrize("extra", [{"vercel.json": "{}"}, {"netlify.toml": "[build]\n"}, {}])
def test_a_platforms_own_previews_can_t_be_seen(extra: dict[str, str]) -> None:
    steps = "- run: kubectl apply -f k8s" if extra else SHIP
    said = outcomes(df.preview_missing, {**API, **deploy(steps), **extra})
    assert [type(one) for one in said] == [Unknown]


def test_previews_are_asked_where_services_are_deployed() -> None:
    assert is_not_applicable(df.preview_missing, deploy())
    assert is_not_applicable(df.preview_missing, API)


def test_a_preview_may_be_made_elsewhere() -> None:
    text = f"on:\n  {MAIN}\njobs:\n  deploy:\n    uses: acme/ci/.github/workflows/deploy.yml@v1\n"
    said = outcomes(df.preview_missing, {**API, DEPLOY: text})
    assert [type(one) for one in said] == [Unknown]


def preview(env: str, head: str = "environment: Preview") -> dict[str, str | bytes]:
    return deploy(f"{SHIP}\n  env:\n    TOKEN: {env}", on="pull_request:", head=head, job="preview")


@pytest.mark.parametrize(
    "env", ["${{ secrets.PROD_TOKEN }}", "${{ secrets['production_key'] }}", "x${{secrets.PROD_A}}"]
)
def test_a_preview_takes_no_production_secret(env: str) -> None:
    assert subjects(df.preview_secrets, preview(env)) == [f"{DEPLOY}#preview"]
    assert lines(df.preview_secrets, preview(env)) == [(DEPLOY, 10)]


def test_a_preview_in_productions_environment_takes_its_secrets() -> None:
    (found,) = violations(
        df.preview_secrets, preview("${{ secrets.TOKEN }}", "environment: production")
    )
    assert found.evidence["environment"] == "production"


def test_secrets_of_the_workflow_and_of_its_caller_count() -> None:
    called = ".github/workflows/ship.yml"
    inner = preview("${{ secrets.TOKEN }}")[DEPLOY]
    assert isinstance(inner, str)
    caller = (
        f"on: pull_request\njobs:\n  ship:\n    uses: ./{called}\n"
        "    secrets:\n      TOKEN: ${{ secrets.PROD_TOKEN }}\n"
    )
    files = {DEPLOY: caller, called: inner.replace("pull_request:", "workflow_call:")}
    (found,) = violations(df.preview_secrets, files)
    assert (found.subject, found.locations[0].path) == (f"{called}#preview", DEPLOY)
    everywhere = preview("x")[DEPLOY]
    assert isinstance(everywhere, str)
    text = "env:\n  KEY: ${{ secrets.PROD_KEY }}\n" + everywhere
    assert subjects(df.preview_secrets, {DEPLOY: text}) == [f"{DEPLOY}#preview"]


@pytest.mark.parametrize(
    "files",
    [
        preview("${{ secrets.RAILWAY_TOKEN }}"),
        preview("${{ secrets.PREVIEW_TOKEN }}", "environment: preview"),
        preview("${{ secrets.PRODUCT_TOKEN }}"),
        preview("${{ secrets.GITHUB_TOKEN }}", "environment: Production"),
        preview("${{ github.event_name == 'push' && secrets.PROD_TOKEN || secrets.TOKEN }}"),
        preview("${{ vars.PROD_URL }}"),
        preview("secrets.PROD_TOKEN is not for previews"),
        deploy(
            "- run: fly deploy -a pr-1\n- if: github.event_name == 'push'\n  run: fly deploy\n"
            "  env:\n    TOKEN: ${{ secrets.PROD_TOKEN }}",
            on="push: {branches: [main]}\n  pull_request:",
        ),
    ],
)
def test_previews_with_secrets_of_their_own_are_innocent(files: dict[str, str | bytes]) -> None:
    assert subjects(df.preview_secrets, files) == []


def test_production_jobs_take_production_secrets() -> None:
    files = deploy(f"{SHIP}\n  env:\n    TOKEN: ${{{{ secrets.PROD_TOKEN }}}}", head=IN_PRODUCTION)
    assert is_not_applicable(df.preview_secrets, files)
