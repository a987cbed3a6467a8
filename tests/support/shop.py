"""The good example repository as a real repository, and small ways to break it."""

from collections.abc import Callable
from pathlib import Path

from autodevops import Report, audit
from tests.support.memory import NOW
from tests.support.repositories import Repository

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
"""Where the example repositories are."""

Break = Callable[[Repository], object]
"""Breaks a repository; what it leaves uncommitted is committed afterwards."""


def lay_out(example: str, folder: Path) -> Repository:
    """Return an example as a repository with one commit on `main`."""
    repo = Repository(folder)
    source = EXAMPLES / example
    for place in sorted(source.rglob("*")):
        if place.is_file():
            name = place.relative_to(source).as_posix()
            executable = bool(place.stat().st_mode & 0o100)
            repo.write({name: place.read_bytes()}, executable=executable)
    repo.commit("feat: the shop")
    return repo


def judged(repo: Repository) -> Report:
    """Return the report on all that can be judged without GitHub."""
    return audit(repo.path, now=NOW)


def replaced(path: str, old: str, new: str) -> Break:
    """Return what replaces a text that the file holds."""

    def apply(repo: Repository) -> None:
        place = repo.path / path
        text = place.read_text()
        assert old in text, f"{path} does not hold {old!r}"
        place.write_text(text.replace(old, new))

    return apply


def added(path: str, text: str) -> Break:
    """Return what adds a file."""
    return lambda repo: repo.write({path: text})


def appended(path: str, text: str) -> Break:
    """Return what adds lines to a file."""

    def apply(repo: Repository) -> None:
        place = repo.path / path
        place.write_text(place.read_text() + text)

    return apply


def dropped(*paths: str) -> Break:
    """Return what deletes files."""
    return lambda repo: repo.write(dict.fromkeys(paths))


def forced(path: str, text: str) -> Break:
    """Return what adds a file that git is told to ignore."""

    def apply(repo: Repository) -> None:
        repo.write({path: text})
        repo.git("add", "--force", "--", path)

    return apply


def all_of(*breaks: Break) -> Break:
    """Return what does several things."""

    def apply(repo: Repository) -> None:
        for one in breaks:
            one(repo)

    return apply
