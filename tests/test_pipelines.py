"""The pipelines that docs/how-to/ci.md gives: their commands run as they stand."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.conftest import MakeRepo

PAGE = Path(__file__).resolve().parent.parent / "docs" / "how-to" / "ci.md"
README = {"README.md": "# shop\n\nSells things.\n"}


def blocks(language: str) -> list[str]:
    tokens = MarkdownIt().parse(PAGE.read_text("utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


def commands(pipeline: Any) -> Iterator[str]:
    """Yield the shell commands of a GitLab, CircleCI or Azure pipeline, in their order."""
    match pipeline:
        case {"script": list() as lines}:
            yield from lines
        case {"script": str() as line} | {"run": str() as line}:
            yield line
        case dict():
            for part in pipeline.values():
                yield from commands(part)
        case list():
            for part in pipeline:
                yield from commands(part)
        case _:
            return


SCRIPTS = [
    *("\n".join(commands(yaml.safe_load(block))) for block in blocks("yaml")),
    *blocks("sh"),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_its_commands_run_and_leave_their_report(
    make_repo: MakeRepo, tmp_path: Path, script: str
) -> None:
    """The installation is told to an empty `pip`: tests have no network."""
    programs = tmp_path / "programs"
    programs.mkdir()
    ours = f'#!/bin/sh\nexec "{sys.executable}" -m autodevops "$@"\n'
    for name, content in (("autodevops", ours), ("pip", "#!/bin/sh\nexit 0\n")):
        (programs / name).write_text(content)
        (programs / name).chmod(0o755)
    repo = make_repo(README)
    done = subprocess.run(
        ["sh", "-euc", script],
        cwd=repo.path,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "OW001" in done.stdout
    assert any(
        (repo.path / name).stat().st_size
        for name in ("autodevops.xml", "autodevops.sarif")
        if (repo.path / name).exists()
    )


def test_there_is_a_pipeline_for_each_platform() -> None:
    assert len(SCRIPTS) == 4
    assert all("autodevops audit" in script for script in SCRIPTS)
