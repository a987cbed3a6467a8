"""The tutorial works: its commands are run as they stand, and find and lose what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

TUTORIAL = Path(__file__).resolve().parent.parent / "docs/tutorial/first-audit.md"
FINDING = re.compile(r"^(?:INFO|LOW|MEDIUM|HIGH|CRITICAL) ([A-Z]{2}\d{3}) ", re.MULTILINE)


def blocks(language: str) -> list[str]:
    """Return the tutorial's code blocks of a language."""
    tokens = MarkdownIt().parse(TUTORIAL.read_text("utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


@pytest.fixture
def git_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give git a name to commit under, and the command a place on PATH."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.com")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("git_user")
def test_findings_come_and_go_as_the_tutorial_says(tmp_path: Path) -> None:
    make, audit, explain, mend = blocks("sh")
    script = f"{make}\n{audit}\necho '---'\n{explain}\necho '---'\n{mend}"
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    before, explained, after = done.stdout.split("---\n")
    told = set(FINDING.findall("".join(blocks("text"))))
    assert told
    assert set(FINDING.findall(before)) >= told
    assert explained.startswith("# BR003 branch-name")
    assert set(FINDING.findall(after)).isdisjoint(told)
    assert FINDING.findall(after)
    assert done.stderr == ""
