"""The target's own git configuration, read as data: nothing of it is ever in force."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from autodevops.errors import UnreadableTargetError
from autodevops.sources.files import copy_regular
from autodevops.sources.git import Git

_LIMIT = 4 << 20
_TRUE = frozenset({"true", "yes", "on", "1"})
_KNOWN_EXTENSIONS = frozenset(
    {
        "compatobjectformat",
        "noop",
        "noop-v1",
        "objectformat",
        "partialclone",
        "preciousobjects",
        "refstorage",
        "relativeworktrees",
        "submodulepathconfig",
        "worktreeconfig",
    }
)
# What a file system or a line-end policy makes of the working tree: without these, unchanged
# files would look changed. Each is written into our own configuration as one of these words.
_WORKING_TREE_KEYS = {
    "core.filemode": ("true", "false"),
    "core.symlinks": ("true", "false"),
    "core.ignorecase": ("true", "false"),
    "core.trustctime": ("true", "false"),
    "core.precomposeunicode": ("true", "false"),
    "core.autocrlf": ("true", "false", "input"),
    "core.eol": ("lf", "crlf", "native"),
    "core.checkstat": ("default", "minimal"),
}


class Configuration:
    """Settings by name: section and key in lower case, as `git config --list` prints them."""

    def __init__(self, settings: Mapping[str, tuple[str, ...]]) -> None:
        """Keep every value of every setting, in order."""
        self._settings = settings

    def get(self, name: str) -> str | None:
        """Return the value in force: the last one."""
        return self._settings.get(name, (None,))[-1]

    def is_true(self, name: str) -> bool:
        """Tell whether a boolean is set and true."""
        value = self.get(name)
        return value is not None and value.lower() in _TRUE

    def remotes(self) -> Mapping[str, str]:
        """Return the first URL of each remote by its name."""
        return {
            name.removeprefix("remote.").removesuffix(".url"): values[0]
            for name, values in self._settings.items()
            if name.startswith("remote.") and name.endswith(".url")
        }

    @property
    def object_format(self) -> str:
        """Return `sha1` or `sha256`."""
        if self.get("core.repositoryformatversion") in {None, "0"}:
            return "sha1"
        return (self.get("extensions.objectformat") or "sha1").lower()

    @property
    def partial(self) -> bool:
        """Tell whether a remote promises the objects that are missing."""
        return self.get("extensions.partialclone") is not None or any(
            name.startswith("remote.") and name.endswith((".promisor", ".partialclonefilter"))
            for name in self._settings
        )

    def working_tree(self) -> Mapping[str, str]:
        """Return the settings that decide whether a file on disk counts as changed."""
        found = {}
        for name, words in _WORKING_TREE_KEYS.items():
            value = (self.get(name) or "").lower()
            if "true" in words and name in self._settings and value in _TRUE:
                value = "true"
            if value in words:
                found[name] = value
        return found

    def refuse_unknown_format(self, place: Path) -> None:
        """Raise `UnreadableTargetError` for a repository laid out in a way we don't know."""
        version = self.get("core.repositoryformatversion") or "0"
        extensions = {
            name.removeprefix("extensions.")
            for name in self._settings
            if name.startswith("extensions.")
        }
        unknown = sorted(extensions - _KNOWN_EXTENSIONS) if version == "1" else []
        storage = (self.get("extensions.refstorage") or "files").lower()
        if version == "1" and storage.partition(":")[0] != "files":
            raise UnreadableTargetError(
                f"{place} keeps its refs in the format {storage!r}; autodevops reads `files`",
                advice="audit a fresh clone, or `git refs migrate --ref-format=files`",
            )
        if version not in {"0", "1"} or unknown or self.object_format not in {"sha1", "sha256"}:
            what = ", ".join(unknown) or f"version {version}, objects {self.object_format}"
            raise UnreadableTargetError(
                f"{place} has a repository format that autodevops does not know: {what}",
                advice="audit a fresh clone, or update autodevops",
            )


def read_configuration(git: Git, git_folder: Path, common: Path) -> Configuration:
    """Return what the target's configuration files say, included files left out.

    Raises `UnreadableTargetError` when they can't be read.
    """
    settings = _settings(git, common / "config")
    if "extensions.worktreeconfig" in settings:
        for name, values in _settings(git, git_folder / "config.worktree").items():
            settings[name] += values
    return Configuration({name: tuple(values) for name, values in settings.items()})


def _settings(git: Git, place: Path) -> defaultdict[str, list[str]]:
    settings: defaultdict[str, list[str]] = defaultdict(list)
    copy = git.folder / "target-config"
    try:
        copy_regular(place, copy, _LIMIT)
    except FileNotFoundError:
        return settings
    except OSError as problem:
        raise UnreadableTargetError(
            f"{place} can't be read: {problem.strerror}", advice="run as a user who may read it"
        ) from problem
    printed = git.run("config", "--file", str(copy), "--no-includes", "--null", "--list")
    for record in printed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        name, assigned, value = record.partition("\n")
        # A key without `=` is true.
        settings[name].append(value if assigned else "true")
    return settings
