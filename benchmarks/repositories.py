"""Makes repositories of any size in seconds, by `git fast-import`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

START = 1_700_000_000
"""Committer time of the first commit, Unix seconds."""
HOUR = 3600

_PYTHON = """\
\"\"\"Module {number}.\"\"\"

import json


def answer_{number}(question: str) -> str:
    return json.dumps({{"question": question, "number": {number}}})
"""
_CONFIG = """\
\"\"\"What module {number} reads from its environment.\"\"\"

import os

ANSWER = os.environ.get("ANSWER_{number}", "42")
"""
CONFIG_EVERY = 50
"""Of so many modules one reads the environment."""
_MARKDOWN = "# Page {number}\n\nSee [the next page](page_{following}.md).\n"
_WORKFLOW = """\
name: ci
on: [push, pull_request]
permissions: {}
jobs:
  backend-test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - run: pytest
"""


def make(folder: Path, *, files: int, commits: int = 1, branches: int = 0) -> Path:
    """Make a repository with so many files, commits on its trunk and unmerged branches."""
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "--initial-branch=main")
    stream = subprocess.Popen(
        ["git", "fast-import", "--quiet"],
        cwd=folder,
        stdin=subprocess.PIPE,
    )
    assert stream.stdin is not None
    for part in _stream(files, commits, branches):
        stream.stdin.write(part)
    stream.stdin.close()
    if stream.wait():
        raise SystemExit("git fast-import failed")
    _git(folder, "reset", "-q", "--hard", "main")
    return folder


def stage(folder: Path, count: int) -> Path:
    """Change so many tracked files of a repository and stage them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in listed[:count]:
        place = folder / name
        place.write_text(place.read_text("utf-8") + "\n# changed\n", "utf-8")
    _git(folder, "add", "--update")
    return folder


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def _stream(files: int, commits: int, branches: int) -> Iterator[bytes]:
    yield from _commit("refs/heads/main", "chore: first commit", START, mark=1)
    for path, text in _files(files):
        yield _file(path, text)
    for number in range(1, commits):
        at = START + number * HOUR
        yield from _commit("refs/heads/main", f"feat: change {number}", at, mark=number + 1)
        path = f"app/package_{number % 50}/module_{number % files}.py"
        yield _file(path, f"{_PYTHON.format(number=number)}# {number}\n")
    for number in range(branches):
        at = START + (commits + number) * HOUR
        start = commits - (number * 7) % commits
        name = f"refs/heads/feature/{number}"
        yield from _commit(name, f"feat: branch {number}", at, parent=start)
        yield _file(f"app/feature_{number}.py", _PYTHON.format(number=number))


def _files(count: int) -> Iterator[tuple[str, str]]:
    yield ".github/workflows/ci.yml", _WORKFLOW
    yield ".github/CODEOWNERS", "* @acme/platform\n"
    for number in range(count - 2):
        if number % 5 != 1:
            path = f"app/package_{number % 50}/module_{number}.py"
            text = _PYTHON if number % CONFIG_EVERY else _CONFIG
            yield path, text.format(number=number)
        else:
            page = f"docs/part_{number % 20}/page_{number}.md"
            yield page, _MARKDOWN.format(number=number, following=number)


def _commit(
    ref: str, message: str, at: int, *, mark: int | None = None, parent: int | None = None
) -> Iterator[bytes]:
    """Yield a commit; others name it as parent by its mark."""
    who = f"Ada Tester <ada@example.com> {at} +0000"
    data = message.encode()
    yield f"commit {ref}\n".encode()
    if mark is not None:
        yield f"mark :{mark}\n".encode()
    yield f"author {who}\ncommitter {who}\ndata {len(data)}\n".encode()
    yield data + b"\n"
    if parent is not None:
        yield f"from :{parent}\n".encode()


def _file(path: str, text: str) -> bytes:
    data = text.encode()
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
