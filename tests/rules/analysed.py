"""Workflows that the analyser looks at."""

from msgspec.structs import replace

from autodevops.model.snapshot import Snapshot
from autodevops.scanners.zizmor import Zizmor
from tests.support.memory import snapshot_of

PATH = ".github/workflows/ci.yml"
PIN = "8e5e7e5ab8b370d6c329ec480221332ada57f0ab"


def workflow(steps: str, *, on: str = "push", head: str = "", job: str = "") -> Snapshot:
    """Return a repository with one workflow of one job with these steps."""
    text = f"on: {on}\npermissions: {{}}\n{head}jobs:\n  build:\n    runs-on: ubuntu-latest\n"
    indented = "".join(f"    {line}\n" for line in job.splitlines())
    listed = "".join(f"      {line}\n" for line in steps.strip("\n").splitlines())
    return files({PATH: f"{text}{indented}    steps:\n{listed}"})


def files(contents: dict[str, str | bytes]) -> Snapshot:
    return replace(snapshot_of(contents), analyser=Zizmor())


CHECKOUT = "- uses: actions/checkout@v4\n  with:\n    persist-credentials: false\n"
