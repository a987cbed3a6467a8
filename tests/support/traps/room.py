"""A repository to be made hostile, what lies outside of it, and who tells when a trap springs."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.secret_set.values import BASE62, Values
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.support.traps.arms import arm

MARKER = "outside-5d41402a"
"""Stands in files that are none of the target's; nothing may show it."""
SECRET = "ghp_" + Values(9).of(BASE62, 36)
"""Stands in a file of the target's own; nothing may show it."""

_SMALL = {
    "README.md": f"# shop\n\nSee [the docs](docs/a.md).\n\n    export TOKEN={SECRET}\n",
    "Dockerfile": "FROM python:latest\nRUN pip install flask\n",
    "app/main.py": "import os\n\nKEY = os.environ['KEY']\n",
    "docs/a.md": "# a\n",
    ".env": f"KEY=1\nTOKEN={SECRET}\n",
    ".github/CODEOWNERS": "* @shop/all\n",
    ".github/workflows/ci.yml": "on: push\njobs: {a: {runs-on: x, steps: [{uses: a/b@main}]}}\n",
    "package.json": '{"name": "shop", "dependencies": {"a": "*"}}\n',
}


class Room:
    """A repository, the folder that holds it, and what is outside of it and not to be read."""

    def __init__(self, base: Path, *, example: str | None = None) -> None:
        """Lay the repository out: one of the examples, or by default a few files."""
        self.base = base
        self.mark = base / "sang"
        """Where the canary writes what it was run as."""
        self.canary = base / "canary"
        """A program that nothing may run."""
        self.outside = base / "outside"
        """A folder that nothing may read."""
        self.outside.mkdir()
        self.secret = self.outside / "secret"
        self.secret.write_text(f"{MARKER} = '{MARKER}'\n")
        self.canary.write_text(f'#!/bin/sh\necho "$@" >> {self.mark}\nexec cat\n')
        self.canary.chmod(0o755)
        if example is None:
            self.repo = Repository(base / "shop")
            self.repo.commit("feat: the shop", _SMALL)
        else:
            self.repo = lay_out(example, base / "shop")
        self.target = self.repo.path
        """The folder that is audited."""

    @property
    def files(self) -> Path:
        """Return the working tree."""
        return self.repo.path

    @property
    def git_folder(self) -> Path:
        """Return the repository's own git folder."""
        return self.repo.path / ".git"

    def spring_in(self, trap: "Trap") -> None:
        """Make the repository hostile, and arm whatever git may run."""
        trap.make(self)
        arm(self.git_folder, self.canary)

    def put(self, name: str, content: bytes | str) -> Path:
        """Write a file of the git folder."""
        place = self.git_folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    def empty(self, path: str) -> Path:
        """Return a place of the working tree where nothing is, its folder made."""
        place = self.files / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        return place

    def configure(self, text: str) -> None:
        """Add lines to git's configuration; OUTSIDE and CANARY stand for those."""
        named = text.replace("OUTSIDE", str(self.outside)).replace("CANARY", str(self.canary))
        with (self.git_folder / "config").open("a") as config:
            config.write(named)

    def commit(self, files: Mapping[str, str | bytes]) -> None:
        """Write and commit files as they are: git would obey their patterns and never end."""
        self.repo.write(files)
        paths = "".join(f"{path}\n" for path in files)
        oids = self.repo.git(*("hash-object", "-w", "--no-filters", "--stdin-paths"), stdin=paths)
        named = zip(oids.split("\n"), files, strict=True)
        lines = "".join(f"100644 {oid}\t{path}\0" for oid, path in named)
        self.repo.git("update-index", "-z", "--index-info", stdin=lines)
        tree = self.repo.git("write-tree")
        commit = self.repo.git("commit-tree", tree, "-p", "HEAD", "-m", "feat: files")
        self.repo.git("update-ref", "refs/heads/main", commit)

    def copy(self) -> Path:
        """Return a copy of the whole to write into, links kept as they are, with room for hooks."""
        folder = self.base / "copy"
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        subprocess.run(["cp", "-a", "--sparse=always", str(self.files), str(folder)], check=True)
        hooks = folder / ".git" / "hooks"
        if hooks.is_dir() and not hooks.is_symlink():
            for name in ("pre-commit", "commit-msg"):
                (hooks / name).unlink(missing_ok=True)
        return folder / self.target.relative_to(self.files)

    def sung(self) -> str:
        """Return what the canary was run as."""
        return self.mark.read_text() if self.mark.exists() else ""

    def leave(self) -> None:
        """Remove what pytest could not: folders too deep for it."""
        for place in (self.files, self.base / "copy"):
            if place.exists():
                subprocess.run(["rm", "-rf", str(place)], check=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One way to make a repository hostile."""

    make: Callable[[Room], object]
    """Does it."""
    code: int = 1
    """What an audit of the working tree exits with: 1, or 3 when it must be refused."""
    pointers: tuple[str, ...] = ()
    """Files outside that may be read: only they tell whether they name the target back."""
    included: tuple[str, ...] = ()
    """Files outside that git may read where it writes for its user: the configuration says so."""
    heavy: bool = False
    """Whether it is only audited: every command over it would take minutes."""
    cold: bool = False
    """Whether its audit is a program that is started, as users do, and no fork of a warm one."""
    example: str | None = None
    """Which example it is made from; by default a few files."""


def room_of(trap: Trap, base: Path) -> Room:
    """Return the repository with its trap."""
    room = Room(base, example=trap.example)
    room.spring_in(trap)
    return room


__all__ = ["MARKER", "SECRET", "Room", "Trap", "room_of"]
