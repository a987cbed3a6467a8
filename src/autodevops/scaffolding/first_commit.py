"""Makes a repository of a folder and its first commit, through GitPython.

Nothing of the machine's git gets in: no template folder, hooks, filters, ignored files or line
ends of its own. The identity is the user's; signing is off, since it may ask for a passphrase.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from autodevops.errors import OutputError, UsageError

if TYPE_CHECKING:
    from git import Git

_PLAIN = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.autocrlf=false",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "commit.gpgSign=false",
    "user.useConfigOnly=true",
    "gc.auto=0",
    "maintenance.auto=false",
)
_SHOWN = 300


def user_name() -> str:
    """Return the name that the user's commits bear; empty where git knows none."""
    git = _git()
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        # Without it git would look at the repository that the current folder is in.
        nowhere = {"GIT_DIR": os.devnull}
        asked = ["git", "config", "--global", "--get", "user.name"]
        return str(git().execute(asked, env=nowhere)).strip()
    except (GitCommandError, GitCommandNotFound):
        return ""


class NewRepository:
    """A folder that becomes a repository."""

    def __init__(self, top: Path) -> None:
        """Take a folder; nothing is made yet."""
        self._top = str(top)
        git = top / ".git"
        # Whoever runs us from a hook has set these for another repository.
        self._environment = {
            "GIT_DIR": str(git),
            "GIT_COMMON_DIR": str(git),
            "GIT_WORK_TREE": self._top,
            "GIT_INDEX_FILE": str(git / "index"),
            "GIT_OBJECT_DIRECTORY": str(git / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
            "GIT_NAMESPACE": "",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C.UTF-8",
        }

    def begin(self, branch: str) -> None:
        """Make the repository, with this branch to come."""
        self._run("init", "--quiet", "--template=", f"--initial-branch={branch}")

    def take_all(self) -> None:
        """Put every file into the index, whatever is ignored."""
        self._run("add", "--all", "--force")

    def require_identity(self) -> None:
        """Raise UsageError when git does not know who commits."""
        _git()
        from git.exc import GitCommandError

        try:
            self._run_or_fail("var", "GIT_AUTHOR_IDENT")
            self._run_or_fail("var", "GIT_COMMITTER_IDENT")
        except GitCommandError:
            raise UsageError(
                "git does not know who makes the first commit",
                advice="tell it with `git config --global user.name` and `user.email`, "
                "or make files only: --no-git",
            ) from None

    def commit(self, message: str) -> None:
        """Make the first commit of what is in the index."""
        self._run("commit", "--quiet", "--no-verify", "--message", message)

    def _run(self, *arguments: str) -> None:
        _git()
        from git.exc import GitCommandError

        try:
            self._run_or_fail(*arguments)
        except GitCommandError as error:
            said = str(error.stderr).strip()[:_SHOWN]
            raise OutputError(
                f"git {arguments[0]} failed: {said}", advice="nothing was made"
            ) from error

    def _run_or_fail(self, *arguments: str) -> None:
        settings = [part for setting in _PLAIN for part in ("-c", setting)]
        _git()(self._top).execute(["git", *settings, *arguments], env=self._environment)


def _git() -> "type[Git]":
    """Return what runs git; raises OutputError on a machine without it."""
    try:
        from git import Git
    except ImportError as error:
        raise OutputError("git was not found", advice="install git") from error
    return Git
