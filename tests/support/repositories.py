"""Small real git repositories, built by real git with fixed identities and dates.

    repo = make_repo({"README.md": "# shop\n"})
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"api/login.py": "..."}, at=ago(days=9))
    repo.checkout("main")
    repo.merge("feature/login", at=ago(days=1))
    repo.tag("v1.0.0", message="first", at=ago(days=1))

Every commit has an explicit date: `at`, or one second after the one before, starting a day before
`NOW`, so that object ids are the same in each run.
"""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.memory import NOW

AUTHOR = "Ada Tester <ada@example.com>"
"""Who commits when the test doesn't say."""

Moment = datetime | str
"""A time with zone, or an ISO 8601 text (UTC when it names no zone)."""

Files = Mapping[str, str | bytes | None]
"""Content by path; None deletes."""


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """Return a moment before the clock of tests."""
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def run_git(folder: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> bytes:
    """Run git with the tests' clean configuration; fail the test when git fails."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=False,
        env=_clean_environment() | environment,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")
        message = f"git {' '.join(arguments)} ended with {done.returncode}: {said}"
        raise AssertionError(message)
    return done.stdout


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": ":",
        "LC_ALL": "C.UTF-8",
    }


class Repository:
    """One repository on disk and the few steps that tests take in it."""

    def __init__(
        self,
        path: Path,
        *,
        branch: str = "main",
        object_format: str = "sha1",
        bare: bool = False,
    ) -> None:
        """Initialise an empty repository at `path`, whose folder is made."""
        self.path = path
        """Its top folder."""
        self._tick = NOW - timedelta(days=1)
        path.mkdir(parents=True, exist_ok=True)
        shape = ["--bare"] if bare else []
        self.git(
            "init",
            "-q",
            "--template=",
            f"--initial-branch={branch}",
            f"--object-format={object_format}",
            *shape,
        )

    def git(
        self,
        *arguments: str,
        stdin: str | bytes = b"",
        at: Moment | None = None,
        author: str = AUTHOR,
    ) -> str:
        """Run any git command in the repository and return what it printed, stripped.

        `at` dates whatever the command creates; `author` writes and commits it.
        """
        fed = stdin.encode() if isinstance(stdin, str) else stdin
        printed = run_git(self.path, *arguments, stdin=fed, **self._identity(at, author))
        return printed.decode(errors="surrogateescape").strip()

    def write(self, files: Files, *, executable: bool = False) -> None:
        """Write files into the working tree (None deletes) without adding them."""
        for name, content in files.items():
            place = self.path / name
            if content is None:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
            if executable:
                place.chmod(0o755)

    def link(self, name: str, to: str) -> None:
        """Make a symbolic link in the working tree without adding it."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(to)

    def add(self, *paths: str) -> None:
        """Stage these paths, or everything."""
        self.git("add", "-A", "--", *(paths or (".",)))

    def commit(
        self,
        message: str,
        files: Files | None = None,
        *,
        at: Moment | None = None,
        author: str = AUTHOR,
    ) -> str:
        """Write the files, stage everything, commit (even when empty); return the commit's id."""
        self.write(files or {})
        self.add()
        self.git("commit", "-q", "--allow-empty", "-F", "-", stdin=message, at=at, author=author)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, *, start: str = "HEAD") -> None:
        """Create a branch without checking it out."""
        self.git("branch", "--no-track", name, start)

    def checkout(self, name: str, *, create: bool = False) -> None:
        """Check out a branch (with `create`, a new one from here), tag or commit."""
        self.git("checkout", "-q", *(["-b"] if create else []), name)

    def merge(
        self,
        name: str,
        *,
        squash: bool = False,
        ff: bool = False,
        message: str | None = None,
        at: Moment | None = None,
    ) -> str:
        """Merge into the checked-out branch: a merge commit, or a squash, or a fast-forward.

        Returns the id of the commit that HEAD is then at.
        """
        said = message or f"Merge branch '{name}'"
        if squash:
            self.git("merge", "-q", "--squash", name)
            self.git("commit", "-q", "--allow-empty", "-m", said, at=at)
        elif ff:
            self.git("merge", "-q", "--ff-only", name)
        else:
            self.git("merge", "-q", "--no-ff", "-m", said, name, at=at)
        return self.git("rev-parse", "HEAD")

    def tag(
        self, name: str, message: str | None = None, *, on: str = "HEAD", at: Moment | None = None
    ) -> None:
        """Tag a revision: annotated with a message, lightweight without."""
        kind = [] if message is None else ["-a", "-m", message]
        self.git("tag", *kind, name, on, at=at)

    def clone(self, path: Path, *options: str) -> "Repository":
        """Clone this repository by the file protocol and return the clone."""
        run_git(
            self.path,
            *("-c", "protocol.file.allow=always"),
            *("clone", "-q", "--template=", *options, "--", f"file://{self.path}", str(path)),
        )
        copy = Repository.__new__(Repository)
        copy.path, copy._tick = path, self._tick
        return copy

    def _identity(self, at: Moment | None, author: str) -> dict[str, str]:
        name, _, email = author.rpartition(" ")
        when = self._moment(at)
        return {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": email.strip("<>"),
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": email.strip("<>"),
            "GIT_COMMITTER_DATE": when,
        }

    def _moment(self, at: Moment | None) -> str:
        if at is None:
            self._tick += timedelta(seconds=1)
            at = self._tick
        elif isinstance(at, str):
            at = datetime.fromisoformat(at)
        zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
        return zoned.isoformat()
