from collections.abc import Mapping

import pytest

from autodevops.model.finding import Confidence, NotApplicable, Severity, Unknown
from autodevops.rules import deploy_flow as df
from tests.rules.deploying import DEPLOY, IN_PRODUCTION, MAIN, SHIP, deploy
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

# DF001


@pytest.mark.parametrize(
    "steps",
    [
        SHIP,
        "- run: vercel deploy --prod --token x",
        "- run: kubectl -n shop apply -f k8s/",
        "- run: npx wrangler deploy",
        "- run: npx -y @railway/cli@4 up --service api",
        "- run: pnpm dlx netlify-cli@17 deploy --prod",
        "- run: bun x wrangler deploy",
        "- run: |\n    cd infra\n    terraform apply -auto-approve",
        "- run: aws ecs update-service --cluster shop --service api --force-new-deployment",
        "- run: supabase db push",
        '- run: curl -fsS -X POST "$RENDER_DEPLOY_HOOK"',
        "- uses: superfly/flyctl-actions@v1\n  with:\n    args: deploy --remote-only",
        "- uses: google-github-actions/deploy-cloudrun@v2",
    ],
)
def test_a_job_that_deploys_names_its_environment(steps: str) -> None:
    (found,) = violations(df.deploy_environment, deploy(steps, job="release"))
    assert found.subject == f"{DEPLOY}#release"
    assert found.message.endswith("names no environment; the guide has Preview and Production")
    assert found.locations[0].line == 4
    assert found.evidence["actual"] is None
    assert violations(df.deploy_environment, deploy(steps, head="environment: Production")) == []


def test_a_job_that_is_called_deploy_deploys() -> None:
    over_ssh = "- run: docker push acme/api:1.2\n- run: ssh shop docker compose pull"
    assert subjects(df.deploy_environment, deploy(over_ssh)) == [f"{DEPLOY}#deploy"]


@pytest.mark.parametrize(
    "action", ["peter-evans/create-pull-request@v7", "newrelic/deployment-marker-action@v2"]
)
def test_a_job_that_only_tells_others_deploys_nothing(action: str) -> None:
    steps = f"- uses: acme/sponsors@v1\n- uses: {action}"
    assert is_not_applicable(df.deploy_environment, deploy(steps))


def test_a_script_is_followed_to_the_deploy() -> None:
    files = deploy("- run: ./scripts/ship.sh", job="release")
    files |= {"scripts/ship.sh": "#!/bin/sh\nfly deploy\n"}
    assert subjects(df.deploy_environment, files) == [f"{DEPLOY}#release"]


def test_a_reusable_workflow_is_judged_where_its_job_runs() -> None:
    called = ".github/workflows/ship.yml"
    caller = f"on:\n  {MAIN}\njobs:\n  deploy:\n    uses: ./{called}\n"
    files = {DEPLOY: caller, called: deploy(on="workflow_call:")[DEPLOY]}
    assert subjects(df.deploy_environment, files) == [f"{called}#deploy"]


@pytest.mark.parametrize(
    ("steps", "job"),
    [
        ("- run: npm publish", "deploy"),
        ("- uses: pypa/gh-action-pypi-publish@v1", "deploy"),
        ("- uses: actions/deploy-pages@v4", "deploy"),
        ("- run: vercel deploy web/storybook", "deploy-storybook"),
        ("- uses: docker/build-push-action@v6\n  with:\n    push: true", "build"),
        ("- uses: helm/kind-action@v1\n- run: kubectl apply -f k8s", "cluster"),
        ("- run: helm upgrade --install shop chart", "e2e-test"),
        ("- run: wrangler deploy --dry-run", "build"),
        ("- run: terraform plan", "plan"),
        ("- run: vercel build --prod", "build"),
        ("- run: kubectl get pods", "status"),
        ("- run: supabase db push --local", "build"),
        ("- run: git push origin main", "bump"),
    ],
)
def test_what_deploys_no_service_needs_no_environment(steps: str, job: str) -> None:
    assert is_not_applicable(df.deploy_environment, deploy(steps, job=job))


def test_a_job_that_never_runs_deploys_nothing() -> None:
    assert is_not_applicable(df.deploy_environment, deploy(head="if: false"))


