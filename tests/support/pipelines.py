"""Workflows for tests: a platform whose pipeline follows the guide, and jobs in one line."""

from collections.abc import Mapping

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
SERVICES: Mapping[str, str] = {
    "app/main.py": FASTAPI,
    "frontend/package.json": '{"scripts": {"test": "vitest run", "build": "next build"}}',
    "frontend/src/a.test.ts": "x",
    "workers/package.json": '{"scripts": {"test": "vitest run"}}',
    "workers/src/a.test.ts": "x",
    "infra/railway/README.md": "x",
    "Dockerfile": "FROM python:3.12-slim\n",
}
"""The services of a platform."""

GOOD = """\
name: CI
on:
  push: {branches: [main], tags: ['v*']}
  pull_request: {branches: [main]}
permissions: {contents: read}
concurrency: {group: 'ci-${{ github.ref }}'}
jobs:
  security-scan:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
        with: {fetch-depth: 0}
      - uses: gitleaks/gitleaks-action@v2
      - run: pip-audit -r requirements.txt
  backend-test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - run: pip install -r requirements.txt
      - run: pytest -q
  frontend-test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    defaults: {run: {working-directory: frontend}}
    steps:
      - uses: actions/checkout@v5
      - run: npm ci
      - run: npm test
  workers-test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - run: cd workers && npm ci && npm test
  infra-lint:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - uses: hadolint/hadolint-action@v3
        with: {dockerfile: Dockerfile}
  integration-test:
    needs: [backend-test, frontend-test, workers-test]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - run: docker compose up -d
      - run: docker compose exec -T api pytest tests/integration
  build:
    needs: [security-scan, infra-lint, integration-test]
    if: github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - run: docker build -t app .
  deploy:
    needs: build
    if: github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment: Production
    steps:
      - run: railway up --service api
"""
"""A `ci.yml` that follows the guide."""

CI = ".github/workflows/ci.yml"


def platform(ci: str = GOOD, **others: str) -> dict[str, str]:
    """Return a platform with this `ci.yml` and other workflows by name."""
    files = {**SERVICES, CI: ci}
    files |= {f".github/workflows/{name}.yml": text for name, text in others.items()}
    return files


def changed(old: str, new: str, ci: str = GOOD) -> str:
    """Return the good pipeline with one text replaced, which must be there."""
    assert ci.count(old) >= 1, old
    return ci.replace(old, new)


def one_job(steps: str, name: str = "backend-test", job: str = "") -> str:
    """Return a workflow with one job; `steps` is a script, or YAML when it starts with `-`."""
    if not steps.startswith("-"):
        lines = "\n".join(f"    {line}" for line in steps.split("\n"))
        steps = f"- run: |\n{lines}"
    indented = "\n".join(f"      {line}" for line in steps.split("\n"))
    job = "".join(f"    {line}\n" for line in job.split("\n") if line)
    return (
        "on: [push, pull_request]\njobs:\n"
        f"  {name}:\n    runs-on: ubuntu-latest\n{job}    steps:\n{indented}\n"
    )
