"""The files and folders that a command line or an action can't do without."""

from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._commands import Run
from autodevops.facts._shell import RUNNERS_OF_SHELL
from autodevops.facts.workflows import Step

_SCRIPT_ENDINGS = (
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".mts",
    ".cts",
    ".py",
    ".sh",
    ".bash",
    ".rb",
    ".pl",
)
_RUNTIMES = frozenset({"node", "tsx", "ts-node", "deno", "ruby", "perl"})
# Options that name a file, by program.
_OPTIONS = {
    "pip": ("-r", "--requirement", "-c", "--constraint"),
    "pip3": ("-r", "--requirement", "-c", "--constraint"),
    "uv": ("-r", "--requirement", "-c", "--constraint"),
    "docker": ("-f", "--file", "--env-file"),
    "docker-compose": ("-f", "--file", "--env-file"),
    "kubectl": ("-f", "--filename", "-k"),
    "psql": ("-f", "--file"),
    "npm": ("--prefix", "-C"),
    "pnpm": ("--dir", "-C"),
    "yarn": ("--cwd",),
    "make": ("-C", "--directory", "-f", "--file"),
}
_FOLLOWING = frozenset({"log", "logs", "rm", "rmi", "kill", "prune"})
"""Commands whose `-f` is a flag: what comes after it is a container's name."""
_INPUTS = {
    "docker/build-push-action": ("file", "context"),
    "hadolint/hadolint-action": ("dockerfile",),
    "actions/setup-node": ("cache-dependency-path", "node-version-file"),
    "actions/setup-python": ("cache-dependency-path", "python-version-file"),
    "actions/setup-go": ("cache-dependency-path", "go-version-file"),
    "wagoid/commitlint-github-action": ("configFile",),
}
_NPM_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
_LOCKS = {
    "npm": (*_NPM_LOCKS, "yarn.lock"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pip": ("requirements.txt", "pyproject.toml"),
}


class NamedFile(NamedTuple):
    """A path that must be there."""

    path: str
    """As written, or one of `others`."""
    others: tuple[str, ...] = ()
    """Paths that would do instead."""
    from_root: bool = False
    """Whether it counts from the repository's root whatever the folder is."""
    anywhere: bool = False
    """Whether it may stand in any folder."""

    @property
    def text(self) -> str:
        """Return it in words, for messages."""
        return " or ".join((self.path, *self.others))


def files_of(run: Run) -> Iterator[NamedFile]:
    """Yield what a command line reads before it does anything."""
    if run.image is not None or run.service is not None:
        return  # the path is one inside a container
    yield from _options(run)
    if run.name in ("pytest", "py.test"):
        yield from (NamedFile(word) for word in _test_paths(run))
    elif run.argv[:2] in (("npm", "ci"), ("npm", "clean-install")):
        yield NamedFile(_NPM_LOCKS[0], _NPM_LOCKS[1:])
    elif (script := _script(run)) is not None:
        yield NamedFile(script)


def _script(run: Run) -> str | None:
    """Return the script that a command line starts by its path."""
    first = next(iter(run.operands), "")
    if _is_own_program(run.written):
        return run.written
    if run.name.startswith("python") and run.argv[1:2] == (first,) and first.endswith(".py"):
        return first
    if run.name in _RUNTIMES and first.endswith(_SCRIPT_ENDINGS):
        return first
    is_shell = run.name in RUNNERS_OF_SHELL and not any(
        word.endswith("c") for word in run.argv[1:2]
    )
    return first if is_shell and first and not first.startswith("<") else None


def _options(run: Run) -> Iterator[NamedFile]:
    options = _OPTIONS.get(run.name, ())
    for at, word in enumerate(run.argv[:-1]):
        is_flag = word == "-f" and not _FOLLOWING.isdisjoint(run.argv[1:at])
        if word in options and not is_flag and run.argv[at + 1] != "-":
            yield NamedFile(run.argv[at + 1])
    for word in run.argv:
        name, equals, value = word.partition("=")
        if (equals and name in options) or (name == "-chdir" and run.name in ("terraform", "tofu")):
            yield NamedFile(value)


def _is_own_program(written: str) -> bool:
    """Tell whether a program is named by a path inside the repository."""
    return written.startswith("./") or ("/" in written and written.endswith(_SCRIPT_ENDINGS))


def _test_paths(run: Run) -> Iterator[str]:
    """Yield the files and folders that pytest is given; values of its options look otherwise."""
    taken = False
    for word in run.argv[1:]:
        path = word.partition("::")[0]
        if not taken and not word.startswith("-") and (path.endswith((".py", "/")) or "/" in path):
            yield path
        taken = word.startswith("-") and "=" not in word and word not in ("-v", "-q", "-x", "-s")


def files_of_action(step: Step) -> Iterator[NamedFile]:
    """Yield what an action reads before it does anything."""
    for name in _INPUTS.get(step.action, ()):
        for line in (step.input(name) or "").split("\n"):
            if line.strip():
                yield NamedFile(line.strip(), from_root=True)
    cache = step.input("cache")
    locks = _LOCKS.get(cache or "", ()) if step.action.startswith("actions/setup-") else ()
    if locks and step.input("cache-dependency-path") is None:
        anywhere = cache == "pip"
        yield NamedFile(locks[0], locks[1:], from_root=True, anywhere=anywhere)
