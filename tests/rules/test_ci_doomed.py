"""CI015 and CI008: jobs can start, and each service has one."""

import pytest
from msgspec.structs import replace

from autodevops.model.snapshot import Snapshot
from autodevops.rules import ci_jobs, ci_validity
from tests.support.asking import is_not_applicable, subjects, violations
from tests.support.memory import snapshot_of
from tests.support.pipelines import CI, GOOD, SERVICES, one_job, platform

BUILD_PUSH = """\
- uses: docker/build-push-action@v6
  with:
    tags: |
      a/b:1
      ghcr.io/${{ github.repository }}:1"""
CHOSEN_TAGS = """\
- uses: docker/build-push-action@v6
  with:
    tags: |
      acme/api:${{ github.ref_name }},acme/api:A
      ${{ env.LATEST_TAG == 'true' && format('{0}:latest', 'acme/api') || '' }}
"""
METADATA = """\
- uses: docker/metadata-action@v5
  with: {images: 'ghcr.io/Acme/shop'}
- uses: docker/build-push-action@v6
  with: {tags: '${{ steps.meta.outputs.tags }}'}"""


def doom(job: str, steps: str = "- run: x", name: str = "acme/shop") -> list[str]:
    """Return why a job can't run in the repository of that name."""
    snapshot = snapshot_of({CI: one_job(steps, "a", job)}, name=name)
    told: list[str] = []
    for violation in violations(ci_validity.cannot_run, snapshot):
        reasons = violation.evidence["reasons"]
        assert isinstance(reasons, list)
        told += reasons
    return told


def with_options(options: str) -> str:
    return f"services:\n  db:\n    image: postgres:16\n    options: >-\n      {options}"


def test_a_pipeline_that_follows_the_guide_can_run() -> None:
    assert subjects(ci_validity.cannot_run, platform()) == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ('--health-cmd "redis-cli ping" --save 60 1', "`--save` is no option"),
        ("--health-cmd pg_isready -U postgres", "`-U` is no option"),
        ("--health-cmd redis-cli ping", "`ping` is no option, and stands where the image's"),
        ("--health-cmd pg_isready --health-interval 10", "--health-interval 10 is no time"),
        ("--health-retries 5s", "--health-retries 5s is no number"),
        ("--network host", "GitHub sets --network itself"),
        ("--health-cmd", "--health-cmd has no value"),
        ('--health-cmd "pg_isready', "a quote in them is not closed"),
        ("-d", "`-d` is no option"),
    ],
)
def test_options_that_the_engine_refuses(options: str, reason: str) -> None:
    (told,) = doom(with_options(options))
    assert f"refuses the options of db: {reason}" in told


@pytest.mark.parametrize(
    "options",
    [
        "--health-cmd pg_isready --health-interval 10s --health-timeout 5s --health-retries 5",
        '--health-cmd="pg_isready -U postgres" --health-interval=1m30s --health-start-period=0',
        "--health-cmd 'redis-cli ping'",
        "--user root --cpus 1 --memory 2g --shm-size=1g --privileged --init",
        "-p5432:5432 -e A=b --tmpfs /x --add-host a:1.2.3.4 --ulimit nofile=1:2",
        "--entrypoint redis-server",
        "${{ matrix.options }} --save 1",
        "",
    ],
)
def test_options_that_the_engine_takes(options: str) -> None:
    assert doom(with_options(options) if options else "") == []


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ("- run: docker build -t ghcr.io/${{ github.repository }}:latest .", "Acme/shop"),
        ("- run: docker build -t ghcr.io/${{ github.repository_owner }}/api .", "Acme/shop"),
        ("- run: docker build --tag=ghcr.io/$GITHUB_REPOSITORY .", "acme/Shop"),
        ("- run: docker push ghcr.io/${{ env.IMAGE }}:1", "acme/Shop"),
        ("- run: docker buildx build --push -t Acme/api .", "acme/shop"),
        (BUILD_PUSH, "Acme/shop"),
    ],
)
def test_image_names_with_capitals(steps: str, name: str) -> None:
    (told,) = doom("env: {IMAGE: '${{ github.repository }}'}", steps, name)
    assert "has capitals" in told


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ("- run: docker build -t ghcr.io/${{ github.repository }}:Latest .", "acme/shop"),
        ("- run: docker build -t localhost:5000/app:V1 .", "acme/shop"),
        ("- run: docker build -t ghcr.io/${GITHUB_REPOSITORY,,}:1 .", "Acme/shop"),
        ("- run: docker build -t ghcr.io/${{ steps.meta.outputs.name }} .", "Acme/shop"),
        ("- run: docker build -t $IMAGE .", "Acme/shop"),
        ("- run: docker build -t ghcr.io/${{ github.repository }} .", "Shop"),
        ("- run: docker build --build-arg A=B -f Dockerfile.API .", "acme/shop"),
        (METADATA, "Acme/shop"),
        (CHOSEN_TAGS, "Acme/shop"),
    ],
)
def test_image_names_that_are_fine(steps: str, name: str) -> None:
    assert doom("", steps, name) == []


