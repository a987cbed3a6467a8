import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import deployed_services as df
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

DEPLOY = ".github/workflows/deploy.yml"
RESTART = "- run: kubectl rollout restart deployment/api"


def deploy(*steps: str, head: str = "", more: str = "") -> dict[str, str]:
    """Return a repository with one deploy job of these steps."""
    lines = "".join(f"      {line}\n" for step in steps for line in step.splitlines())
    opening = "".join(f"    {line}\n" for line in head.splitlines())
    text = "on:\n  push: {branches: [main]}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n"
    return {DEPLOY: f"{text}{opening}    steps:\n{lines}{more}"}


# DF007


@pytest.mark.parametrize(
    "step",
    [
        "- run: kubectl set image deployment/api api=acme/api:latest",
        "- run: gcloud run deploy api --image gcr.io/acme/api:latest",
        "- run: fly deploy --image=acme/api:latest",
        "- run: helm upgrade shop ./chart --set api.image.tag=latest",
        "- run: helm upgrade shop ./chart --set replicas=2,image=acme/api:latest",
        "- run: docker service update --image acme/api:latest shop_api",
        "- run: cd k8s && kustomize edit set image api=acme/api:latest && kubectl apply -k .",
        "- uses: google-github-actions/deploy-cloudrun@v2\n  with:\n    image: gcr.io/a/b:latest",
        "- run: docker push acme/api:latest\n" + RESTART,
        "- run: docker build --push -t acme/api .\n" + RESTART,
        "- uses: docker/build-push-action@v6\n  with:\n    push: true\n"
        "    tags: acme/api:latest\n" + RESTART,
    ],
)
def test_what_can_be_moved_is_not_deployed(step: str) -> None:
    (found,) = violations(df.mutable_image, deploy(step))
    assert found.subject.startswith(f"{DEPLOY}#deploy/")
    actual = found.evidence["actual"]
    assert isinstance(actual, list)
    assert str(actual[0]).endswith(":latest")


@pytest.mark.parametrize(
    "step",
    [
        "- run: kubectl set image deployment/api api=acme/api:${{ github.sha }}",
        "- run: gcloud run deploy api --image gcr.io/acme/api:1.2.3",
        f"- run: fly deploy --image acme/api@sha256:{'a' * 64}",
        "- run: helm upgrade shop ./chart --set image.tag=$TAG",
        "- run: helm upgrade shop ./chart --set metrics.channel=latest",
        (
            "- run: |\n    docker push acme/api:latest\n    docker push acme/api:$GITHUB_SHA\n"
            "    kubectl rollout restart deployment/api"
        ),
        "- uses: docker/build-push-action@v6\n  with:\n    push: true\n    tags: |\n"
        "      acme/api:latest\n      acme/api:${{ github.sha }}\n" + RESTART,
        "- run: docker push $IMAGE\n" + RESTART,
        "- run: docker build -t acme/api:latest .\n" + RESTART,
        "- run: docker pull node:latest\n- run: railway up",
        "- run: railway up",
    ],
)
def test_tags_of_commits_and_versions_are_innocent(step: str) -> None:
    assert subjects(df.mutable_image, deploy(step)) == []


def test_what_an_earlier_job_pushes_counts() -> None:
    build = "  build:\n    runs-on: x\n    steps:\n      - run: docker push acme/api:latest\n"
    assert subjects(df.mutable_image, deploy(RESTART, head="needs: build", more=build))
    assert subjects(df.mutable_image, deploy(RESTART, more=build)) == []


def test_pushing_alone_deploys_nothing() -> None:
    assert is_not_applicable(df.mutable_image, deploy("- run: docker push acme/api:latest"))


# DF008

API = {"app/main.py": "x = 1\n"}
SHOP = API | {"frontend/package.json": "{}", "workers/package.json": "{}"}
API_STEP = "- run: railway up --service api"
WEB_STEP = "- run: vercel deploy --prod\n  working-directory: frontend"
WORKERS_STEP = "- run: railway up --service workers"


def test_each_service_has_a_way_to_production() -> None:
    assert subjects(df.service_never_deployed, SHOP | deploy(API_STEP, WEB_STEP)) == ["workers"]
    whole = SHOP | deploy(API_STEP, WEB_STEP, WORKERS_STEP)
    assert subjects(df.service_never_deployed, whole) == []


def test_a_repository_that_deploys_nothing_has_no_way() -> None:
    assert subjects(df.service_never_deployed, API) == ["api"]


def test_a_platform_for_the_web_deploys_no_workers() -> None:
    files = SHOP | deploy(API_STEP, "- run: vercel --prod")
    assert subjects(df.service_never_deployed, files) == ["workers"]


def test_a_preview_is_no_way_to_production() -> None:
    assert subjects(df.service_never_deployed, API | deploy(API_STEP, head="environment: Preview"))


@pytest.mark.parametrize(
    "extra",
    [
        deploy("- run: kubectl apply -k k8s/overlays/production"),
        deploy("- run: helm upgrade shop ./chart --set api.image.tag=1"),
        deploy("- run: ssh shop docker compose up -d"),
        deploy(
            "- run: railway up --service ${{ matrix.service }}",
            head="strategy:\n  matrix:\n    service: [api, frontend, workers]",
        ),
        deploy(
            "- run: kubectl apply --server-side -f k8s/",
        ),
        {"Procfile": "web: uvicorn app.main:app\n"},
        {"railway.toml": '[build]\nbuilder = "NIXPACKS"\n'},
        {
            "app/railway.toml": "[build]\n",
            "workers/railway.toml": "[build]\n",
            "vercel.json": '{"rewrites": [{"source": "/a", "destination": "https://api.x.io/"}]}',
        },
        {
            "render.yaml": "services:\n  - {type: web, name: shop-api}\n"
            "  - {type: worker, name: shop-worker}\n  - {type: web, name: shop-web}\n"
        },
        {
            f"k8s/{name}.yaml": "apiVersion: apps/v1\nkind: Deployment\n"
            f"metadata: {{name: {name}}}\nspec: {{}}\n"
            for name in ("api", "frontend", "worker")
        },
    ],
)
def test_any_way_is_one(extra: dict[str, str]) -> None:
    assert subjects(df.service_never_deployed, SHOP | extra) == []


@pytest.mark.parametrize(
    "extra",
    [
        {"infra/terraform/main.tf": "\n"},
        {DEPLOY: "on: push\njobs:\n  deploy:\n    uses: acme/ci/.github/workflows/deploy.yml@v1\n"},
        deploy("- run: docker push acme/api:1.2.3"),
        {DEPLOY: "on: push\n  jobs: [\n"},
    ],
)
def test_what_may_be_deployed_from_elsewhere_is_unknown(extra: dict[str, str]) -> None:
    said = outcomes(df.service_never_deployed, API | extra)
    assert {type(one) for one in said} == {Unknown}


@pytest.mark.parametrize(
    "files",
    [
        {"src/lib.py": "x = 1\n"},
        {"README.md": "x"},
        {"app/models/user.rb": "class User; end"},
        deploy(API_STEP),
        {"supabase/config.toml": ""},
    ],
)
def test_a_repository_without_services_is_not_asked(files: dict[str, str]) -> None:
    assert is_not_applicable(df.service_never_deployed, files)
