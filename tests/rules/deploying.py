"""Workflows that deploy."""

DEPLOY = ".github/workflows/deploy.yml"
MAIN = "push: {branches: [main]}"
SHIP = "- run: railway up --service api"
IN_PRODUCTION = "environment: Production"


def deploy(
    steps: str = SHIP, *, on: str = MAIN, head: str = "", job: str = "deploy", more: str = ""
) -> dict[str, str | bytes]:
    """Return a repository with one workflow that deploys."""
    opening = "".join(f"    {line}\n" for line in head.splitlines())
    listed = "".join(f"      {line}\n" for line in steps.strip("\n").splitlines())
    text = (
        f"on:\n  {on}\njobs:\n  {job}:\n{opening}    runs-on: ubuntu-latest\n    steps:\n{listed}"
    )
    return {DEPLOY: text + more}