def test_images_of_services_and_containers_count() -> None:
    told = doom("container: Node:22\nservices: {db: {image: 'docker://Postgres'}}")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("- uses: actions/cache@v4\n  with: {path: x}", "actions/cache needs the input key"),
        ("- uses: actions/upload-artifact@v4", "actions/upload-artifact needs the input path"),
        ("- uses: actions/github-script@v7", "actions/github-script needs the input script"),
    ],
)
def test_inputs_that_an_action_can_t_do_without(steps: str, reason: str) -> None:
    assert [told.partition(": ")[2] for told in doom("", steps)] == [reason]


CALLED = """\
on:
  workflow_call:
    inputs:
      env: {type: string, required: true}
      tag: {type: string, required: true, default: x}
    secrets:
      token: {required: true}
jobs: {a: {runs-on: x}}
"""


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("", ["input env", "secret token"]),
        ("with: {env: x}", ["secret token"]),
        ("with: {env: x}, secrets: inherit", []),
        ("with: {env: x}, secrets: {token: y}", []),
    ],
)
def test_inputs_that_a_called_workflow_requires(given: str, missing: list[str]) -> None:
    call = f"on: push\njobs: {{c: {{uses: ./.github/workflows/d.yml, {given}}}}}\n"
    tree = {CI: call, ".github/workflows/d.yml": CALLED}
    found = violations(ci_validity.cannot_run, tree)
    told = [str(one) for violation in found for one in violation.evidence["reasons"]]  # type: ignore[union-attr]
    assert [one.partition("requires the ")[2] for one in told] == missing


def test_one_finding_for_a_job() -> None:
    snapshot: Snapshot = snapshot_of({CI: one_job("- uses: actions/cache@v4", "a", "container: X")})
    (violation,) = violations(ci_validity.cannot_run, replace(snapshot))
    assert violation.subject == f"{CI}#a"
    assert [at.line for at in violation.locations] == [5, 7]
    assert "(and 1 more)" in violation.message


def test_no_jobs() -> None:
    assert is_not_applicable(ci_validity.cannot_run, {"README.md": "x"})
    assert is_not_applicable(ci_jobs.service_without_job, {"README.md": "x"})
    assert is_not_applicable(ci_jobs.service_without_job, {**SERVICES})


API = {"app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}


def test_each_service_of_a_platform_has_its_job() -> None:
    assert subjects(ci_jobs.service_without_job, platform()) == []


def test_a_missing_job_of_the_guide_is_told_once() -> None:
    ci = GOOD.replace("  workers-test:\n", "  w:\n").replace("workers", "w")
    assert subjects(ci_jobs.service_without_job, platform(ci)) == []


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ("- run: cd docs && npm run build", "docs"),
        ("- uses: actions/stale@v9", "stale"),
        ("- run: echo hi", "greet"),
    ],
)
def test_a_service_that_no_job_touches_is_told(steps: str, name: str) -> None:
    assert subjects(ci_jobs.service_without_job, {**API, CI: one_job(steps, name)}) == ["api"]


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ("- run: pytest", "test"),
        ("- run: docker build .", "image"),
        ("- run: ruff check .\n  working-directory: app", "lint"),
        ("- run: cd docs && tool ../app/main.py", "x"),
        ("- run: tool run\n  working-directory: docs", "backend"),
        ("- uses: docker/build-push-action@v6\n  with: {context: app}", "image"),
        ("- uses: acme/build@v1", "all"),
    ],
)
def test_a_job_that_touches_the_service_is_enough(steps: str, name: str) -> None:
    assert subjects(ci_jobs.service_without_job, {**API, CI: one_job(steps, name)}) == []