def test_deployments_of_another_repository_are_not_judged_here() -> None:
    text = f"on:\n  {MAIN}\njobs:\n  deploy:\n    uses: acme/ci/.github/workflows/deploy.yml@v1\n"
    assert is_not_applicable(df.deploy_environment, {DEPLOY: text})
    assert is_not_applicable(df.production_gate, {DEPLOY: text})


# DF002


@pytest.mark.parametrize(
    ("on", "head", "what"),
    [
        ("pull_request:", IN_PRODUCTION, "a pull request"),
        ("pull_request_target:", IN_PRODUCTION, "a pull request"),
        ("push:", IN_PRODUCTION, "a push to feature/example"),
        ("push: {branches: ['**']}", IN_PRODUCTION, "a push to feature/example"),
        ("push: {branches-ignore: [docs]}", IN_PRODUCTION, "a push to feature/example"),
        ("push: {branches: [main, production]}", IN_PRODUCTION, "a push to production"),
        ("push: {tags: [nightly]}", IN_PRODUCTION, "the tag nightly"),
        ("push: {}\n  pull_request:", "", "a push to feature/example"),
    ],
)
def test_production_is_deployed_from_the_trunk_or_a_version_only(
    on: str, head: str, what: str
) -> None:
    (found,) = violations(df.production_gate, deploy(on=on, head=head))
    actual = found.evidence["actual"]
    assert isinstance(actual, list)
    assert actual[0] == what
    assert (found.severity, found.confidence) == (None, Confidence.HIGH)


@pytest.mark.parametrize(
    ("on", "head"),
    [
        (MAIN, IN_PRODUCTION),
        ("push: {tags: ['v*']}", IN_PRODUCTION),
        ("release: {types: [published]}", IN_PRODUCTION),
        ("push:", "environment: Production\nif: github.ref == 'refs/heads/main'"),
        ("push:", "environment: Production\nif: startsWith(github.ref, 'refs/tags/v')"),
        (
            "push: {}\n  pull_request:",
            "if: github.event_name == 'push' && github.ref_name == 'main'",
        ),
        ("pull_request:", "environment: Preview"),
        ("push: {}\n  pull_request:", "environment: staging"),
        (
            "push: {}\n  pull_request:",
            "environment: ${{ github.ref == 'refs/heads/main' && 'Production' || 'Preview' }}",
        ),
        ("push:", "environment: ${{ vars.ENVIRONMENT }}"),
        ("push: {branches: [main, staging]}", ""),
        (
            "pull_request: {types: [closed], branches: [main]}",
            "environment: Production\nif: github.event.pull_request.merged == true",
        ),
        ("workflow_dispatch:", IN_PRODUCTION),
        ("schedule: [{cron: '0 1 * * *'}]", IN_PRODUCTION),
        ("workflow_dispatch:", "if: github.ref == 'refs/heads/main'"),
    ],
)
def test_what_can_only_deploy_the_trunk_is_innocent(on: str, head: str) -> None:
    assert violations_or_none(deploy(on=on, head=head)) == []


def violations_or_none(files: Mapping[str, str | bytes]) -> list[str]:
    """Return the subjects, none for a rule that finds nothing to judge."""
    said = outcomes(df.production_gate, files)
    return [one.subject for one in said if not isinstance(one, (NotApplicable, Unknown))]


@pytest.mark.parametrize(
    "steps",
    [
        "- if: github.ref == 'refs/heads/main'\n  run: railway up",
        "- run: vercel deploy",
        '- run: |\n    if [ "$GITHUB_REF" != refs/heads/main ]; then exit 1; fi\n    railway up',
        "- run: vercel deploy ${{ github.ref == 'refs/heads/main' && '--prod' || '' }}",
        '- run: railway up --environment "$ENVIRONMENT"',
        "- run: |\n    if [ $GITHUB_REF = refs/heads/main ]; then vercel --prod; else vercel; fi",
        "- run: railway up\n  env:\n    TOKEN: ${{ github.ref == 'x' && secrets.A || secrets.B }}",
    ],
)
def test_steps_that_choose_are_innocent(steps: str) -> None:
    assert violations_or_none(deploy(steps, on="push: {}\n  pull_request:")) == []


