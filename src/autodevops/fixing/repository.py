"""Changes the user's own repository through GitPython: index, branches, pushes.

Only plumbing is used, with hooks and the file system monitor off, so that nothing of the target
runs; a push uses the remote and the credentials that `git push` would.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from autodevops.errors import GitUnavailableError, OutputError, UsageError
from autodevops.model.edit import Edit
from autodevops.temporary import temporary_folder

_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
)
_REMOTE = frozenset({"push", "ls-remote"})
# Here at home nothing is fetched that a remote promised: its transport may be any program.
_AT_HOME = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
_SECONDS = 20.0
"""Until git is done here; a pipe in the place of a file keeps it waiting for ever."""
_SHOWN = 300


class Place(Struct, frozen=True, kw_only=True):
    """Where the parts of a repository are, free of links."""

    top: Path
    """Working tree, or the bare repository itself."""
    git_folder: Path
    """Holds HEAD and index."""
    common: Path
    """Holds objects and refs."""
    bare: bool
    """Whether there is no working tree."""


class UserRepository:
    """A repository that its user wants changed."""

    def __init__(self, place: Place) -> None:
        """Take a repository; nothing is read yet."""
        self._top = str(place.top)
        # Whoever calls us from a hook has set these for another index or repository.
        self._environment = {
            "GIT_DIR": str(place.git_folder),
            "GIT_COMMON_DIR": str(place.common),
            "GIT_OBJECT_DIRECTORY": str(place.common / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
            "GIT_INDEX_FILE": str(place.git_folder / "index"),
            "GIT_NAMESPACE": "",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C.UTF-8",
        }

    def track(self, edits: Iterable[Edit], tracked: Iterable[str], *, long_ids: bool) -> None:
        """Put new files into the index and take out what leaves git; other files stay unstaged.

        An audit looks at tracked files, so a new file that is not tracked would repair nothing.
        """
        known = frozenset(tracked)
        lines = []
        for edit in edits:
            if edit.content is None:
                if edit.keep:
                    lines.append(f"0 {'0' * (64 if long_ids else 40)}\t{edit.path}")
            elif edit.path not in known:
                lines.append(f"{_mode(edit, was=False)} {self._blob(edit.content)}\t{edit.path}")
        if lines:
            self._run("update-index", "-z", "--index-info", given=_records(lines))

    def commit(
        self,
        branch: str,
        edits: Iterable[Edit],
        executable: frozenset[str],
        message: str,
        *,
        replacing: str | None = None,
    ) -> str:
        """Return the commit that a new branch got: HEAD with these edits.

        Neither the working tree nor the index nor the checked-out branch is touched. `executable`
        are the paths that may be run at HEAD. A branch that is there is only replaced when its
        newest commit says `replacing`. Raises UsageError when the branch can't be made.
        """
        head = self._run("rev-parse", "--verify", "HEAD^{commit}")
        old = self._replaceable(branch, replacing)
        lines = []
        for edit in edits:
            if edit.content is None:
                lines.append(f"0 {'0' * len(head)}\t{edit.path}")
            else:
                mode = _mode(edit, was=edit.path in executable)
                lines.append(f"{mode} {self._blob(edit.content)}\t{edit.path}")
        with temporary_folder() as folder:
            index = {"GIT_INDEX_FILE": f"{folder}/index"}
            self._run("read-tree", head, environment=index)
            self._run(
                "update-index", "-z", "--index-info", given=_records(lines), environment=index
            )
            tree = self._run("write-tree", environment=index)
        # Signing would run a program that the target's own configuration may name.
        commit = self._run("commit-tree", "--no-gpg-sign", tree, "-p", head, given=message.encode())
        self._run("update-ref", f"refs/heads/{branch}", commit, old or "0" * len(head))
        return commit

    def _replaceable(self, branch: str, replacing: str | None) -> str | None:
        """Return where a branch of ours stands that may be replaced; None without one."""
        tip = self.tip(branch)
        if tip is None or replacing is None:
            self.require_new_branch(branch)
            return None
        is_ours = replacing in self._run("log", "-1", "--format=%B", "--end-of-options", tip)
        if not is_ours or self._run("rev-parse", "--symbolic-full-name", "HEAD") == (
            f"refs/heads/{branch}"
        ):
            raise UsageError(
                f"{branch} holds work of its own", advice="name another branch: --branch NAME"
            )
        return tip

    def require_new_branch(self, branch: str) -> None:
        """Raise UsageError when a branch can't be made: a wrong name, or it is there already."""
        if branch.startswith("-") or not self._succeeds("check-ref-format", "--branch", branch):
            raise UsageError(
                f"{branch!r} is no name for a branch", advice="write it as fix/structure"
            )
        if self.tip(branch) is not None:
            raise UsageError(
                f"there is a branch {branch} already", advice="name another, or delete that one"
            )

    def tip(self, branch: str) -> str | None:
        """Return the commit of a local branch; None without it."""
        name = f"refs/heads/{branch}"
        if not self._succeeds("rev-parse", "--verify", "--quiet", name):
            return None
        return self._run("rev-parse", "--verify", "--quiet", name)

    def delete(self, branch: str, commit: str) -> None:
        """Delete a local branch, if it still stands at that commit."""
        self._run("update-ref", "-d", f"refs/heads/{branch}", commit)

    def delete_remote(self, remote: str, branch: str, commit: str) -> None:
        """Delete a remote's branch, if it still stands at that commit."""
        lease = f"--force-with-lease=refs/heads/{branch}:{commit}"
        self._run("push", "--quiet", lease, "--end-of-options", remote, f":refs/heads/{branch}")

    def send(self, remote: str, branch: str, header: Mapping[str, str]) -> None:
        """Make a remote's branch of ours what it is here; somebody else's push in between stays.

        `header` are the headers for servers, by address, that a token is sent with; without one
        the credentials are those that git finds itself.
        """
        name = f"refs/heads/{branch}"
        settings = _headers(header)
        address = self._run("remote", "get-url", "--push", "--", remote)
        listed = self._run("ls-remote", "--end-of-options", address, name, environment=settings)
        there = listed.split()[0] if listed else ""
        lease = f"--force-with-lease={name}:{there}"
        push = ("push", "--quiet", lease, "--end-of-options", remote, f"{name}:{name}")
        self._run(*push, environment=settings)

    def _blob(self, content: bytes) -> str:
        return self._run("hash-object", "-w", "--no-filters", "--stdin", given=content)

    def _succeeds(self, *arguments: str) -> bool:
        try:
            self._run(*arguments)
        except OutputError:
            return False
        return True

    def _run(
        self, *arguments: str, given: bytes = b"", environment: dict[str, str] | None = None
    ) -> str:
        try:
            from git.cmd import Git
            from git.exc import GitCommandError, GitCommandNotFound
        except ImportError as problem:
            raise GitUnavailableError("git was not found", advice="install git") from problem

        settings = [part for one in _QUIET for part in ("-c", one)]
        with (
            temporary_folder() as nothing,
            tempfile.TemporaryFile() as standard_input,
        ):
            # An empty folder to work in: whoever writes an index compares files that changed just
            # now, and would run the target's filters on them. A remote may be a relative path.
            remote = arguments[0] in _REMOTE
            folder = self._top if remote else nothing
            quiet = {"GIT_WORK_TREE": str(nothing), **({} if remote else _AT_HOME)}
            standard_input.write(given)
            standard_input.seek(0)
            try:
                printed = Git(folder).execute(
                    ["git", *settings, *arguments],
                    # GitPython takes any file that has a descriptor.
                    istream=cast("int", standard_input),
                    env=self._environment | quiet | (environment or {}),
                    kill_after_timeout=None if remote else _SECONDS,
                )
            except (GitCommandError, GitCommandNotFound) as error:
                raise OutputError(
                    f"git {arguments[0]} failed: {_told(error)}", advice=_advice(arguments[0])
                ) from None
        return str(printed).strip()


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make git send these headers and none that it has configured."""
    pairs = []
    for address, header in headers.items():
        key = f"http.{address}/.extraheader"
        pairs += [(key, ""), (key, header)]
    variables = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for place, (key, value) in enumerate(pairs):
        variables |= {f"GIT_CONFIG_KEY_{place}": key, f"GIT_CONFIG_VALUE_{place}": value}
    return variables if pairs else {}


def _records(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\0" for line in lines).encode("utf-8", "surrogateescape")


def _mode(edit: Edit, *, was: bool) -> str:
    return "100755" if (was if edit.executable is None else edit.executable) else "100644"


def _told(error: Exception) -> str:
    """Return what git said, without the command line and its frame."""
    said = str(getattr(error, "stderr", "") or error).strip()
    said = said.removeprefix("stderr:").strip().strip("'").strip()
    if "user.email" in said:
        return "it does not know who commits"
    return " ".join(said.split())[:_SHOWN]


def _advice(command: str) -> str:
    match command:
        case "commit-tree":
            return "tell git who you are: `git config user.name` and `git config user.email`"
        case "push" | "ls-remote":
            return "try `git push` yourself: the remote, its credentials and rights are git's"
        case _:
            return "nothing was changed in the working tree"
