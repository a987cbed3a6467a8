"""What a release needs to agree on before it is built."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.repositories import Repository

SCRIPT = Path(__file__).resolve().parent.parent / ".github" / "release" / "agree.py"
READY = {
    "src/autodevops/__init__.py": '"""A package."""\n\n__version__ = "1.2.3"\n',
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-23\n",
}


def agree(repo: Repository, tag: str = "v1.2.3") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), tag],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def ready(make_repo: MakeRepo) -> Repository:
    repo = make_repo(READY)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repo


def test_tag_version_changelog_and_main_agree(ready: Repository) -> None:
    assert agree(ready) == (0, "v1.2.3 can be released\n")


@pytest.mark.parametrize("tag", ["v1.2.4", "1.2.3", "v1.2.3-rc.1"])
def test_another_tag_is_no_release(ready: Repository, tag: str) -> None:
    code, told = agree(ready, tag)
    assert (code, f"the tag is {tag}" in told) == (1, True)


def test_a_release_has_a_dated_section(ready: Repository) -> None:
    ready.write({"CHANGELOG.md": "# Changelog\n\n## [1.2.3]\n"})
    assert agree(ready) == (1, "CHANGELOG.md has no dated section for 1.2.3\n")


def test_a_release_is_part_of_main(ready: Repository) -> None:
    ready.commit("feat: more", {"more.txt": "more\n"})
    assert agree(ready) == (1, "v1.2.3 is not part of main\n")