def test_a_condition_of_what_a_job_waits_for_is_its_own() -> None:
    gate = (
        "  gate:\n    if: github.ref == 'refs/heads/main'\n    runs-on: ubuntu-latest\n"
        "    steps:\n      - run: 'true'\n"
    )
    guarded = deploy(on="push:", head="needs: gate\nenvironment: Production", more=gate)
    assert violations_or_none(guarded) == []
    ungated = deploy(
        on="push:", head="needs: gate\nif: always()\nenvironment: Production", more=gate
    )
    assert violations_or_none(ungated) == [f"{DEPLOY}#deploy"]


def test_the_callers_trigger_and_inputs_count() -> None:
    called = ".github/workflows/ship.yml"
    inner = deploy(
        on="workflow_call: {inputs: {place: {type: string}}}",
        head="environment: ${{ inputs.place }}",
    )[DEPLOY]

    def caller(place: str, condition: str = "true") -> dict[str, str | bytes]:
        text = (
            "on: pull_request\njobs:\n  ship:\n"
            f"    if: {condition}\n    uses: ./{called}\n    with:\n      place: {place}\n"
        )
        return {DEPLOY: text, called: inner}

    (found,) = violations(df.production_gate, caller("production"))
    assert found.subject == f"{called}#deploy"
    assert found.locations[-1].path == DEPLOY
    assert violations_or_none(caller("preview")) == []
    assert violations_or_none(caller("production", "github.event_name == 'push'")) == []


def test_a_matrix_deploys_to_each_of_its_environments() -> None:
    head = "environment: ${{ matrix.at }}\nstrategy: {matrix: {at: [Preview, Production]}}"
    assert violations_or_none(deploy(on="pull_request:", head=head)) == [f"{DEPLOY}#deploy"]


def test_a_start_by_hand_without_an_environment_is_a_weak_finding() -> None:
    (found,) = violations(df.production_gate, deploy(on=f"{MAIN}\n  workflow_dispatch:"))
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.LOW)
    checked = '- run: test "$GITHUB_REF" = refs/heads/main\n' + SHIP
    assert violations_or_none(deploy(checked, on=f"{MAIN}\n  workflow_dispatch:")) == []


def test_conditions_of_composite_steps_count() -> None:
    action = {
        ".github/actions/ship/action.yml": "runs:\n  using: composite\n  steps:\n"
        "    - run: railway up\n      shell: bash\n"
    }
    guarded = "- if: github.ref == 'refs/heads/main'\n  uses: ./.github/actions/ship"
    assert violations_or_none({**deploy(guarded, on="push:"), **action}) == []
    open_to_all = deploy("- uses: ./.github/actions/ship", on="push:")
    assert violations_or_none({**open_to_all, **action}) == [f"{DEPLOY}#deploy"]


# DF006


@pytest.mark.parametrize(
    "steps",
    [
        "- run: vercel --prod",
        "- run: vercel promote https://x.vercel.app",
        "- run: netlify deploy --prod --dir dist",
        "- uses: amondnet/vercel-action@v25\n  with:\n    vercel-args: --prod",
        "- uses: netlify/actions/cli@v1\n  with:\n    args: deploy --prod",
        "- uses: firebaseextended/action-hosting-deploy@v0\n  with:\n    channelId: live",
        "- uses: azure/webapps-deploy@v3\n  with:\n    slot-name: production",
        "- run: railway up --environment production",
        "- run: kubectl apply -k k8s/overlays/production",
    ],
)
def test_options_and_inputs_say_that_it_is_production(steps: str) -> None:
    assert violations_or_none(deploy(steps, on="pull_request:")) == [f"{DEPLOY}#deploy"]


@pytest.mark.parametrize(
    "steps",
    [
        "- run: vercel deploy --target=staging",
        "- run: netlify deploy --alias x",
        "- uses: nwtgck/actions-netlify@v3\n  with:\n    publish-dir: dist",
        "- uses: firebaseextended/action-hosting-deploy@v0",
        "- run: firebase hosting:channel:deploy x",
        "- run: gcloud run deploy api --no-traffic",
        "- run: railway up --environment pre-prod",
        "- uses: azure/webapps-deploy@v3\n  with:\n    slot-name: staging",
    ],
)
def test_options_and_inputs_say_that_it_is_not_production(steps: str) -> None:
    assert violations_or_none(deploy(steps, on="push: {}\n  pull_request:")) == []
