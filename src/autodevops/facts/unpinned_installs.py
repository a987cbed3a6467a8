"""Steps that install whatever version is the newest today."""

from collections.abc import Callable, Iterator, Mapping
from posixpath import join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._shell import Command
from autodevops.facts.workflows import Step, Workflows
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_EXACT_NODE = regex(r"(?:@[^/@]+/)?[^@/]+@\d+\.\d+\.\d+\S*")
_EXACT_PYTHON = regex(r"[^=<>!~\s]+===?\s*\d\S*|\S+\.whl|\S+\.tar\.gz|\S+@[0-9a-f]{40}\S*")
_PYTHON_NAME = regex(r"[A-Za-z0-9][\w.-]*(?:\[[\w,.\s-]*\])?(?:[<>!~]=?[\w.*,<>=!~\s]+)?")
# What installs others is renewed everywhere; its version decides little.
_INSTALLERS = frozenset({"pip", "setuptools", "wheel"})
_PYTHON_VALUES = frozenset(
    {"-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url",
     "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root",
     "--platform", "--python-version", "--only-binary", "--no-binary", "--cache-dir", "--src",
     "--group", "--python", "-p", "--progress-bar", "--timeout", "--retries", "--report",
     "--python-platform", "--abi", "--implementation", "--trusted-host", "--index",
     "--default-index", "--index-strategy", "--keyring-provider", "--resolution", "--prerelease",
     "--exclude-newer", "--link-mode", "--extra", "--override", "--overrides", "-b",
     "--build-constraint", "--build-constraints", "--config-setting", "--config-settings", "-C",
     "--proxy", "--cert", "--client-cert", "--log", "--suffix", "--pip-args"}
)  # fmt: skip
_LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": ("yarn.lock",),
}
_FROZEN = frozenset({"--frozen-lockfile", "--immutable", "--ci"})


class Install(NamedTuple):
    """One command that installs an open version."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    text: str
    """The command, shortened."""
    why: str
    """What leaves the version open."""


class UnpinnedInstalls(Struct, frozen=True, kw_only=True):
    """All of them."""

    found: tuple[Install, ...]
    """By path and line."""


@fact
def unpinned_installs(snapshot: Snapshot, workflows: Workflows) -> UnpinnedInstalls | NotApplicable:
    """Return the installs of workflows and the repository's own actions."""
    if not workflows.files and not workflows.actions:
        return NotApplicable(reason="there are no workflows")
    steps = [step for job in workflows.jobs for step in job.steps]
    steps += [step for action in workflows.actions.values() for step in action.steps]
    found = {one for step in steps if step.run is not None for one in _of_step(step, snapshot)}
    return UnpinnedInstalls(found=tuple(sorted(found)))


def _of_step(step: Step, snapshot: Snapshot) -> Iterator[Install]:
    for command in step.script.commands:
        why = open_version(command, step.directory, snapshot)
        if why is not None:
            yield Install(step.path, step.line_of(command.line), command.text[:120], why)


def open_version(command: Command, folder: str, snapshot: Snapshot) -> str | None:
    """Return what leaves the version of an install open; None for any other command."""
    words = [word for word in command.argv if word not in {"sudo", "exec", "time"}]
    name = words[0].rpartition("/")[2] if words else ""
    if name.startswith("python") and words[1:3] == ["-m", "pip"]:
        name, words = "pip", words[2:]
    rest = words[1:]
    if name in {"npm", "pnpm", "yarn"}:
        return _node(name, rest, folder, snapshot)
    for start, judged in _READERS.items():
        if tuple([name, *rest][: len(start)]) == start:
            return judged([name, *rest][len(start) :])
    return None


def _go(words: list[str]) -> str | None:
    latest = [word for word in words if word.endswith("@latest")]
    return f"{latest[0]} is whatever is newest" if latest else None


def _gem(words: list[str]) -> str | None:
    fixed = any(word.startswith(("-v", "--version")) for word in words)
    return None if fixed else _nothing_fixed(words)


def _cargo(words: list[str]) -> str | None:
    pinned = {"--version", "--vers", "--locked", "--path", "--git"}
    fixed = any(word.partition("=")[0] in pinned or "@" in word for word in words)
    return None if fixed else _nothing_fixed(words)


def _nothing_fixed(words: list[str]) -> str | None:
    names = [word for word in words if not word.startswith("-") and "$" not in word]
    return f"{names[0]} has no version" if names else None


def _node(name: str, rest: list[str], folder: str, snapshot: Snapshot) -> str | None:
    options = {word for word in rest if word.startswith("-")}
    words = [word for word in rest if not word.startswith("-")]
    if name == "yarn" and words[:2] == ["global", "add"]:
        return _node_packages(words[2:])
    is_global = bool(options & {"-g", "--global", "--location=global"})
    adds = words[:1] and words[0] in {"install", "i", "add"}
    if is_global and adds:
        return _node_packages(words[1:])
    bare = words in ([], ["install"]) if name == "yarn" else words in (["install"], ["i"])
    if not bare or name == "pnpm" or options & _FROZEN or "--package-lock-only" in options:
        return None
    place = _folder(folder, rest)
    locks = [lock for lock in _LOCKS[name] if normpath(join(place, lock)) in snapshot.by_path]
    return f"{locks[0]} is there, and this may install other versions" if locks else None


def _folder(folder: str, rest: list[str]) -> str:
    for option in ("--prefix", "--cwd", "-C"):
        if option in rest[:-1]:
            return join(folder, rest[rest.index(option) + 1])
    return folder


def _node_packages(names: list[str]) -> str | None:
    for name in names:
        is_open = not _EXACT_NODE.fullmatch(name)
        if is_open and "$" not in name and not name.startswith((".", "/", "http", "git")):
            return f"{name} has no exact version"
    return None


def _python(words: list[str]) -> str | None:
    """Return the first package without an exact version; files, folders and locks are fine."""
    if any(word.startswith("--require-hashes") for word in words):
        return None
    constrained = any(word in {"-c", "--constraint"} for word in words)
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in _PYTHON_VALUES
            continue
        is_local = word.startswith((".", "/", "$", "~", "http", "git+", "file:")) or "/" in word
        if constrained or is_local or "$" in word or _EXACT_PYTHON.fullmatch(word):
            continue
        if word.lower() not in _INSTALLERS and _PYTHON_NAME.fullmatch(word):
            return f"{word} has no exact version"
    return None


_READERS: Mapping[tuple[str, ...], Callable[[list[str]], str | None]] = {
    ("pip", "install"): _python,
    ("pip3", "install"): _python,
    ("pipx", "install"): _python,
    ("uv", "pip", "install"): _python,
    ("uv", "tool", "install"): _python,
    ("go", "install"): _go,
    ("gem", "install"): _gem,
    ("cargo", "install"): _cargo,
}
"""How the rest of an install command is read, by how the command begins."""
