"""Small workflows, and what a repair makes of them."""

from tests.support.repairing import mended

CI = ".github/workflows/ci.yml"
HEAD = """\
name: CI
on:
  push: {branches: [main]}
  pull_request: {branches: [main]}
permissions: {contents: read}
"""


def workflow(jobs: str, head: str = HEAD) -> str:
    return f"{head}jobs:\n{jobs}"


def job(steps: str, name: str = "test", more: str = "") -> str:
    return (
        f"  {name}:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n{more}    steps:\n{steps}"
    )


CHECKOUT = """\
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
"""


def changed(rule: str, before: str, path: str = CI) -> str:
    return mended(rule, {path: before}).text(path)


GITLEAKS = "      - uses: gitleaks/gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7 # v2\n"
DEPLOY = """\
  deploy:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    environment: Production
    if: github.ref == 'refs/heads/main'
    steps:
      - run: railway up --service api
"""
